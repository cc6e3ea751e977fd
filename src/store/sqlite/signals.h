#pragma once

#include "base/result.h"
#include "store/sqlite/amend_queue.h"
#include "store/sqlite/counters.h"
#include "store/sqlite/names.h"
#include "store/sqlite/sequences.h"
#include "store/sqlite/traces.h"
#include "store/store.h"

namespace strobe::store {

// The tables of logs and metric points. A log that comes again is one row with a count, a metric point replaces the one
// of the same key.
class Signals {
 public:
  struct Parts {
    Core& core;
    Names& names;
    PackedTable& resources;
    PackedTable& scopes;
    Blobs& blobs;
    Sequences& sequences;
    Traces& traces;
    Counters& counters;
    AmendQueue& amend_queue;
  };
  explicit Signals(const Parts& parts) : in_(parts) {}

  Result<void> write(const LogRecord& log);
  Result<void> write(const MetricPointRecord& point);

 private:
  const Parts in_;
};

}  // namespace strobe::store
