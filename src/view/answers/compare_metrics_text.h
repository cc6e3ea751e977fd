#pragma once

#include <string>

#include "analyze/compare.h"
#include "view/text.h"

namespace strobe::view {

// "Iterations               5 →          3  ↓ -2 (better)", with a newline.
std::string metric_line(const analyze::MetricChange& metric, const TextStyle& style);
// "Duration +35% (allowed: +20%)"
std::string verdict_text(const analyze::MetricChange& metric);
Color color_of(analyze::Change change);
Color color_of(analyze::Assessment assessment);

}  // namespace strobe::view
