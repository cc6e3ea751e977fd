#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/session.h"
#include "store/store.h"

namespace strobe::query {

// Sessions, newest start first. Statuses are as of `now`.
Result<std::vector<SessionSummary>> list_sessions(store::Store& store, const store::SessionFilter& filter, TimeNs now);

// "last", "last~2", a prefix of a session id, a session's key, or a prefix of one of its trace ids. Errors: not_found,
// invalid (ambiguous; the message names some candidates).
Result<SessionId> resolve_session(store::Store& store, std::string_view name);

enum class Content {
  // What is kept as a sequence (histories above all) stays in the store: its values have the type `stored`. Cheap: a
  // history that every call repeats would come back as often as it was sent.
  without_sequences,
  // The same, but what tools were given and gave back is there whole. What analyses want, with load_contexts().
  for_analysis,
  everything,  // raw spans exactly as they arrived
};

// All of one session. Errors: not_found, and what the store says.
Result<SessionView> load_session(store::Store& store, const SessionId& id, Content content, TimeNs now);

// Fills the view's contexts and lanes, and each span's lane. Messages live as long as the view. Errors: not_found,
// corrupt, and what the store says.
Result<void> load_contexts(store::Store& store, SessionView& view);

// The same, but what messages say is not read: fills lanes and each span's lane alone. Facts, places, parents and
// children of the spans are enough.
Result<void> load_lanes(store::Store& store, SessionView& view);

// Messages of contexts, read from the store when first needed. Keeps what it has read: contexts of one session share
// most messages. Message views live as long as the reader.
class ContextReader {
 public:
  explicit ContextReader(store::Store& store);
  ~ContextReader();

  // One element of a context: the blob of a StoredContext's sequence, under its format. Errors: corrupt, and what the
  // store says.
  Result<const ContextMessage*> message(uint64_t blob, ElementFormat format);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The session's messages in reading order, each once: what each LLM call saw that no earlier one had shown, then what
// it answered. Tool definitions are left out. Time and memory are linear in calls, distinct messages and entries, as
// long as histories grow at their ends. Entries live as long as the view and the transcript.
Result<Transcript> read_transcript(store::Store& store, const SessionView& view);

}  // namespace strobe::query
