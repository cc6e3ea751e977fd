#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "context/piece.h"
#include "store/sqlite/blobs.h"
#include "store/sqlite/sequences.h"

namespace strobe::store {

// The references of a packed record, as a column: each a varint of (zigzag difference to the one before of its sort <<
// 1 | is a sequence). Stores sequences that are not stored yet. Error conflict: a piece is not in the store.
Result<std::string> write_references(const context::Packed& packed, Blobs& blobs, Sequences& sequences);
// The numbers, in order. Errors: corrupt.
Result<std::vector<uint64_t>> read_references(std::string_view column);
// The same with what they are numbers of.
struct StoredReference {
  bool is_sequence = false;  // else a blob
  uint64_t number = 0;
};
Result<std::vector<StoredReference>> read_reference_list(std::string_view column);

}  // namespace strobe::store
