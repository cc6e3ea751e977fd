#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "base/result.h"
#include "store/sqlite/core.h"

namespace strobe::store {

// The queue of spans that are to be read again because log records tell of them. A span and a log that tells of it come
// in any order and from any process; whoever is written second finds the other in its own transaction, so none is
// missed. Tickets are never given twice: who amends with an old one knows that something came since.
class AmendQueue {
 public:
  struct Waiting {
    uint64_t ticket = 0;
    uint64_t trace = 0;
    std::optional<TraceId> trace_id;  // none: the trace is gone
    SpanId span;
  };

  explicit AmendQueue(Core& core) : core_(core) {}

  // Within the transaction that wrote it.
  Result<void> span_was_written(uint64_t trace, const SpanId& span);
  Result<void> log_was_written(uint64_t trace, const SpanId& span);

  // The first whose ticket is above `ticket`.
  Result<std::optional<Waiting>> next(uint64_t ticket);
  // Takes a ticket off the queue and gives the number of its trace; none: it is not there any more.
  Result<std::optional<uint64_t>> take(uint64_t ticket);

 private:
  Core& core_;
};

}  // namespace strobe::store
