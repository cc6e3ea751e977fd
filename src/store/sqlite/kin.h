#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/sqlite/hint_map.h"

namespace strobe::store {

// Finds for a text on its way into the store an earlier one to compress it against: one that shares a long word with
// it, an id, a path or an identifier. Then it is likely the same message told in another form, the answer to that call,
// or another part of the same file. In memory only and bounded: a hint, whose absence costs space and nothing else.
class Kin {
 public:
  // A blob whose literal may be a compression prefix: it was compressed without one itself.
  struct Base {
    uint64_t number = 0;
    std::string literal;
  };
  using BasePtr = std::shared_ptr<const Base>;
  // Hashes of the longest words; 0: none.
  using Words = std::array<uint64_t, 3>;

  static constexpr size_t k_literal_bytes_max = size_t{16} << 10;

  static Words words_of(std::string_view text);
  // Null when nothing is known to share one of the words.
  BasePtr find(const Words& words);
  // From now on a text with these words is compressed against `base`.
  void remember(const Words& words, const BasePtr& base);
  void clear() { bases_.clear(); }

 private:
  // Words, not texts: memory is at most a third of this times k_literal_bytes_max, and usually a hundredth of that.
  static constexpr size_t k_words_max = 6'000;
  HintMap<std::unordered_map<uint64_t, BasePtr>> bases_{k_words_max};
};

}  // namespace strobe::store
