#include "cli/command.h"
#include "cli/commands/commands.h"

namespace strobe::cli {

const std::vector<const Command*>& all_commands() {
  static const std::vector<const Command*> commands = {
      &run_command(),    &serve_command(),   &sessions_command(), &traces_command(),  &metrics_command(),
      &show_command(),   &analyze_command(), &issues_command(),   &fixes_command(),   &context_command(),
      &blame_command(),  &profile_command(), &verify_command(),   &compare_command(), &search_command(),
      &stats_command(),  &import_command(),  &export_command(),   &sql_command(),     &prune_command(),
      &backup_command(), &doctor_command(),  &env_command(),      &config_command(),  &completion_command()};
  return commands;
}

}  // namespace strobe::cli
