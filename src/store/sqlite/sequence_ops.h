#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/store.h"

namespace strobe::store {

// A list of blobs as an edit of an earlier list: ranges of the earlier one, and items of its own.
struct SequenceOp {
  bool copy = false;
  size_t from = 0;  // copy: index into the base's items; else into the new items
  size_t count = 0;
  bool operator==(const SequenceOp&) const = default;
};

// How `items` are made from `base`: common prefix and suffix first, and in the middle runs found by a map from item to
// place. Linear in the number of items. Not the shortest edit, but one that costs next to nothing for a change in
// place, a sliding window, moved or replaced parts.
std::vector<SequenceOp> difference(std::span<const BlobId> items, std::span<const BlobId> base);

// The stored form: per op varint(count << 1 | literal); a copy then says how far its start is from the end of the copy
// before (signed varint), literals follow each as the signed difference to the literal before.
class SequenceOpsWriter {
 public:
  void copy(uint64_t from, uint64_t count);
  void begin_literals(uint64_t count);
  void literal(uint64_t number);
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  uint64_t copy_end_ = 0;
  uint64_t last_literal_ = 0;
};

// Longer lists are not read back: a damaged file must not make us allocate the world.
inline constexpr size_t k_sequence_items_max = size_t{1} << 24;

// The list that `ops` make from `base`. Errors: corrupt.
Result<std::vector<uint64_t>> apply_ops(std::string_view ops, std::span<const uint64_t> base);

// What `ops` say, without the base: `base` is left 0. Errors: corrupt.
Result<SequenceEdit> read_ops(std::string_view ops);

// The numbers that are not copied from the base. Errors: corrupt.
Result<std::vector<uint64_t>> literals_of(std::string_view ops);

}  // namespace strobe::store
