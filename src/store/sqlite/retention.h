#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/sqlite/core.h"
#include "store/sqlite/sessions.h"
#include "store/upkeep.h"

namespace strobe::store {

// What can only leave together: a trace that contributes to several sessions ties them to each other, for a session is
// there as a whole or not at all.
struct Bundle {
  struct Trace {
    uint64_t number = 0;
    int64_t spans = 0;
    int64_t changes = 0;
  };
  std::vector<uint64_t> sessions;
  std::vector<Trace> traces;
  TimeNs end;          // the latest of its sessions
  bool stays = false;  // something in it runs, or waits to be derived
  int64_t spans = 0;
};

// All bundles, oldest end first. The caller holds a transaction. Traces that are leaving already (k_normaliser_leaving)
// are left out.
Result<std::vector<Bundle>> find_bundles(Core& core, Sessions& sessions, TimeNs now);

// In the column trace.normaliser: the trace is on its way out. Its sessions are gone, its id is another one, and
// whoever prunes next finishes it.
inline constexpr int64_t k_normaliser_leaving = 0x7fff'ffff;

// Which of `bundles` leave for the limits that need no measuring of the file: as indexes, ascending.
std::vector<size_t> leaving_by_age_and_count(const std::vector<Bundle>& bundles, const PruneRequest& request);

}  // namespace strobe::store
