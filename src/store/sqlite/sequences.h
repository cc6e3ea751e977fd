#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "context/piece.h"
#include "store/sqlite/blobs.h"
#include "store/sqlite/core.h"
#include "store/store.h"

namespace strobe::store {

using SequencePtr = std::shared_ptr<context::Sequence>;

// The table of sequences: each an edit of an earlier one where there is one, every k_sequence_depth_max-th in full.
inline constexpr int k_sequence_depth_max = 63;

class Sequences {
 public:
  Sequences(Core& core, Blobs& blobs);

  void begin_writing();
  // After the commit: notes the new numbers in the sequences themselves, and lets go of their bases.
  void publish();
  // After a rollback, and when numbers became void.
  void forget();

  // The number of a sequence, 0 when it is not stored.
  uint64_t known_number(const SequencePtr& sequence) const;
  // Says that a sequence equals one that is stored.
  void note(const SequencePtr& sequence, uint64_t number);
  // Stores it if need be. Error conflict: an item is not in the store.
  Result<uint64_t> write(const SequencePtr& sequence);
  // What a stored sequence adds to the one it is an edit of; base 0: it stands by itself. Errors: not_found, corrupt.
  struct Edit {
    uint64_t base = 0;
    std::vector<uint64_t> added;
  };
  Result<Edit> edit(uint64_t number);
  // The items' blob numbers. Errors: not_found, corrupt.
  Result<std::vector<uint64_t>> items(uint64_t number);
  // Store::fetch_sequence_edit. Errors: not_found, corrupt.
  Result<SequenceEdit> stored_edit(uint64_t number);

 private:
  Result<std::string> encode(const context::Sequence& sequence, const context::Sequence* base, bool& any_copy);

  Core& core_;
  Blobs& blobs_;
  NextNumber next_;
  // Of the running transaction; the pointers keep the keys alive.
  std::unordered_map<const context::Sequence*, std::pair<SequencePtr, uint64_t>> staged_;
  // Lists that were read before: reading call after call of a session, each is an edit of the one before.
  std::unordered_map<uint64_t, std::vector<uint64_t>> read_;
  size_t read_items_ = 0;
};

}  // namespace strobe::store
