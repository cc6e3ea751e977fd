#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

// Scripts that complete words in a shell, made from what the commands declare.

namespace strobe::cli {

// How the words of a value are completed.
enum class Words {
  none,     // nothing to offer: a number, a name, a text
  choices,  // those that are declared
  files,
  sessions,  // last, last~1, ...
};

Words words_of(std::string_view value_name, const std::vector<std::string_view>& choices);
// What `Words::sessions` offers.
const std::vector<std::string_view>& session_words();
// Words with spaces between them.
std::string joined(const std::vector<std::string_view>& words);

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace strobe::cli
