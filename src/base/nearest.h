#pragma once

#include <span>
#include <string>
#include <string_view>

namespace strobe {

// Which of `known` the word is most likely a typo of: the first of those that the fewest edits lead to, at most a third
// of its length (and never fewer than two). Empty: none is near, or the word is too long to be a typo.
std::string nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace strobe
