#pragma once

#include <cstddef>

#include "base/result.h"
#include "context/split.h"
#include "store/store.h"

namespace strobe::ingest {

// Log records may tell of a span (dialect::tells_of_span), and come before it or after it, in any batch, from any
// process. The store notes which spans are concerned; this reads up to `spans_max` of them once more with all that is
// told of them, and stores what is understood now. Bytes and hash of a span stay what they are. Of `splitter` the memo
// is used, so that lists that a log brought are found again; it is forgotten when something fails. Returns how many
// spans left the queue; a span that cannot be read is one of them and is counted ("spans.not_amended"). One that the
// store does not take because somebody prunes at this very moment stays where it is, and those behind it go before: the
// next call tries it again. Errors: what the store says when it cannot be read or written now.
Result<size_t> amend_some(store::Store& store, context::Splitter& splitter, size_t spans_max);

}  // namespace strobe::ingest
