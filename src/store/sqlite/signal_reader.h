#pragma once

#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/names.h"
#include "store/store.h"

namespace strobe::store {

// Reads logs and metric points back. The caller holds a read transaction.
class SignalReader {
 public:
  SignalReader(Core& core, Names& names) : core_(core), names_(names) {}
  Result<std::vector<MetricPointRow>> points(const MetricFilter& filter);
  // By time, then arrival.
  Result<std::vector<StoredLog>> logs_of_trace(uint64_t trace, const TraceId& id);
  // As in the face (store.h).
  Result<std::vector<StoredLog>> logs_telling_of(uint64_t trace, const TraceId& id, const SpanId& span);
  Result<std::vector<SpanId>> spans_told_of(uint64_t trace);

 private:
  Result<std::vector<StoredLog>> read_logs(sqlite::Statement& rows, const TraceId& id);

  Core& core_;
  Names& names_;
};

}  // namespace strobe::store
