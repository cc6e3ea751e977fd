#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "context/piece.h"
#include "json/node.h"
#include "model/raw.h"
#include "model/span.h"

namespace strobe::context {

// Turns one element into its meaning. Pure; views may point into the node and the arena.
using ElementParser = Message (*)(ElementFormat format, const json::Node& element, Arena& arena);

struct SplitOptions {
  ElementParser parser = nullptr;             // required
  size_t memo_bytes_max = size_t{128} << 20;  // kept bytes of earlier values, over all traces
  size_t tips_per_trace_max = 8;
  bool use_memo = true;  // false: recompute everything (the oracle of the property tests)
  bool verify = false;   // join again and compare every value (debug builds and tests)
};

// What splitting one record yields. Pieces go to Splitter::Output.
struct SplitRecord {
  Packed packed;
  std::optional<ContextRecord> context;  // of an LLM call with known content
  bool truncated_content = false;        // an element was cut JSON: the basis becomes truncated
};

// Counters since construction.
struct SplitStats {
  uint64_t values_split = 0;
  uint64_t values_raw = 0;  // big or recognised values that could not be taken apart exactly and were kept whole
  uint64_t memo_hits = 0;
  uint64_t memo_bytes_skipped = 0;
  uint64_t bytes_hashed = 0;
};

// Takes raw signals apart. Holds the prefix memo, which is only a hint: results never depend on it. One thread.
class Splitter {
 public:
  explicit Splitter(SplitOptions options);
  ~Splitter();

  // New pieces of the current batch, each once, in dependency order (a piece comes after those it refers to), and the
  // messages and sequences first seen in it.
  struct Output {
    std::vector<Piece> pieces;
    std::vector<MessageRecord> messages;
    std::vector<std::shared_ptr<Sequence>> sequences;
  };

  // `span.content` names the recognised content of the raw span; other values of 4 KiB and more are split too, and
  // strings of 256 bytes and more become pieces.
  SplitRecord split(const RawSpan& raw, const NormalSpan& span);
  // `content` names recognised message lists among the log's attributes.
  SplitRecord split(const RawLog& raw, std::span<const ContentSource> content = {});

  // Hands over what has accumulated since the last call.
  Output take_output();
  // Forgets the memo: the next values bring all their pieces again. Called when the store no longer has what the memo
  // believes it has.
  void forget();
  const SplitStats& stats() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace strobe::context
