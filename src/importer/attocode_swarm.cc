#include <algorithm>
#include <array>

#include "importer/attocode_session.h"

// Swarms: a span for the swarm, below it one for each wave, below those one for each task.
namespace strobe::importer {

namespace {

constexpr std::string_view k_swarm = "swarm";
constexpr size_t k_tasks_max = 100'000;  // whose wave is remembered

std::string wave_name(int64_t wave) { return "swarm wave " + std::to_string(wave); }
std::string task_name(const std::string& task) { return "swarm task " + task; }

}  // namespace

void AttocodeSession::swarm_start(const AttocodeLine& line, Agent& agent) {
  Draft span = draft(line, agent, "swarm");
  span.id = identities_.of_line(line.text);
  span.set("gen_ai.operation.name", "invoke_workflow");
  keep_line(span, line.fields);
  swarm_ = span.id;
  wave_of_task_.clear();
  open_.add(std::string(k_swarm), std::move(span));
}

void AttocodeSession::swarm_decomposition(const AttocodeLine& line, Agent& agent) {
  event(line, agent);
  const json::Node* tasks = line.fields.find("tasks");
  if (tasks == nullptr || !tasks->is_array()) return;
  std::string problem;
  for (const json::Node& task : tasks->items) {
    const LineFields fields(task, problem);
    const auto wave = task.is_object() ? fields.count("wave") : std::nullopt;
    const bool has_room = wave_of_task_.size() < k_tasks_max;
    if (wave && has_room && !fields.text("id").empty()) wave_of_task_.try_emplace(fields.name("id"), *wave);
  }
  if (!problem.empty()) line.fields.complain(problem);
}

void AttocodeSession::swarm_wave(const AttocodeLine& line, Agent& agent) {
  const int64_t wave = line.fields.count("wave").value_or(0);
  const std::string_view phase = line.fields.text("phase");
  if (phase == "start") {
    Draft span = draft(line, agent, "wave " + std::to_string(wave));
    span.id = identities_.of_line(line.text);
    if (!swarm_.is_zero()) span.parent = swarm_;
    span.set("gen_ai.operation.name", "invoke_workflow");
    keep_line(span, line.fields);
    wave_ = span.id;
    open_.add(wave_name(wave), std::move(span));
    return;
  }
  auto span = phase == "complete" ? open_.take(wave_name(wave)) : std::nullopt;
  if (!span) return event(line, agent);
  if (span->id == wave_) wave_ = {};
  span->end = std::max(line.time, span->start);
  keep_line(*span, line.fields);
  const int64_t failed = line.fields.count("failed").value_or(0);
  if (failed > 0) {
    span->outcome = Outcome::error;
    span->message = std::to_string(failed) + " of its tasks failed";
  }
  writer_.write(*span);
}

void AttocodeSession::swarm_task(const AttocodeLine& line, Agent& agent) {
  const std::string id = line.fields.name("taskId");
  const std::string_view phase = line.fields.text("phase");
  constexpr std::array<std::string_view, 3> k_ends = {"completed", "failed", "skipped"};
  const bool is_end = std::ranges::find(k_ends, phase) != k_ends.end();
  if (phase != "dispatched" && !is_end) return event(line, agent);
  std::optional<Draft> span = is_end ? open_.take(task_name(id)) : std::nullopt;
  if (!span) {
    span = draft(line, agent, "invoke_agent task " + id);
    span->id = identities_.of_line(line.text);
    const auto told = wave_of_task_.find(id);
    const Draft* wave = told == wave_of_task_.end() ? nullptr : open_.find(wave_name(told->second));
    const SpanId outer = wave != nullptr ? wave->id : wave_.is_zero() ? swarm_ : wave_;
    if (!outer.is_zero()) span->parent = outer;
    span->set("gen_ai.operation.name", "invoke_agent");
    span->set("gen_ai.agent.name", "task " + id);
  }
  span->set("gen_ai.request.model", line.fields.text("model"));
  if (is_end) return end_swarm_task(*span, line, phase);
  keep_line(*span, line.fields);
  open_.add(task_name(id), *std::move(span));
}

void AttocodeSession::end_swarm_task(Draft& span, const AttocodeLine& line, std::string_view phase) {
  span.end = std::max(line.time, span.start);
  span.attributes.erase("attocode.phase");
  keep_line(span, line.fields);
  span.set("cost_usd", line.fields.number("costUsed"));
  const std::string_view error = line.fields.text("error");
  set_outcome(span, phase, error.empty() ? line.fields.text("reason") : error);
  writer_.write(span);
}

void AttocodeSession::swarm_complete(const AttocodeLine& line, Agent& agent) {
  auto span = open_.take(std::string(k_swarm));
  if (!span) return event(line, agent);
  span->end = std::max(line.time, span->start);
  keep_line(*span, line.fields);
  const LineFields stats = line.fields.within("stats");
  const int64_t failed = stats.count("failedTasks").value_or(0);
  span->outcome = failed > 0 ? Outcome::error : Outcome::ok;
  if (failed > 0) span->message = std::to_string(failed) + " of its tasks failed";
  span->set("cost_usd", stats.number("totalCost"));
  writer_.write(*span);
  swarm_ = {};
  wave_ = {};
}

}  // namespace strobe::importer
