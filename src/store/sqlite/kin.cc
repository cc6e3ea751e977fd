#include "store/sqlite/kin.h"

#include <algorithm>
#include <functional>

namespace strobe::store {

namespace {
// Shorter words are shared by texts that have nothing to do with each other.
constexpr size_t k_word_bytes_min = 12;
// What is shorter and shares no more than some other word is a message of its own: it shall stay whole, for what comes
// next will share its longest word, an id.
constexpr size_t k_many_words_bytes_min = 1024;
// The beginning says enough about a text.
constexpr size_t k_scanned_bytes_max = size_t{16} << 10;

constexpr auto k_is_word = [] {
  std::array<bool, 256> is_word{};
  for (int c = 0; c < 256; ++c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
    is_word[static_cast<size_t>(c)] = is_letter || (c >= '0' && c <= '9') || c == '_' || c == '-';
  }
  return is_word;
}();
}  // namespace

Kin::Words Kin::words_of(std::string_view text) {
  const size_t size = text.size();
  text = text.substr(0, k_scanned_bytes_max);
  std::array<std::string_view, std::tuple_size_v<Words>> longest;
  const auto note = [&longest](std::string_view word) {
    if (word.size() <= longest.back().size() || std::ranges::find(longest, word) != longest.end()) return;
    const auto place =
        std::ranges::find_if(longest, [&](std::string_view other) { return word.size() > other.size(); });
    std::move_backward(place, longest.end() - 1, longest.end());
    *place = word;
  };
  size_t begin = 0;
  for (size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && k_is_word[static_cast<unsigned char>(text[at])]) continue;
    if (at - begin >= k_word_bytes_min) note(text.substr(begin, at - begin));
    begin = at + 1;
  }
  Words words{};
  for (size_t i = 0; i < words.size(); ++i) {
    const bool counts = !longest[i].empty() && (i == 0 || size >= k_many_words_bytes_min);
    if (counts) words[i] = std::hash<std::string_view>()(longest[i]);
  }
  return words;
}

Kin::BasePtr Kin::find(const Words& words) {
  for (const uint64_t word : words) {
    if (word == 0) continue;
    if (const BasePtr* base = bases_.find(word)) return *base;
  }
  return nullptr;
}

void Kin::remember(const Words& words, const BasePtr& base) {
  for (const uint64_t word : words) {
    if (word != 0) bases_.remember(word, base);
  }
}

}  // namespace strobe::store
