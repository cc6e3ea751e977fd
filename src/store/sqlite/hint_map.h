#pragma once

#include <cstddef>
#include <utility>

namespace strobe::store {

// A bounded memory of what the database answered: never needed, often fast. When `entries_max / 2` entries are young,
// they become the old ones and the former old ones are forgotten. `Map` is any standard map.
template <typename Map>
class HintMap {
 public:
  explicit HintMap(size_t entries_max) : half_(entries_max / 2) {}

  // Null when nothing is remembered; valid until the next call.
  template <typename Key>
  const typename Map::mapped_type* find(const Key& key) {
    if (auto found = young_.find(key); found != young_.end()) return &found->second;
    auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    auto node = old_.extract(found);
    make_room();
    return &young_.insert(std::move(node)).position->second;
  }
  void remember(typename Map::key_type key, typename Map::mapped_type value) {
    make_room();
    young_.insert_or_assign(std::move(key), std::move(value));
  }
  void clear() {
    young_.clear();
    old_.clear();
  }
  size_t size() const { return young_.size() + old_.size(); }

 private:
  void make_room() {
    if (young_.size() < half_) return;
    old_ = std::exchange(young_, Map());
  }
  const size_t half_;
  Map young_, old_;
};

}  // namespace strobe::store
