#include "store/name_pattern.h"

#include <algorithm>
#include <cstddef>

namespace strobe::store {

namespace {
char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
}  // namespace

NamePattern::NamePattern(std::string_view pattern) : is_glob_(pattern.find_first_of("*?") != std::string_view::npos) {
  for (const char c : pattern) folded_.push_back(fold(c));
}

bool NamePattern::matches(std::string_view name) const {
  if (folded_.empty()) return true;
  const auto equal = [](char wanted, char found) { return wanted == fold(found); };
  if (!is_glob_) return !std::ranges::search(name, folded_, {}, fold).empty();
  // Greedy: only the last star ever has to give way, so this is no exponential search.
  size_t n = 0, p = 0;
  size_t star = std::string::npos, behind_star = 0;
  while (n < name.size()) {
    if (p < folded_.size() && folded_[p] == '*') {
      star = p++;
      behind_star = n;
    } else if (p < folded_.size() && (folded_[p] == '?' || equal(folded_[p], name[n]))) {
      ++p;
      ++n;
    } else if (star != std::string::npos) {
      p = star + 1;
      n = ++behind_star;
    } else {
      return false;
    }
  }
  while (p < folded_.size() && folded_[p] == '*') ++p;
  return p == folded_.size();
}

}  // namespace strobe::store
