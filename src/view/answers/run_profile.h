#pragma once

#include <string>

#include "analyze/run_profile.h"
#include "view/text.h"

namespace strobe::view {

// `profile`: harn's run profile, as text and with harn's keys.
std::string run_profile_text(const SessionView& session, const analyze::RunProfile& profile, const TextStyle& style);
std::string run_profile_json(const SessionView& session, const analyze::RunProfile& profile);

}  // namespace strobe::view
