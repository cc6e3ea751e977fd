#include "query/search.h"

#include <chrono>

namespace strobe::query {

namespace {
constexpr size_t k_spans_at_once = 256;
}  // namespace

Result<store::IndexState> catch_up_index(store::Store& store, DurationNs patience) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::nanoseconds(patience.ns);
  store::IndexState state = TRY(store.index_state());
  while (state.spans_waiting > 0) {
    // Somebody else may be writing, or the file may only be read: then the question is answered with what there is.
    const auto indexed = store.index_some(k_spans_at_once);
    if (!indexed || *indexed == 0 || std::chrono::steady_clock::now() >= give_up) return store.index_state();
    state = TRY(store.index_state());
  }
  return state;
}

}  // namespace strobe::query
