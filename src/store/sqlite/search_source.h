#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite/blobs.h"
#include "store/sqlite/samples.h"
#include "store/sqlite/search_text.h"

namespace strobe::store {

// A text of the index is a blob, without the blobs its recipe inserts, or what stands in a span itself. Their numbers
// share one space.
inline constexpr uint64_t text_of_blob(uint64_t blob) { return blob << 1; }
inline constexpr uint64_t text_of_span(uint64_t span) { return span << 1 | 1; }

// Reads texts, when they are indexed and when they are shown. Errors of all: not_found, corrupt.
class SearchSource {
 public:
  SearchSource(Core& core, Blobs& blobs, Samples& samples) : core_(core), blobs_(blobs), samples_(samples) {}

  Result<SearchText> read(uint64_t text);
  Result<SearchText> blob(uint64_t number);
  // The blobs that a blob's recipe inserts.
  Result<std::vector<uint64_t>> inserted_into(uint64_t blob) { return blobs_.inserted_into(blob); }
  // `packed`: the span's column.
  Result<SearchText> span(std::string_view packed);

 private:
  Core& core_;
  Blobs& blobs_;
  Samples& samples_;
};

}  // namespace strobe::store
