#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sqlite/database.h"

namespace strobe::store {

inline constexpr size_t k_snippet_bytes = 160;

// A piece of a text around the first place that matches, and the ranges of it that match.
struct Snippet {
  std::string text;
  std::vector<std::pair<uint32_t, uint32_t>> matches;
};

// Finds where an FTS5 expression matches in a text that the index does not keep: the text is put into an index of one
// row in memory, so that the rules are the index's own. One thread.
class SearchHighlight {
 public:
  // `text`: as SearchText makes it. A text that does not match gives its beginning.
  Result<Snippet> snippet(const std::string& text, const std::string& expression);

 private:
  Result<std::vector<std::pair<size_t, size_t>>> matches_in(const std::string& text, const std::string& expression);

  std::optional<sqlite::Database> database_;
};

}  // namespace strobe::store
