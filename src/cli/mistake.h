#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"

namespace strobe::cli {

// What is wrong with a command line, and what the user may have meant.
struct Mistake {
  std::string message;
  std::string hint;
};

// Looks at the words before any "--", without the command's name, so that a typo is answered with what there is:
// unknown options, values that are not among an option's choices, missing values, arguments too many or too few.
// `has_rest_words` says that positionals follow behind the "--".
std::optional<Mistake> find_mistake(const Command& command, const std::vector<std::string>& words, bool has_rest_words);

// The option of that name or letter, the command's or a global one. Null: there is none.
const Option* find_option(const Command& command, std::string_view word);

}  // namespace strobe::cli
