#include "cli/parse.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <optional>

#include "cli/mistake.h"
#include "cli/suggest.h"
#include "cli/thresholds.h"
#include "launch/environment.h"

#ifndef STROBE_VERSION
#define STROBE_VERSION "unknown"
#endif

namespace strobe::cli {

namespace {

constexpr int k_default_width = 100;

int terminal_width() {
  if (const char* columns = std::getenv("COLUMNS")) {
    const int width = std::atoi(columns);
    if (width > 0) return width;
  }
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return k_default_width;
}

std::string bare_name(std::string_view option) { return std::string(option.substr(option.find_first_not_of('-'))); }

// What CLI11 writes into; lives until the parse is over.
struct Target {
  std::string store;
  bool json = false;
  bool no_color = false;
  bool verbose = false;
  std::map<std::string, std::string> values;
  std::map<std::string, bool> flags;
  std::vector<std::string> positionals;
};

// One flat list of options: a positional that happens to be the name of another command is a positional.
void declare(CLI::App& app, const Command& command, Target& target) {
  app.set_help_flag();
  app.add_option("--store", target.store);
  app.add_flag("--json", target.json);
  app.add_flag("--no-color", target.no_color);
  app.add_flag("-v,--verbose", target.verbose);
  for (const Option& option : command.options) {
    const std::string name = bare_name(option.name);
    if (option.value.empty()) {
      app.add_flag(std::string(option.name), target.flags[name]);
    } else {
      app.add_option(std::string(option.name), target.values[name]);
    }
  }
  // However many there are: find_mistake() has counted them, and says it in our words.
  app.add_option("positionals", target.positionals)->expected(0, -1);
}

// Flags of settings as they were given, by the flag's name.
std::map<std::string, std::string> setting_flags(const Target& target, const Invocation& invocation) {
  std::map<std::string, std::string> flags;
  for (const auto& [name, value] : invocation.options) flags.emplace("--" + name, value);
  if (!target.store.empty()) flags["--store"] = target.store;
  if (target.no_color) flags["--no-color"] = "";
  return flags;
}

bool wants_color(const config::Settings& settings) {
  const std::string& color = settings.get("color").text;
  if (color != "auto") return color == "always";
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

Result<Session> session_of(const Target& target, const Invocation& invocation) {
  Session session;
  session.settings =
      TRY(config::Settings::load(launch::own_environment(), setting_flags(target, invocation), threshold_settings()));
  session.store_path = session.settings.get("store").text;
  session.json = target.json;
  session.style.color = wants_color(session.settings);
  session.style.width = terminal_width();
  session.style.verbose = target.verbose;
  return session;
}

Parsed usage_error(const std::string& message, const std::string& hint) {
  Parsed parsed;
  parsed.exit = Exit::usage;
  parsed.output = "strobe: " + view::safe(message) + "\nhint: " + view::safe(hint) + "\n";
  return parsed;
}

Invocation invocation_of(const CLI::App& app, const Target& target) {
  Invocation invocation;
  for (const auto& [name, value] : target.values) {
    if (app.count("--" + name) > 0) invocation.options[name] = value;
  }
  for (const auto& [name, is_set] : target.flags) {
    if (is_set) invocation.options[name] = "1";
  }
  invocation.positionals = target.positionals;
  return invocation;
}

std::string command_help(const Command& command) {
  const std::string_view help = help_of(command.name);
  return help.empty() ? "strobe " + std::string(command.name) + ": " + std::string(command.summary) + "\n"
                      : std::string(help);
}

// Where the first word is that is neither an option nor an option's value; what the user meant as the command.
std::vector<std::string>::iterator first_word(std::vector<std::string>& arguments) {
  for (auto at = arguments.begin(); at != arguments.end(); ++at) {
    if (!at->starts_with('-')) return at;
    if (*at == "--store" && at + 1 != arguments.end()) ++at;
  }
  return arguments.end();
}

bool has_word(const std::vector<std::string>& words, std::initializer_list<std::string_view> wanted) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
  });
}

// What stands behind "--".
struct Rest {
  std::vector<std::string> words;
  bool is_given = false;
};

