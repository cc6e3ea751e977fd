#pragma once

#include "derive/tree.h"
#include "model/recording.h"

namespace strobe::derive {

// Which spans record one and the same call, and which of them speaks for it: dialects.md 0.6.
struct Recordings {
  std::vector<int32_t> speaker;  // for each span the one that counts in its place; itself where it counts
  std::vector<SameCall> how;     // why somebody else speaks for it
  std::vector<int32_t> wrapped;  // how many calls stand directly inside and are, by all signs, this very one
  std::vector<bool> is_sum;      // a call around several that say nothing of their tokens: their sum, no call

  bool speaks(int32_t span) const { return speaker[span] == span; }
};

// An LLM or embedding call, whoever else may have recorded it too.
bool is_call(const SpanFacts& span);
// Its end; without one it lasts for ever, and a clock that ran backwards makes it a moment.
TimeNs end_of(const SpanFacts& span);
// Both were under way at some moment.
bool overlap(const SpanFacts& a, const SpanFacts& b);

// All of it; O(n log n), whatever the spans say.
Recordings find_recordings(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places);

// The parts, in this order. A call inside another: the inner one counts, for it stands nearer to what happened; the
// outer one where only that knows the tokens, or knows more of the same tokens.
void match_nested_calls(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places,
                        Recordings& recordings);
// A tool inside itself, as an MCP client within the tool that the model asked for: the outer one counts.
void match_nested_tools(std::span<const SpanFacts> spans, const Tree& tree, std::span<const Place> places,
                        Recordings& recordings);
// Calls and tools beside each other, or in trees of their own, as two instrumentations of one program leave them.
void match_twins(std::span<const SpanFacts> spans, const Tree& tree, Recordings& recordings);
// Sums that two instrumentations tell of the same thing, of those that would be counted.
void match_twin_sums(std::span<const SpanFacts> spans, const Tree& tree, const std::vector<int32_t>& sums,
                     Recordings& recordings);

// Follows the speakers to the last one, and shortens the way for the next question.
int32_t last_speaker(std::vector<int32_t>& speaker, int32_t span);
void let_speak(Recordings& recordings, int32_t span, int32_t speaker, SameCall how);

}  // namespace strobe::derive
