#pragma once

#include <string>
#include <vector>

#include "view/text.h"

namespace strobe::view {

struct Column {
  std::string title;
  bool right_aligned = false;
  bool flexible = false;  // gives way when the table is wider than the terminal
  bool optional = false;  // is left out, from the right, when giving way is not enough
};

// Rows of cells as aligned text that fits the style's width. Cells are made safe here. Flexible columns shrink evenly,
// never below k_column_width_min.
std::string render_table(std::vector<Column> columns, const std::vector<std::vector<std::string>>& rows,
                         const TextStyle& style);

inline constexpr int k_column_width_min = 8;

}  // namespace strobe::view
