#include "launch/environment.h"

#include <algorithm>

extern char** environ;

namespace strobe::launch {

namespace {

// Whether `word` is one of the words between the list's commas.
bool contains_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    std::string_view entry = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    entry.remove_prefix(std::min(entry.find_first_not_of(' '), entry.size()));
    if (entry.substr(0, entry.find_last_not_of(' ') + 1) == word) return true;
  }
  return false;
}

std::string appended(std::string list, std::string_view word) {
  list.erase(list.find_last_not_of(", ") + 1);
  if (contains_word(list, word)) return list;
  return list + (list.empty() ? "" : ",") + std::string(word);
}

// Puts the members of `ours`, a JSON object, in front of those of `theirs`. A text that is no object, or that has a
// member of the name of our first one, is left alone: it is the user's.
std::string merged(const std::string& theirs, std::string_view ours) {
  const size_t brace = theirs.find_first_not_of(" \t\r\n");
  if (brace == std::string::npos) return std::string(ours);
  const std::string_view first_name = ours.substr(1, ours.find(':') - 1);
  if (theirs[brace] != '{' || theirs.find(first_name) != std::string::npos) return theirs;
  const size_t next = theirs.find_first_not_of(" \t\r\n", brace + 1);
  if (next == std::string::npos) return theirs;
  const std::string_view members = ours.substr(1, ours.size() - 2);
  return "{" + std::string(members) + (theirs[next] == '}' ? "" : ",") + theirs.substr(next);
}

std::string value_of(const Variable& variable, const Environment& inherited, const std::string& endpoint) {
  const std::string ours = variable.value == "$E" ? endpoint : std::string(variable.value);
  const auto found = inherited.find(std::string(variable.name));
  if (found == inherited.end() || found->second.empty()) return ours;
  switch (variable.if_set) {
    case IfSet::replace: return ours;
    case IfSet::keep: return found->second;
    case IfSet::append: return appended(found->second, ours);
    case IfSet::merge: return merged(found->second, ours);
  }
  return ours;
}

}  // namespace

EnvironmentChange telemetry_change(const Environment& inherited, const std::string& endpoint, const Agent* agent) {
  EnvironmentChange change;
  const auto set_all = [&](std::span<const Variable> variables) {
    for (const Variable& variable : variables) {
      change.set[std::string(variable.name)] = value_of(variable, inherited, endpoint);
    }
  };
  set_all(common_variables());
  for (const Agent& each : all_agents()) {
    if (agent == nullptr ? !each.only_when_asked : agent->name == each.name) set_all(each.variables);
  }
  // Exporters that obey a proxy would send even loopback traffic, prompts included, off the machine.
  for (const char* name : {"NO_PROXY", "no_proxy"}) {
    const auto found = inherited.find(name);
    std::string hosts = found == inherited.end() ? std::string() : found->second;
    for (const char* host : {"127.0.0.1", "localhost", "::1"}) hosts = appended(std::move(hosts), host);
    change.set[name] = hosts;
  }
  for (const std::string_view name : removed_variables()) {
    if (inherited.contains(std::string(name))) change.removed.emplace_back(name);
  }
  return change;
}

Environment child_environment(Environment inherited, const EnvironmentOptions& options) {
  EnvironmentChange change = telemetry_change(inherited, options.endpoint, nullptr);
  for (const std::string& name : change.removed) inherited.erase(name);
  for (auto& [name, value] : change.set) inherited[name] = std::move(value);
  // Key=value pairs in percent-encoding with commas between them. Ours needs no encoding.
  std::string& attributes = inherited["OTEL_RESOURCE_ATTRIBUTES"];
  attributes = appended(std::move(attributes), "strobe.run.id=" + options.run_id);
  inherited["TRACEPARENT"] = options.traceparent;
  inherited.erase("TRACESTATE");
  return inherited;
}

Environment own_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

}  // namespace strobe::launch
