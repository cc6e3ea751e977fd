#pragma once

#include <string>
#include <vector>

#include "analyze/compare.h"
#include "view/text.h"

// Two runs or more, side by side. The look of two is the tracing guide's.

namespace strobe::view {

// A run beside the baseline, and what became of it.
struct ComparedPair {
  const analyze::ComparedRun* run = nullptr;
  analyze::MetricComparison metrics;
  analyze::StructureComparison structure;
};

struct CompareAnswer {
  const analyze::ComparedRun* baseline = nullptr;
  std::vector<ComparedPair> runs;  // at least one
  bool shows_structure = false;    // what differs first, not only that something does
};

std::string compare_text(const CompareAnswer& answer, const TextStyle& style);
std::string compare_json(const CompareAnswer& answer);

}  // namespace strobe::view
