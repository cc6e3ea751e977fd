#include "analyze/alignment.h"

#include <algorithm>
#include <optional>

namespace strobe::analyze {

namespace {

using Sequence = std::span<const int32_t>;
using Matches = std::vector<std::pair<int32_t, int32_t>>;

// How far each diagonal k = x - y was reached with d edits: reached[d][(k + d) / 2] is the x. Only every second
// diagonal can be reached with d edits, so d needs d + 1 numbers.
using Reached = std::vector<std::vector<int32_t>>;

int32_t furthest(const std::vector<int32_t>& before, int32_t d, int32_t k) {
  const auto at = [&](int32_t diagonal) { return before[static_cast<size_t>(diagonal + d - 1) / 2]; };
  const bool is_down = k == -d || (k != d && at(k - 1) < at(k + 1));
  return is_down ? at(k + 1) : at(k - 1) + 1;
}

// The rows of `Reached` until both sequences are used up; nothing when a limit comes first.
std::optional<Reached> search(Sequence a, Sequence b, const AlignmentLimits& limits) {
  const auto n = static_cast<int32_t>(a.size());
  const auto m = static_cast<int32_t>(b.size());
  Reached reached;
  size_t work = 0;
  for (int32_t d = 0; d <= limits.edits_max; ++d) {
    std::vector<int32_t> row(static_cast<size_t>(d) + 1, -1);
    for (int32_t k = -d; k <= d; k += 2) {
      int32_t x = d == 0 ? 0 : furthest(reached.back(), d, k);
      int32_t y = x - k;
      const int32_t begin = x;
      // Diagonals outside of the rectangle stay what they are: nothing passes through them that could be shorter.
      while (x >= 0 && y >= 0 && x < n && y < m && a[x] == b[y]) ++x, ++y;
      work += static_cast<size_t>(x - begin) + 1;
      row[static_cast<size_t>(k + d) / 2] = x;
      if (x >= n && y >= m) {
        reached.push_back(std::move(row));
        return reached;
      }
    }
    if (work > limits.work_max) return std::nullopt;
    reached.push_back(std::move(row));
  }
  return std::nullopt;
}

// Back from the end, edit by edit; appends the matches between, last first.
void trace_back(const Reached& reached, Sequence a, Sequence b, int32_t offset, Matches& matches) {
  auto x = static_cast<int32_t>(a.size());
  auto y = static_cast<int32_t>(b.size());
  for (auto d = static_cast<int32_t>(reached.size()) - 1; d >= 0; --d) {
    const int32_t k = x - y;
    const int32_t begin = d == 0 ? 0 : furthest(reached[static_cast<size_t>(d) - 1], d, k);
    for (; x > begin; --x, --y) matches.emplace_back(offset + x - 1, offset + y - 1);
    if (d == 0) break;
    const auto& before = reached[static_cast<size_t>(d) - 1];
    const auto at = [&](int32_t diagonal) { return before[static_cast<size_t>(diagonal + d - 1) / 2]; };
    const bool is_down = k == -d || (k != d && at(k - 1) < at(k + 1));
    x = is_down ? at(k + 1) : at(k - 1);
    y = is_down ? x - (k + 1) : x - (k - 1);
  }
}

}  // namespace

Alignment align(Sequence a, Sequence b, const AlignmentLimits& limits) {
  Alignment alignment;
  const size_t shorter = std::min(a.size(), b.size());
  size_t begin = 0;
  while (begin < shorter && a[begin] == b[begin]) ++begin;
  size_t end = 0;
  while (end < shorter - begin && a[a.size() - 1 - end] == b[b.size() - 1 - end]) ++end;
  for (size_t i = 0; i < begin; ++i) alignment.matches.emplace_back(i, i);
  const Sequence middle_a = a.subspan(begin, a.size() - begin - end);
  const Sequence middle_b = b.subspan(begin, b.size() - begin - end);
  if (!middle_a.empty() && !middle_b.empty()) {
    const auto reached = search(middle_a, middle_b, limits);
    alignment.is_exact = reached.has_value();
    const size_t first = alignment.matches.size();
    if (reached) trace_back(*reached, middle_a, middle_b, static_cast<int32_t>(begin), alignment.matches);
    std::reverse(alignment.matches.begin() + static_cast<ptrdiff_t>(first), alignment.matches.end());
  }
  for (size_t i = end; i > 0; --i) alignment.matches.emplace_back(a.size() - i, b.size() - i);
  return alignment;
}

}  // namespace strobe::analyze
