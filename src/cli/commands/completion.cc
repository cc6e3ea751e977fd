#include "cli/completion.h"

#include "cli/commands/commands.h"

namespace strobe::cli {

namespace {

Result<int> run(const Session&, const Invocation& invocation) {
  const std::string& shell = invocation.positionals.front();
  TRY_VOID(print(shell == "bash" ? bash_completion() : shell == "zsh" ? zsh_completion() : fish_completion()));
  return 0;
}

}  // namespace

const Command& completion_command() {
  static const Command command = {
      .name = "completion",
      .summary = "prints a script that completes words in bash, zsh or fish",
      .positionals = {{.name = "SHELL", .help = "bash, zsh or fish", .choices = {"bash", "zsh", "fish"}}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
