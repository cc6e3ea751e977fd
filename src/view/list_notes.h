#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What lists say of what they do not show.

namespace strobe::view {

// How many of something there are, when counting may stop early.
struct Tally {
  size_t count = 0;
  bool is_least = false;  // there are more than that
};

// "12 more, --limit 0 shows all\n", "more than 1,000 more, ...\n"; empty when all are shown.
std::string more_note(const Tally& more);

// For an answer without rows: "no session matches --agent, --since; without them there are 12\n". `noun` is singular
// ("session"), `conditions` as typed ("--agent, --since"), never empty.
std::string no_match_note(std::string_view noun, std::string_view conditions, const Tally& without);

}  // namespace strobe::view
