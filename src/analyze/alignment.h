#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace strobe::analyze {

// Beyond so many insertions and deletions, or so much work, only the common beginning and end are matched.
inline constexpr int32_t k_edits_max = 2048;
inline constexpr size_t k_alignment_work_max = size_t{1} << 26;

struct AlignmentLimits {
  int32_t edits_max = k_edits_max;
  size_t work_max = k_alignment_work_max;
};

// Which elements of two sequences are the same ones.
struct Alignment {
  std::vector<std::pair<int32_t, int32_t>> matches;  // positions in both, each rising
  bool is_exact = true;                              // no alignment matches more; false: a limit was reached
};

// A longest common subsequence: Myers, "An O(ND) difference algorithm and its variations" (1986), the greedy form. What
// both begin and end with is matched first. Time O(n + m + edits * (n + m)) at worst, memory O(edits^2).
Alignment align(std::span<const int32_t> a, std::span<const int32_t> b, const AlignmentLimits& limits = {});

}  // namespace strobe::analyze
