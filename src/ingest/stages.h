#pragma once

#include "context/split.h"
#include "ingest/pipeline.h"
#include "model/raw.h"
#include "store/store.h"

namespace strobe::ingest {

// Turns a decoded batch into what the store writes, in named steps: refuse what has no usable id, redact, normalise,
// split, hash. Appends to `out`, also to its counts; tells what it refused. `batch` must live until `out` is committed.
Acknowledgement prepare(RawBatch& batch, context::Splitter& splitter, store::Batch& out);

}  // namespace strobe::ingest
