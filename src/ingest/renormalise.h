#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace strobe::ingest {

struct RenormaliseReport {
  int64_t traces = 0, spans = 0;
  // Traces that could not be read, or that others kept changing: the next run finds them again.
  int64_t traces_left = 0;
  std::string reason;  // of the first of those
  bool stopped = false;
};

enum class Renormalise { behind, all };  // behind: traces that an older normaliser had a part in

// Reads stored spans anew, as they arrived, after a dialect was mended: redacts, normalises, splits and writes them
// over what was, and derives their sessions. Whole traces in batches, each a transaction: killed in between, the next
// run goes on. Doing it twice changes nothing. Errors: what the store says.
Result<RenormaliseReport> renormalise(store::Store& store, Renormalise which, const store::Progress& progress);

}  // namespace strobe::ingest
