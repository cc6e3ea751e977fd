#pragma once

#include <string>
#include <string_view>

namespace strobe::analyze {

// A text without what differs from run to run for no reason of the agent's: UUIDs become <uuid>, dates and moments
// <time> (2026-01-30, 2026-01-30T12:00:00Z, 12:00, and Unix times of ten, thirteen, sixteen or nineteen digits from
// 2001 to 2096), and ids <id> (sixteen or more hexadecimal digits with a letter and a digit among them; call_...,
// toolu_... and the like with ten or more letters and digits of both kinds behind a prefix). Linear.
std::string masked_text(std::string_view text);

}  // namespace strobe::analyze
