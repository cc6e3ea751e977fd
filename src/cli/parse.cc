#include "cli/parse.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "cli/suggest.h"

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
  if (::isatty(STDOUT_FILENO) != 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return k_default_width;
}

std::string bare_name(std::string_view option) { return std::string(option.substr(option.find_first_not_of('-'))); }

// What CLI11 writes into; lives until the parse is over.
struct Target {
  const Command* command;
  CLI::App* app;
  std::map<std::string, std::string> values;
  std::map<std::string, bool> flags;
  std::vector<std::vector<std::string>> positionals;
  bool help = false;
};

struct Globals {
  std::string store;
  bool json = false;
  bool no_color = false;
  bool verbose = false;
};

void add_globals(CLI::App& app, Globals& globals) {
  app.add_option("--store", globals.store);
  app.add_flag("--json", globals.json);
  app.add_flag("--no-color", globals.no_color);
  app.add_flag("-v,--verbose", globals.verbose);
}

void add_command(CLI::App& app, Target& target) {
  target.app = app.add_subcommand(std::string(target.command->name), std::string(target.command->summary));
  target.app->fallthrough();
  target.app->set_help_flag();
  target.app->add_flag("-h,--help", target.help);
  for (const Option& option : target.command->options) {
    const std::string name = bare_name(option.name);
    if (option.value.empty()) {
      target.app->add_flag(std::string(option.name), target.flags[name]);
    } else {
      CLI::Option* added = target.app->add_option(std::string(option.name), target.values[name]);
      if (!option.choices.empty()) {
        added->check(CLI::IsMember(std::vector<std::string>(option.choices.begin(), option.choices.end())));
      }
    }
  }
  target.positionals.resize(target.command->positionals.size());
  for (size_t i = 0; i < target.command->positionals.size(); ++i) {
    const Positional& positional = target.command->positionals[i];
    // However many there are: what is too much is said in our words, by accept().
    target.app->add_option(std::string(positional.name), target.positionals[i])->expected(0, -1);
  }
}

Session session_of(const Globals& globals) {
  Session session;
  session.store_path = globals.store.empty() ? default_store_path() : globals.store;
  session.json = globals.json;
  const char* no_color = std::getenv("NO_COLOR");
  const bool wants_color = !globals.no_color && (no_color == nullptr || *no_color == '\0');
  session.style.color = wants_color && ::isatty(STDOUT_FILENO) != 0;
  session.style.width = terminal_width();
  session.style.verbose = globals.verbose;
  return session;
}

Parsed usage_error(const std::string& message, const std::string& hint) {
  Parsed parsed;
  parsed.exit = Exit::usage;
  parsed.output = "strobe: " + message + "\nhint: " + hint + "\n";
  return parsed;
}

Invocation invocation_of(const Target& target) {
  Invocation invocation;
  for (const auto& [name, value] : target.values) {
    if (target.app->count("--" + name) > 0) invocation.options[name] = value;
  }
  for (const auto& [name, is_set] : target.flags) {
    if (is_set) invocation.options[name] = "1";
  }
  for (const auto& values : target.positionals) {
    invocation.positionals.insert(invocation.positionals.end(), values.begin(), values.end());
  }
  return invocation;
}

std::string command_help(const Command& command) {
  const std::string_view help = help_of(command.name);
  return help.empty() ? "strobe " + std::string(command.name) + ": " + std::string(command.summary) + "\n" : std::string(help);
}

// The first word that is neither an option nor an option's value; what the user meant as the command.
std::string first_word(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--store") {
      ++i;
    } else if (!arguments[i].starts_with('-')) {
      return arguments[i];
    }
  }
  return {};
}

