#pragma once

#include <span>
#include <string_view>
#include <vector>

// What makes each agent and SDK send its telemetry here, as data: the tables that `run` and `env` share.

namespace strobe::launch {

// What happens to a variable that the user has set already.
enum class IfSet {
  replace,  // it would send the telemetry elsewhere, in a way we do not read, or cut it
  keep,     // the user's own choice, of content above all
  append,   // a list: ours is added to it
  merge,    // a JSON object: our first member is added unless one of that name is there
};

struct Variable {
  std::string_view name;
  std::string_view value;  // $E stands for the endpoint, http://127.0.0.1:4318
  IfSet if_set = IfSet::replace;
};

struct Agent {
  std::string_view name;   // for `env --for`
  std::string_view title;  // its own name
  std::vector<Variable> variables;
  // What it takes as arguments because no variable does it; $E as above.
  std::vector<std::string_view> arguments = {};
  std::vector<std::string_view> notes = {};
  // Set by `env --for` alone: it would change what other programs do, or send things elsewhere too.
  bool only_when_asked = false;
};

// For every child, whatever it is.
std::span<const Variable> common_variables();
// Agents and frameworks, those that people start first.
std::span<const Agent> all_agents();
// Null: there is none of that name.
const Agent* find_agent(std::string_view name);
std::vector<std::string_view> agent_names();
// Variables that would send the telemetry elsewhere, or nowhere.
std::span<const std::string_view> removed_variables();

}  // namespace strobe::launch
