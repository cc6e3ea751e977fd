#include "cli/suggest.h"

#include <vector>

#include "base/nearest.h"
#include "cli/command.h"

namespace strobe::cli {

std::string suggest_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Command* command : all_commands()) names.push_back(command->name);
  return nearest(word, names);
}

}  // namespace strobe::cli
