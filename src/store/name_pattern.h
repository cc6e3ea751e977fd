#pragma once

#include <string>
#include <string_view>

namespace strobe::store {

// How `Filter` compares names: ignoring case (of ASCII letters), anywhere in the name when the pattern holds no '*' or
// '?', else as a pattern for the whole name. Takes time linear in the name, times the pattern at worst.
class NamePattern {
 public:
  explicit NamePattern(std::string_view pattern);
  // An empty pattern restricts nothing.
  bool is_empty() const { return folded_.empty(); }
  bool matches(std::string_view name) const;

 private:
  std::string folded_;
  bool is_glob_ = false;
};

}  // namespace strobe::store
