#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/name_pattern.h"
#include "store/sqlite/core.h"
#include "store/sqlite/hint_map.h"
#include "store/sqlite/names.h"
#include "store/store.h"

namespace strobe::store {

class Sessions;

// Says of sessions whether a filter lets them through; what a filter says of times is left to the caller. What it has
// found out it remembers, within bounds. For one question: must not outlive the read transaction.
class SessionMatch {
 public:
  // `with_text`: the numbers of the sessions in which the filter's text occurs, ascending; nothing when it has none.
  static Result<SessionMatch> make(Core& core, Names& names, Sessions& sessions, const Filter& filter,
                                   std::optional<std::vector<uint64_t>> with_text);

  // The one session that can match at all: 0 when the filter names one that is not there, nothing when it names none.
  std::optional<uint64_t> only_session() const { return only_; }
  // By status, session and text.
  Result<bool> session_matches(uint64_t session);
  // By agent and model as well: some part of the session has both.
  Result<bool> session_and_parts_match(uint64_t session);
  // A part's columns. A part without an agent goes by its service.
  Result<bool> part_matches(uint64_t agent, uint64_t service, std::string_view models);
  // Single names.
  Result<bool> agent_matches(uint64_t name) { return matches(agent_, agents_, name); }
  Result<bool> model_matches(uint64_t name) { return matches(model_, models_, name); }
  bool asks_for_model() const { return !model_.is_empty(); }

 private:
  using Answers = HintMap<std::unordered_map<uint64_t, bool>>;

  SessionMatch(Core& core, Names& names, Sessions& sessions, const Filter& filter);
  Result<bool> matches(const NamePattern& pattern, Answers& known, uint64_t name);
  Result<bool> find_out(uint64_t session);

  Core* core_;
  Names* names_;
  Sessions* sessions_;
  std::optional<uint64_t> only_;
  std::optional<SessionStatus> status_;
  TimeNs now_;
  NamePattern agent_, model_;
  std::optional<std::vector<uint64_t>> with_text_;
  Answers agents_, models_, sessions_known_;
};

}  // namespace strobe::store
