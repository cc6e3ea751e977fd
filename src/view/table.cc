#include "view/table.h"

#include <algorithm>
#include <cstddef>

namespace strobe::view {

namespace {

constexpr int k_gap = 2;

std::vector<int> natural_widths(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
  std::vector<int> widths;
  for (size_t c = 0; c < columns.size(); ++c) {
    int width = display_width(columns[c].title);
    for (const auto& row : rows) width = std::max(width, display_width(row[c]));
    widths.push_back(width);
  }
  return widths;
}

// Takes columns away from the widest flexible one until the table fits or nothing can give way.
void shrink(std::vector<int>& widths, const std::vector<Column>& columns, int width_max) {
  int total = -k_gap;
  for (const int width : widths) total += width + k_gap;
  while (total > width_max) {
    size_t widest = columns.size();
    for (size_t c = 0; c < columns.size(); ++c) {
      if (!columns[c].flexible || widths[c] <= k_column_width_min) continue;
      if (widest == columns.size() || widths[c] > widths[widest]) widest = c;
    }
    if (widest == columns.size()) return;
    --widths[widest];
    --total;
  }
}

std::string render_row(const std::vector<std::string>& cells, const std::vector<Column>& columns,
                       const std::vector<int>& widths) {
  std::string line;
  for (size_t c = 0; c < cells.size(); ++c) {
    const std::string cell = fit(cells[c], widths[c]);
    const std::string fill(static_cast<size_t>(std::max(0, widths[c] - display_width(cell))), ' ');
    line += columns[c].right_aligned ? fill + cell : cell + fill;
    if (c + 1 < cells.size()) line.append(k_gap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

int width_when_shrunk(const std::vector<int>& widths, const std::vector<Column>& columns) {
  int total = -k_gap;
  for (size_t c = 0; c < columns.size(); ++c) {
    total += k_gap + (columns[c].flexible ? std::min(widths[c], k_column_width_min) : widths[c]);
  }
  return total;
}

// Leaves optional columns out until the table can be made to fit, or none is left.
void drop_columns(std::vector<Column>& columns, std::vector<std::vector<std::string>>& rows, std::vector<int>& widths,
                  int width_max) {
  for (size_t c = columns.size(); c > 0 && width_when_shrunk(widths, columns) > width_max; --c) {
    if (!columns[c - 1].optional) continue;
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(c - 1));
    widths.erase(widths.begin() + static_cast<std::ptrdiff_t>(c - 1));
    for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(c - 1));
  }
}

}  // namespace

std::string render_table(std::vector<Column> columns, const std::vector<std::vector<std::string>>& rows,
                         const TextStyle& style) {
  std::vector<std::vector<std::string>> cells;
  cells.reserve(rows.size());
  for (const auto& row : rows) {
    cells.emplace_back();
    for (const std::string& cell : row) cells.back().push_back(safe(cell));
  }
  std::vector<int> widths = natural_widths(columns, cells);
  if (style.width > 0) {
    drop_columns(columns, cells, widths, style.width);
    shrink(widths, columns, style.width);
  }
  std::vector<std::string> titles;
  for (const Column& column : columns) titles.push_back(column.title);
  std::string header = render_row(titles, columns, widths);
  header.pop_back();
  std::string out = colored(style, Color::bold, header) + "\n";
  for (const auto& row : cells) out += render_row(row, columns, widths);
  return out;
}

}  // namespace strobe::view