std::optional<Mistake> find_rest_mistake(const Command& command, const Rest& rest) {
  const std::string name(command.name);
  // "import -- -odd-name": behind the dashes nothing is an option.
  const bool takes_rest = !command.rest.empty() || (!command.positionals.empty() && command.positionals.back().repeats);
  if (rest.is_given && !takes_rest) {
    return Mistake{"'" + name + "' takes nothing behind '--'", "strobe " + name + " --help"};
  }
  if (!command.rest.empty() && rest.words.empty()) {
    const std::string wanted(command.rest);
    return Mistake{"'" + name + "' needs " + wanted + " behind '--'", "strobe " + name + " -- " + wanted};
  }
  return std::nullopt;
}

// `words` are the arguments without the command's name.
Parsed parse_command(const Command& command, std::vector<std::string> words, const Rest& rest) {
  auto mistake = find_mistake(command, words, !rest.words.empty());
  if (!mistake) mistake = find_rest_mistake(command, rest);
  if (mistake) return usage_error(mistake->message, mistake->hint);
  CLI::App app("strobe");
  Target target;
  declare(app, command, target);
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes them last first
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what(), "strobe " + std::string(command.name) + " --help");
  }
  Parsed parsed;
  parsed.command = &command;
  parsed.invocation = invocation_of(app, target);
  auto session = session_of(target, parsed.invocation);
  if (!session) {
    const Error& error = session.error();
    return usage_error(error.message, error.hint.empty() ? "strobe config --help says what can be set" : error.hint);
  }
  parsed.session = std::move(*session);
  auto& behind = command.rest.empty() ? parsed.invocation.positionals : parsed.invocation.rest;
  behind.insert(behind.end(), rest.words.begin(), rest.words.end());
  return parsed;
}

Parsed answer(std::string output, Exit exit = Exit::ok) {
  Parsed parsed;
  parsed.output = std::move(output);
  parsed.exit = exit;
  return parsed;
}

Parsed parse_words(std::vector<std::string> arguments, const Rest& rest) {
  bool wants_help = has_word(arguments, {"-h", "--help"});
  if (has_word(arguments, {"--version"})) return answer("strobe " STROBE_VERSION "\n");
  auto at = first_word(arguments);
  if (at != arguments.end() && *at == "help") {
    wants_help = true;
    arguments.erase(at);
    at = first_word(arguments);
  }
  if (at == arguments.end()) return answer(overview(), wants_help ? Exit::ok : Exit::usage);
  const auto& commands = all_commands();
  const auto chosen =
      std::find_if(commands.begin(), commands.end(), [&](const Command* each) { return each->name == *at; });
  if (chosen == commands.end()) {
    const std::string meant = suggest_command(*at);
    return usage_error("'" + *at + "' is no command",
                       meant.empty() ? "strobe --help lists them" : "did you mean 'strobe " + meant + "'?");
  }
  if (wants_help) return answer(command_help(**chosen));
  arguments.erase(at);
  return parse_command(**chosen, std::move(arguments), rest);
}

}  // namespace

const std::vector<Option>& global_options() {
  static const std::vector<Option> options = {
      {.name = "--store", .value = "PATH", .help = "the file everything is kept in; strobe config names it"},
      {.name = "--json", .help = "prints data as JSON"},
      {.name = "--no-color", .help = "prints no colours; the variable NO_COLOR does the same"},
      {.name = "--verbose", .help = "prints more", .letter = "-v"},
      {.name = "--help", .help = "prints the help of the command", .letter = "-h"},
      {.name = "--version", .help = "prints the version"}};
  return options;
}

std::string overview() {
  std::string text =
      "strobe: a flight recorder and debugger for AI agents\n\n"
      "usage: strobe [OPTIONS] COMMAND ...\n\n";
  for (const Command* command : all_commands()) {
    text += "  " + view::padded(command->name, 12) + std::string(command->summary) + "\n";
  }
  text += "\nOptions of every command:\n\n";
  for (const Option& option : global_options()) {
    std::string name = (option.letter.empty() ? "" : std::string(option.letter) + ", ") + std::string(option.name);
    if (!option.value.empty()) name += " " + std::string(option.value);
    text += "  " + view::padded(name, 16) + std::string(option.help) + "\n";
  }
  return text + "\nFirst: strobe run -- python agent.py, then strobe show last\nMore: strobe COMMAND --help\n";
}

Parsed parse_arguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  Rest rest;
  rest.is_given = dashes != arguments.end();
  if (rest.is_given) rest.words.assign(dashes + 1, arguments.end());
  arguments.erase(dashes, arguments.end());
  return parse_words(std::move(arguments), rest);
}

}  // namespace strobe::cli
