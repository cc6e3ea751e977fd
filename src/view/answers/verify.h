#pragma once

#include <string>

#include "analyze/verify.h"
#include "view/text.h"

namespace strobe::view {

// `verify`: each check, and what did not pass said out loud. Passed ones are named when the style is verbose.
std::string verify_text(const SessionView& session, const analyze::Verification& verification, const TextStyle& style);
std::string verify_json(const SessionView& session, const analyze::Verification& verification);

}  // namespace strobe::view
