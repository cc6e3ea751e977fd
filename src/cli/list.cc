#include "cli/command.h"
#include "cli/commands/commands.h"

namespace strobe::cli {

const std::vector<const Command*>& all_commands() {
  static const std::vector<const Command*> commands = {&run_command(),    &serve_command(),  &sessions_command(), &show_command(),
                                                       &import_command(), &export_command(), &sql_command()};
  return commands;
}

}  // namespace strobe::cli
