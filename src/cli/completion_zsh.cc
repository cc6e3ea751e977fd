#include "cli/completion.h"

namespace strobe::cli {

namespace {

// For text between the single quotes of an _arguments specification, where brackets and colons mean something.
std::string quoted(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
    } else if (c == '[' || c == ']' || c == ':' || c == '\\') {
      escaped += std::string("\\") + c;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string action(std::string_view value_name, const std::vector<std::string_view>& choices) {
  switch (words_of(value_name, choices)) {
    case Words::choices: return "(" + joined(choices) + ")";
    case Words::sessions: return "(" + joined(session_words()) + ")";
    case Words::files: return "_files";
    default: return " ";
  }
}

std::string option_lines(const std::vector<Option>& options, std::string_view indent) {
  std::string text;
  for (const Option& option : options) {
    std::string line = std::string(option.name);
    if (!option.value.empty()) line += "=";
    line += "[" + quoted(option.help) + "]";
    if (!option.value.empty()) line += ":" + quoted(option.value) + ":" + action(option.value, option.choices);
    text += std::string(indent) + "'" + line + "' \\\n";
    if (!option.letter.empty())
      text += std::string(indent) + "'" + std::string(option.letter) + "[" + quoted(option.help) + "]' \\\n";
  }
  return text;
}

std::string command_case(const Command& command) {
  std::string text = "        " + std::string(command.name) + ")\n          _arguments $globals \\\n";
  text += option_lines(command.options, "            ");
  for (const Positional& positional : command.positionals) {
    const std::string how_many = positional.repeats ? "*:" : positional.required ? ":" : "::";
    text += "            '" + how_many + quoted(positional.name) + ":" + action(positional.name, positional.choices) +
            "' \\\n";
  }
  if (!command.rest.empty()) text += "            '*:: :_normal' \\\n";
  return text + "            && return\n          ;;\n";
}

}  // namespace

std::string zsh_completion() {
  std::string text =
      "#compdef strobe\n"
      "# zsh completion for strobe, made by: strobe completion zsh\n"
      "\n"
      "_strobe() {\n"
      "  local state line context\n"
      "  typeset -A opt_args\n"
      "  local -a globals commands\n"
      "  globals=( \\\n" +
      option_lines(global_options(), "    ") + "  )\n  commands=(\n    'help:prints the help of a command'\n";
  for (const Command* command : all_commands()) {
    text += "    '" + quoted(command->name) + ":" + quoted(command->summary) + "'\n";
  }
  text +=
      "  )\n"
      "  _arguments -C $globals ':command:->command' '*::argument:->argument' && return\n"
      "  case $state in\n"
      "    command) _describe command commands ;;\n"
      "    argument)\n"
      "      case $words[1] in\n"
      "        help) _describe command commands ;;\n";
  for (const Command* command : all_commands()) text += command_case(*command);
  return text +
         "      esac\n"
         "      ;;\n"
         "  esac\n"
         "}\n"
         "\n"
         "if [ \"$funcstack[1]\" = _strobe ]; then _strobe \"$@\"; else compdef _strobe strobe; fi\n";
}

}  // namespace strobe::cli
