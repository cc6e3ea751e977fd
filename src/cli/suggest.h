#pragma once

#include <string>
#include <string_view>

namespace strobe::cli {

// The command that `word` is most likely a typo of; empty when none is near.
std::string suggest_command(std::string_view word);

}  // namespace strobe::cli
