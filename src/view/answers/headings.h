#pragma once

#include <string>
#include <string_view>

#include "view/text.h"

// What answers in the look of the rnix debugger share.

namespace strobe::view {

// "── Critical Path (75.2% of total) ──────────────────────", 56 columns or more, with a newline.
std::string ruled_heading(std::string_view title, const TextStyle& style);
// Filled up with spaces before it.
std::string right_aligned(const std::string& text, int width);
// "47.3%" of nanoseconds or counts; "-" when there is no whole.
std::string exact_percent(int64_t part, int64_t whole);
// `part` of `whole` times 100, unrounded; 0 when there is no whole.
double percentage(int64_t part, int64_t whole);

}  // namespace strobe::view
