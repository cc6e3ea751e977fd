#pragma once

#include <span>
#include <vector>

#include "analyze/rules/rule.h"
#include "model/finding.h"
#include "model/session.h"

namespace strobe::analyze {

// Everything that the rules find: the most severe first, then what cost most, then by rule and step. Needs contexts and
// lanes; rules that want them are silent without. `earlier`: ended runs of the same agent before this one, newest
// first.
std::vector<Finding> findings_of(const SessionView& session, const Thresholds& thresholds,
                                 std::span<const SessionSummary> earlier = {});

}  // namespace strobe::analyze
