#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/session_store.h"
#include "config/settings.h"
#include "view/text.h"

// A command as data: its name, its arguments, and the function that does it. Each lives in a file of its own in
// commands/, with its long help in Markdown beside it; list.cc names them all.

namespace strobe::cli {

// Exit codes of design section 7.
enum class Exit { ok = 0, failed = 1, usage = 2, not_found = 3, condition_met = 4, interrupted = 130 };

// What the user typed, parsed.
struct Invocation {
  std::map<std::string, std::string> options;  // by long name without dashes; flags are "1"
  std::vector<std::string> positionals;
  std::vector<std::string> rest;  // behind "--"

  bool has(const std::string& name) const { return options.contains(name); }
  std::string get(const std::string& name, std::string fallback = {}) const {
    const auto found = options.find(name);
    return found == options.end() ? std::move(fallback) : found->second;
  }
};

// What every command may use.
struct Session {
  std::string store_path;
  bool json = false;
  view::TextStyle style;
  config::Settings settings;  // with the command's own flags
  const Clock* clock = &system_clock();
};

struct Option {
  std::string_view name;   // "--listen"
  std::string_view value;  // "ADDR"; empty: a flag
  std::string_view help;
  std::vector<std::string_view> choices = {};  // when only these are allowed
  std::string_view letter = {};                // "-v", the short form
};

struct Positional {
  std::string_view name;  // "ID"
  std::string_view help;
  bool required = true;
  bool repeats = false;
  std::vector<std::string_view> choices = {};  // when only these are allowed
  bool takes_others = false;                   // the choices are only what completion offers
};

struct Command {
  std::string_view name;
  std::string_view summary;  // one line, no period
  std::vector<Positional> positionals = {};
  std::vector<Option> options = {};
  std::string_view rest = {};  // name of what stands behind "--", empty: nothing may
  // Returns the exit code; an Error is printed and mapped to one.
  Result<int> (*run)(const Session& session, const Invocation& invocation) = nullptr;
};

// All commands, in the order of the help.
const std::vector<const Command*>& all_commands();
// Options that stand before or behind every command.
const std::vector<Option>& global_options();
// The Markdown beside the command, compiled in. Empty: there is none.
std::string_view help_of(std::string_view command);

// Writes an answer to standard output. Errors: io (a full disk, a closed pipe): half an answer is no answer.
Result<void> print(std::string_view text);

// Says on standard error what is wrong with the arguments, and returns the exit code for it.
int wrong_usage(std::string_view message, std::string_view hint);

// Parses and runs. Prints errors to standard error as "strobe: ..." with a "hint: ..." line where there is one.
int main_of(int argc, char** argv);

}  // namespace strobe::cli
