#pragma once

#include <string>

#include "analyze/blame.h"
#include "analyze/carried_cost.h"
#include "view/text.h"

namespace strobe::view {

// `blame`: where the time went and what failed. `carried` is empty where no context is known.
std::string blame_text(const SessionView& session, const analyze::Blame& blame, const analyze::CarriedCost& carried,
                       const TextStyle& style);
std::string blame_json(const SessionView& session, const analyze::Blame& blame, const analyze::CarriedCost& carried);
// `blame --format rnix`: the JSON of the rnix debugger's `trace blame`, of the earliest trace's name.
std::string rnix_blame_json(const SessionView& session, const analyze::Blame& blame);

}  // namespace strobe::view
