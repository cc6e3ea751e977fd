#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "store/questions.h"

// Living with a store: retention, copies, self-check.

namespace strobe::store {

// Things worth counting that no row tells: refused spans, cut content... Added to the store's counters by name.
struct Count {
  std::string name;
  int64_t by = 0;
};

// `prune`: sessions leave, oldest end first, until every limit holds. A running session stays, and so does whatever a
// remaining one needs.
struct PruneRequest {
  std::optional<TimeNs> ended_before;
  std::optional<int64_t> file_bytes_max;
  std::optional<size_t> sessions_max;
  TimeNs now;
  bool dry_run = false;          // count only
  size_t rows_per_slice = 4000;  // of one write transaction
};
struct PruneReport {
  int64_t sessions = 0, traces = 0, spans = 0, logs = 0, metric_points = 0, blobs = 0, contexts = 0;
  int64_t file_bytes_before = 0, file_bytes_after = 0;
  std::optional<bool> limit_met;  // whether the file is no larger than file_bytes_max, when there is one
};

// How closely a file is looked at: `full` also compares every index entry with its row.
enum class Examination { quick, full };

// `doctor`: what is wrong with the file, and what it holds.
struct Health {
  std::vector<std::string> problems;  // each a line for people; empty: it is well
  std::string path;
  int64_t schema_version = 0, canonical_version = 0;
  std::string sqlite_version;
  int64_t file_bytes = 0, free_bytes = 0;  // free: inside the file, reused by what comes next
  struct Table {
    std::string name;
    int64_t rows = 0, bytes = 0;
  };
  std::vector<Table> tables;                                  // what users call them: spans, logs, contents, index...
  std::vector<std::pair<int, int64_t>> traces_by_normaliser;  // normaliser version -> traces
  std::vector<Count> counts;  // everything dropped, truncated, suspect, refused, repeated
  IndexState index;
  struct SessionBytes {
    SessionId session;
    int64_t bytes = 0;
  };
  std::vector<SessionBytes> largest_sessions;  // what each needs of the file, shared content included; not when quick
};

// Long work tells how far it is. `total` 0: unknown. Returning false asks it to stop at the next safe place.
using Progress = std::function<bool(std::string_view what, int64_t done, int64_t total)>;

}  // namespace strobe::store
