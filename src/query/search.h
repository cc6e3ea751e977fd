#pragma once

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

// Full text beyond what the store answers by itself: store::Store::search().

namespace strobe::query {

// Takes spans into the text index until none is waiting, the patience is over (an index slice at a time, so it may take
// a little longer), or the store cannot be written now. Returns how far the index is then.
Result<store::IndexState> catch_up_index(store::Store& store, DurationNs patience);

}  // namespace strobe::query