// The chosen command with what it needs, or what is missing.
Parsed accept(const Target& target, const Globals& globals, const std::vector<std::string>& rest, bool has_rest) {
  const Command& command = *target.command;
  const std::string name(command.name);
  for (size_t i = 0; i < target.positionals.size(); ++i) {
    const bool from_rest = command.positionals[i].repeats && !rest.empty();
    if (command.positionals[i].required && target.positionals[i].empty() && !from_rest) {
      return usage_error("'" + name + "' needs " + std::string(command.positionals[i].name), "strobe " + name + " --help");
    }
  }
  for (size_t i = 0; i < target.positionals.size(); ++i) {
    if (command.positionals[i].repeats || target.positionals[i].size() < 2) continue;
    return usage_error("'" + name + "' takes one " + std::string(command.positionals[i].name) + ": '" + target.positionals[i][1] + "' is too much",
                       "strobe " + name + " --help");
  }
  // "import -- -odd-name": behind the dashes nothing is an option.
  const bool takes_rest = !command.rest.empty() || (!command.positionals.empty() && command.positionals.back().repeats);
  if (has_rest && !takes_rest) {
    return usage_error("'" + name + "' takes nothing behind '--'", "strobe " + name + " --help");
  }
  if (!command.rest.empty() && rest.empty()) {
    const std::string wanted(command.rest);
    return usage_error("'" + name + "' needs " + wanted + " behind '--'", "strobe " + name + " -- " + wanted);
  }
  Parsed parsed;
  parsed.command = &command;
  parsed.session = session_of(globals);
  parsed.invocation = invocation_of(target);
  auto& words = command.rest.empty() ? parsed.invocation.positionals : parsed.invocation.rest;
  words.insert(words.end(), rest.begin(), rest.end());
  return parsed;
}

Parsed run_parser(std::vector<std::string> arguments, std::vector<std::string> rest, bool has_rest) {
  CLI::App app("strobe");
  app.set_help_flag();
  bool wants_help = false;
  bool wants_version = false;
  app.add_flag("-h,--help", wants_help);
  app.add_flag("--version", wants_version);
  Globals globals;
  add_globals(app, globals);
  std::vector<Target> targets;
  for (const Command* command : all_commands()) targets.push_back({command, nullptr, {}, {}, {}, false});
  for (Target& target : targets) add_command(app, target);

  const std::string word = first_word(arguments);
  const auto is_word = [&](const Target& target) { return target.command->name == word; };
  const auto chosen = std::find_if(targets.begin(), targets.end(), is_word);
  if (!word.empty() && word != "help" && chosen == targets.end()) {
    const std::string suggestion = suggest_command(word);
    return usage_error("'" + word + "' is no command", suggestion.empty() ? "strobe --help lists them" : "did you mean 'strobe " + suggestion + "'?");
  }
  if (word == "help") {
    arguments.erase(std::find(arguments.begin(), arguments.end(), word));
    arguments.push_back("--help");
    return run_parser(std::move(arguments), std::move(rest), has_rest);
  }
  try {
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what(), word.empty() ? "strobe --help" : "strobe " + word + " --help");
  }
  Parsed parsed;
  if (wants_version) {
    parsed.output = "strobe " STROBE_VERSION "\n";
    return parsed;
  }
  if (chosen == targets.end()) {
    parsed.output = overview();
    if (!wants_help) parsed.exit = Exit::usage;
    return parsed;
  }
  if (wants_help || chosen->help) {
    parsed.output = command_help(*chosen->command);
    return parsed;
  }
  return accept(*chosen, globals, rest, has_rest);
}

}  // namespace

std::string overview() {
  std::string text =
      "strobe: a flight recorder and debugger for AI agents\n\n"
      "usage: strobe [--store PATH] [--json] [--no-color] [-v] COMMAND ...\n\n";
  for (const Command* command : all_commands()) {
    text += "  " + view::padded(command->name, 12) + std::string(command->summary) + "\n";
  }
  return text + "\nstrobe COMMAND --help says more. First: strobe run -- python agent.py, then strobe show last\n";
}

Parsed parse_arguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> rest;
  const bool has_rest = dashes != arguments.end();
  if (has_rest) rest.assign(dashes + 1, arguments.end());
  arguments.erase(dashes, arguments.end());
  return run_parser(std::move(arguments), std::move(rest), has_rest);
}

}  // namespace strobe::cli
