#include "cli/completion.h"

namespace strobe::cli {

namespace {

// Between the single quotes of fish a backslash hides itself and the quote.
std::string quoted(std::string_view text) {
  std::string escaped = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped + "'";
}

// What is offered for a value: nothing but these words, or files.
std::string arguments_of(std::string_view value_name, const std::vector<std::string_view>& choices) {
  switch (words_of(value_name, choices)) {
    case Words::choices: return " -x -a " + quoted(joined(choices));
    case Words::sessions: return " -x -a " + quoted(joined(session_words()));
    case Words::files: return " -r -F";
    default: return " -x";
  }
}

std::string option_line(const Option& option, const std::string& condition) {
  std::string line = "complete -c strobe" + condition + " -l " + std::string(option.name.substr(2));
  if (!option.letter.empty()) line += " -s " + std::string(option.letter.substr(1));
  if (!option.value.empty()) line += arguments_of(option.value, option.choices);
  return line + " -d " + quoted(option.help) + "\n";
}

}  // namespace

std::string fish_completion() {
  std::string text =
      "# fish completion for strobe, made by: strobe completion fish\n"
      "complete -c strobe -f\n";
  const std::string first = " -n __fish_use_subcommand";
  text += "complete -c strobe" + first + " -a help -d 'prints the help of a command'\n";
  for (const Command* command : all_commands()) {
    text +=
        "complete -c strobe" + first + " -a " + std::string(command->name) + " -d " + quoted(command->summary) + "\n";
  }
  for (const Option& option : global_options()) text += option_line(option, "");
  std::string names;
  for (const Command* command : all_commands()) names += (names.empty() ? "" : " ") + std::string(command->name);
  text += "complete -c strobe -n '__fish_seen_subcommand_from help' -a " + quoted(names) + "\n";
  for (const Command* command : all_commands()) {
    const std::string condition = " -n '__fish_seen_subcommand_from " + std::string(command->name) + "'";
    for (const Option& option : command->options) text += option_line(option, condition);
    if (!command->positionals.empty()) {
      const Positional& positional = command->positionals.front();
      const Words words = words_of(positional.name, positional.choices);
      if (words == Words::files) text += "complete -c strobe" + condition + " -F\n";
      if (words == Words::choices)
        text += "complete -c strobe" + condition + " -a " + quoted(joined(positional.choices)) + "\n";
      if (words == Words::sessions)
        text += "complete -c strobe" + condition + " -a " + quoted(joined(session_words())) + "\n";
    }
    if (!command->rest.empty()) text += "complete -c strobe" + condition + " -a '(__fish_complete_subcommand)'\n";
  }
  return text;
}

}  // namespace strobe::cli
