#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strobe::analyze {

// Paths like JSON pointers (RFC 6901), as "/steps/*/tools/0/arguments/path": `*` stands for any one element, and a path
// stands for all that is below it.
class PathList {
 public:
  // One more. Errors: invalid, when it does not begin with "/" or there are k_paths_max.
  Result<void> add(std::string_view path);
  // Whether one of them, or what is above it, is `path`, whose elements are escaped as a JSON pointer's.
  bool has(std::string_view path) const;
  bool empty() const { return paths_.empty(); }

 private:
  std::vector<std::vector<std::string>> paths_;
};

inline constexpr size_t k_paths_max = 1000;

// An element of a path: "~" as "~0", "/" as "~1".
std::string escaped_element(std::string_view element);

}  // namespace strobe::analyze
