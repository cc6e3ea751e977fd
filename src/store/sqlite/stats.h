#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/names.h"
#include "store/sqlite/session_match.h"
#include "store/sqlite/start_range.h"
#include "store/stats_sum.h"
#include "store/store.h"

namespace strobe::store {

// `Store::stats`: goes through the parts of sessions that may hold spans of the asked time, and through the calls (by
// tool: the tool spans) of each. The caller holds a read transaction.
class Stats {
 public:
  Stats(Core& core, Names& names) : core_(core), names_(names) {}
  // `match` is made of the same filter.
  Result<std::vector<StatsRow>> sum(StatsBy by, const Filter& filter, SessionMatch& match);

 private:
  struct Part {
    uint64_t trace = 0;
    uint64_t session = 0;
    uint64_t agent = 0;
    uint64_t service = 0;
    uint64_t main_session = 0;  // of the trace: where spans are that have no place
    std::string session_hex;
  };
  struct Question {
    StatsBy by;
    StartRange range;
    SessionMatch& match;
    StatsSum sum;
  };
  Result<void> add_calls(const Part& part, Question& question);
  Result<void> add_tools(const Part& part, Question& question);
  Result<std::string> key_of_call(const sqlite::Statement& statement, const Part& part, StatsBy by);

  Core& core_;
  Names& names_;
};

}  // namespace strobe::store
