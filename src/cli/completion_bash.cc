#include <set>

#include "cli/completion.h"

namespace strobe::cli {

namespace {

// Our words hold no character that means something between single quotes; what follows is a pattern of `case`.
std::string reply(Words words, const std::vector<std::string_view>& choices) {
  switch (words) {
    case Words::choices: return "_strobe_words '" + joined(choices) + "'";
    case Words::sessions: return "_strobe_words '" + joined(session_words()) + "'";
    case Words::files: return "_strobe_files";
    case Words::none: return "COMPREPLY=()";
  }
  return {};
}

std::string option_words(const std::vector<Option>& options) {
  std::string text;
  for (const Option& option : options) text += (text.empty() ? "" : " ") + std::string(option.name);
  return text;
}

// One line a (command, option with a value).
std::string value_cases() {
  std::string text;
  for (const Option& option : global_options()) {
    if (option.value.empty()) continue;
    text += "    *:" + std::string(option.name) + ") " + reply(words_of(option.value, option.choices), option.choices) +
            "; return ;;\n";
  }
  for (const Command* command : all_commands()) {
    for (const Option& option : command->options) {
      if (option.value.empty()) continue;
      text += "    " + std::string(command->name) + ":" + std::string(option.name) + ") " +
              reply(words_of(option.value, option.choices), option.choices) + "; return ;;\n";
    }
  }
  return text;
}

std::string positional_cases() {
  std::string text;
  for (const Command* command : all_commands()) {
    if (command->positionals.empty()) continue;
    const Positional& first = command->positionals.front();
    text += "    " + std::string(command->name) + ") " + reply(words_of(first.name, first.choices), first.choices) +
            " ;;\n";
  }
  return text;
}

std::string option_cases() {
  std::string text;
  for (const Command* command : all_commands()) {
    text += "      " + std::string(command->name) + ") options='" + option_words(command->options) + "' ;;\n";
  }
  return text;
}

// Options that are followed by their value, of any command.
std::string options_with_value() {
  std::set<std::string> names;
  for (const Option& option : global_options()) {
    if (!option.value.empty()) names.emplace(option.name);
  }
  for (const Command* command : all_commands()) {
    for (const Option& option : command->options) {
      if (!option.value.empty()) names.emplace(option.name);
    }
  }
  std::string pattern;
  for (const std::string& name : names) pattern += (pattern.empty() ? "" : " | ") + name;
  return pattern;
}

std::string command_words() {
  std::string text = "help";
  for (const Command* command : all_commands()) text += " " + std::string(command->name);
  return text;
}

constexpr std::string_view k_helpers = R"SH(# bash completion for strobe, made by: strobe completion bash
_strobe_words() {
  local word
  COMPREPLY=()
  while read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$current")
}

_strobe_files() {
  local word
  COMPREPLY=()
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
}

)SH";

}  // namespace

std::string bash_completion() {
  const std::string commands = command_words();
  return std::string(k_helpers) + R"SH(_strobe() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' options='' i
  # bash makes a word of the "=" of --option=value.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]] && ((COMP_CWORD >= 2)); then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --)
        if [[ $command == run ]] && ((i + 1 == COMP_CWORD)); then
          _strobe_words "$(compgen -c -- "$current")"
        else
          _strobe_files
        fi
        return ;;
      )SH" +
         options_with_value() + R"SH()
        [[ ${COMP_WORDS[i + 1]} == '=' ]] && ((i++))
        ((i++)) ;;
      help | -* | '=') ;;
      *) [[ -n $command ]] || command=${COMP_WORDS[i]} ;;
    esac
  done
  case $command:$previous in
)SH" + value_cases() +
         R"SH(  esac
  if [[ $current == -* ]]; then
    case $command in
)SH" + option_cases() +
         R"SH(    esac
    _strobe_words "$options )SH" +
         option_words(global_options()) + R"SH("
    return
  fi
  case $command in
    '') _strobe_words ')SH" +
         commands + R"SH(' ;;
)SH" + positional_cases() +
         R"SH(    run) _strobe_words '--' ;;
  esac
}

complete -F _strobe strobe
)SH";
}

}  // namespace strobe::cli
