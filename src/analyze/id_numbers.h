#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

// Inside only.

namespace strobe::analyze {

// Numbers for texts, from 0 on in the order they come. A table without a node for each, for millions of ids. The texts
// must outlive it.
class IdNumbers {
 public:
  size_t size() const { return ids_.size(); }
  void reserve(size_t count) {
    ids_.reserve(count);
    if (2 * count > slots_.size()) grow(std::bit_ceil(2 * count));
  }
  // -1: not known.
  int32_t find(std::string_view id) const {
    return slots_.empty() ? -1 : slots_[slot_of(id, std::hash<std::string_view>()(id))];
  }
  // A new one where it is not known.
  int32_t add(std::string_view id) {
    if (2 * (ids_.size() + 1) > slots_.size()) grow(std::max<size_t>(16, 2 * slots_.size()));
    const size_t hash = std::hash<std::string_view>()(id);
    int32_t& slot = slots_[slot_of(id, hash)];
    if (slot < 0) {
      slot = static_cast<int32_t>(ids_.size());
      ids_.push_back({id, hash});
    }
    return slot;
  }

 private:
  struct Id {
    std::string_view text;
    size_t hash = 0;
  };
  // Where it is, or would be.
  size_t slot_of(std::string_view id, size_t hash) const {
    const size_t mask = slots_.size() - 1;
    size_t slot = hash & mask;
    while (slots_[slot] >= 0 && (ids_[slots_[slot]].hash != hash || ids_[slots_[slot]].text != id))
      slot = (slot + 1) & mask;
    return slot;
  }
  void grow(size_t count) {
    slots_.assign(count, -1);
    for (size_t i = 0; i < ids_.size(); ++i) slots_[slot_of(ids_[i].text, ids_[i].hash)] = static_cast<int32_t>(i);
  }

  std::vector<Id> ids_;
  std::vector<int32_t> slots_;  // a power of two, at most half of them taken
};

}  // namespace strobe::analyze
