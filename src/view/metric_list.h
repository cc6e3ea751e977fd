#pragma once

#include <span>
#include <string>

#include "base/time.h"
#include "model/raw.h"
#include "view/text.h"

namespace strobe::view {

// One metric data point as it was received: `metric` holds exactly one point (or none, when it was damaged).
struct MetricLine {
  TimeNs time;
  std::string service;
  RawMetric metric;
};

// `metrics`: a table in the order given.
std::string metrics_text(std::span<const MetricLine> lines, const TextStyle& style);
// An array of objects, docs/json.md.
std::string metrics_json(std::span<const MetricLine> lines);

}  // namespace strobe::view
