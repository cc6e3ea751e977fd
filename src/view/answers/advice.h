#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/finding.h"

namespace strobe::view {

// Something to do, and the findings it is for.
struct Advice {
  std::string text;
  std::vector<const Finding*> findings;  // at least one, most severe first
};

// The best fix of each finding in the findings' order, then each one's second best, and so on; each text once.
// `findings` must outlive it.
std::vector<Advice> advice_of(std::span<const Finding> findings);

}  // namespace strobe::view
