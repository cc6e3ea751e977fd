#include "view/answers/advice.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace strobe::view {

std::vector<Advice> advice_of(std::span<const Finding> findings) {
  size_t ranks = 0;
  for (const Finding& finding : findings) ranks = std::max(ranks, finding.fixes.size());
  std::vector<Advice> advice;
  std::unordered_map<std::string_view, size_t> known;
  for (size_t rank = 0; rank < ranks; ++rank) {
    for (const Finding& finding : findings) {
      if (rank >= finding.fixes.size()) continue;
      const auto [found, is_new] = known.emplace(finding.fixes[rank], advice.size());
      if (is_new) advice.push_back({finding.fixes[rank], {}});
      advice[found->second].findings.push_back(&finding);
    }
  }
  return advice;
}

}  // namespace strobe::view
