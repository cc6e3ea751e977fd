#pragma once

#include <span>

#include "context/split.h"
#include "ingest/pipeline.h"
#include "model/raw.h"
#include "store/store.h"

namespace strobe::ingest {

// Turns a decoded batch into what the store writes, in named steps: refuse what has no usable id, redact, normalise,
// split, hash. Appends to `out`, also to its counts; tells what it refused. `batch` must live until `out` is committed.
Acknowledgement prepare(RawBatch& batch, context::Splitter& splitter, store::Batch& out);

// The same of one span that was read back, with the log records that tell of it. Both must live in `batch`, whose lists
// are used up; so must what the record is made of, until it is written.
store::SpanRecord prepare_again(RawBatch& batch, const RawSpan& span, std::span<const RawLog> logs,
                                context::Splitter& splitter);

}  // namespace strobe::ingest
