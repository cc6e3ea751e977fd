#include <algorithm>

#include "importer/attocode_python_session.h"

// Sub-agents and swarms. All of them stay open until the file ends: what has ended may be told to end once more, later.
namespace strobe::importer {

namespace {

constexpr std::string_view k_swarm = "swarm";

std::string agent_name(const PythonLine& line) { return "agent " + line.data.name("agent_id"); }
std::string task_name(const PythonLine& line) { return "task " + line.data.name("task_id"); }

// The swarm itself, or one of its waves.
std::string group_name(const PythonLine& line) {
  if (!line.kind.starts_with("swarm_wave")) return std::string(k_swarm);
  std::string_view wave = line.data.text("wave");
  if (wave.empty()) wave = line.data.text("wave_number");
  return wave.empty() ? "wave" : "wave " + short_name(wave);
}

}  // namespace

void PythonSession::begin(const PythonLine& line, const std::string& name, SpanId parent, std::string_view operation) {
  const Draft* open = open_.find(name);
  // While it is under way, a second beginning is news of it.
  if (open != nullptr && !open->end) return event(line);
  Draft span = draft(line, parent, name);
  span.set("gen_ai.operation.name", operation);
  if (operation == "invoke_agent") {
    const std::string_view agent = line.data.text("agent_type");
    const std::string shown = agent.empty() ? name.substr(name.find(' ') + 1) : std::string(agent);
    span.name = "invoke_agent " + shown;
    span.set("gen_ai.agent.name", shown);
    span.set("gen_ai.agent.id", line.data.text("agent_id"));
    span.set("gen_ai.request.model", line.data.text("model"));
  }
  line.fields.keep_others(span, "attocode.", {"event_id", "kind", "timestamp", "session_id", "data"});
  line.data.keep_others(span, "attocode.", {"model"});
  remember(line, {.agent = span.id, .call = {}});
  open_.add(name, std::move(span));
}

void PythonSession::end(const PythonLine& line, const std::string& name) {
  Draft* span = open_.find(name);
  const bool has_failed = line.kind.ends_with("_error") || line.kind.ends_with("_failed");
  const bool is_timeout = line.kind.ends_with("_timeout");
  const Place place = place_of(line);
  Draft lone;
  if (span == nullptr) {
    lone = point(line, place);
    span = &lone;
  }
  span->end = std::max(line.time, span->start);
  span->outcome = has_failed || is_timeout ? Outcome::error : Outcome::ok;
  if (has_failed || is_timeout) {
    span->message = line.data.text("error");
    if (span->message.empty()) span->message = line.data.text("message");
    span->set("error.type", is_timeout ? "timeout" : "failed");
    failure_ = short_name(span->message);
  }
  line.data.keep_others(*span, "attocode.", {"model"});
  remember(line, {.agent = span->id, .call = {}});
  if (span == &lone) writer_.write(lone);
}

void PythonSession::agent_start(const PythonLine& line) {
  const Place place = place_of(line);
  begin(line, agent_name(line), place.call.is_zero() ? place.agent : place.call, "invoke_agent");
}
void PythonSession::agent_end(const PythonLine& line) { end(line, agent_name(line)); }

void PythonSession::group_start(const PythonLine& line) {
  const std::string name = group_name(line);
  const Draft* swarm = name == k_swarm ? nullptr : open_.find(std::string(k_swarm));
  begin(line, name, swarm != nullptr && !swarm->end ? swarm->id : place_of(line).agent, "invoke_workflow");
  if (name != k_swarm) wave_ = name;
}
void PythonSession::group_end(const PythonLine& line) { end(line, group_name(line)); }

void PythonSession::task_start(const PythonLine& line) {
  const Draft* outer = wave_.empty() ? nullptr : open_.find(wave_);
  if (outer == nullptr || outer->end) outer = open_.find(std::string(k_swarm));
  const bool is_inside = outer != nullptr && !outer->end;
  begin(line, task_name(line), is_inside ? outer->id : place_of(line).agent, "invoke_agent");
}
void PythonSession::task_end(const PythonLine& line) { end(line, task_name(line)); }

}  // namespace strobe::importer
