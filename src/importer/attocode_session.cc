#include "importer/attocode_session.h"

#include <algorithm>
#include <array>
#include <utility>

namespace strobe::importer {

namespace {

constexpr size_t k_agents_max = 20'000;
constexpr size_t k_agents_bytes_max = size_t{64} << 20;  // of the lines that brought them
constexpr std::string_view k_session_log_namespace = "strobe.session-log";
constexpr std::string_view k_prefix = k_attocode_prefix;
// Lines that are written one after the other by several agents are not in order to the millisecond.
constexpr DurationNs k_disorder_max{1'000'000'000};

std::string attribute(std::string_view key) { return std::string(k_prefix) + std::string(key); }

// What every line has.
constexpr std::string_view k_type = "_type";
constexpr std::string_view k_time = "_ts";

}  // namespace

void AttocodeSession::keep_line(Draft& draft, const LineFields& fields) {
  for (const json::Member& member : fields.node().members) {
    if (draft.attributes.size() >= k_attributes_max) return fields.complain("has too many fields: not all are kept");
    if (member.key == k_type || member.key == k_time || member.key == "traceId") continue;
    if (member.value.is_object()) {
      fields.of(member.value).keep_others(draft, attribute(member.key) + ".", {});
    } else {
      draft.keep(attribute(member.key), member.value);
    }
  }
}

AttocodeSession::AttocodeSession(TraceWriter& writer, std::string_view name)
    : writer_(writer),
      identities_(Identities::trace("attocode", name).hex()),
      origin_(std::make_unique<Origin>()),
      open_(writer) {
  origin_->trace_id = Identities::trace("attocode", name);
  main_.span.origin = origin_.get();
  main_.span.id = identities_.of("session", "");
  main_.span.name = "invoke_agent attocode";
  main_.span.set("gen_ai.operation.name", "invoke_agent");
  main_.span.set("gen_ai.agent.name", "attocode");
  main_.span.set_flag("attocode.session_start_missing", true);
}

AttocodeSession::Handler AttocodeSession::handler_of(std::string_view type) {
  using Self = AttocodeSession;
  constexpr std::array<std::pair<std::string_view, Handler>, 15> k_handlers = {{
      {"session.start", &Self::session_start},
      {"session.end", &Self::session_end},
      {"task.start", &Self::task_start},
      {"task.end", &Self::task_end},
      {"llm.request", &Self::llm_request},
      {"llm.response", &Self::llm_response},
      {"tool.execution", &Self::tool_execution},
      {"error", &Self::error},
      {"memory.retrieval", &Self::memory_retrieval},
      {"subagent.link", &Self::subagent_link},
      {"swarm.start", &Self::swarm_start},
      {"swarm.decomposition", &Self::swarm_decomposition},
      {"swarm.wave", &Self::swarm_wave},
      {"swarm.task", &Self::swarm_task},
      {"swarm.complete", &Self::swarm_complete},
  }};
  const auto* found = std::ranges::find(k_handlers, type, &std::pair<std::string_view, Handler>::first);
  return found == k_handlers.end() ? &Self::event : found->second;
}

void AttocodeSession::take(const AttocodeLine& line) {
  if (!has_begun_) main_.span.start = line.time;
  if (has_begun_ && last_time_ - line.time > k_disorder_max) line.fields.complain("the clock went back");
  has_begun_ = true;
  last_time_ = line.time;
  if (agents_bytes_ > k_agents_bytes_max) write_agents();
  (this->*handler_of(line.type))(line, agent_of(line));
}

void AttocodeSession::finish() {
  open_.write_all();
  write_agents();
  if (has_begun_) writer_.write(main_.span);
  has_begun_ = false;
}

size_t AttocodeSession::memory() const {
  constexpr size_t k_task_bytes = 300;
  return open_.bytes() + agents_bytes_ + identities_.memory() + main_.calls.capacity() * sizeof(SpanId) +
         wave_of_task_.size() * k_task_bytes + main_.span.bytes() + said_.size();
}

// ---- agents ---------------------------------------------------------------------------------------------------------

AttocodeSession::Agent& AttocodeSession::agent_of(const AttocodeLine& line) {
  const std::string id = line.fields.name("subagentId");
  if (id.empty()) return main_;
  const auto found = agents_.find(id);
  Agent& agent = found == agents_.end() ? add_agent(line, id) : found->second;
  // An agent is over when it is heard of no more; nothing says so.
  agent.span.start = std::min(agent.span.start, line.time);
  agent.span.end = std::max(agent.span.end.value_or(line.time), line.time);
  return agent;
}

AttocodeSession::Agent& AttocodeSession::add_agent(const AttocodeLine& line, const std::string& id) {
  const std::string type = line.fields.name("subagentType");
  agents_bytes_ += line.text.size();
  const int64_t iteration = line.fields.count("spawnedAtIteration").value_or(0);
  const Spawn spawn(type, iteration);
  Agent* agent = nullptr;
  if (const auto waiting = without_lines_.find(spawn); waiting != without_lines_.end()) {
    // The link stood before the agent's own lines, and has named its span.
    auto linked = agents_.extract(waiting->second.front());
    waiting->second.pop_front();
    if (waiting->second.empty()) without_lines_.erase(waiting);
    agent_of_child_[linked.key()] = id;
    linked.key() = id;
    agent = &agents_.insert(std::move(linked)).position->second;
  } else {
    agent = &add_named(id, identities_.of("agent", id), spawner_of(line, id, iteration), line.time);
    without_link_[spawn].push_back(id);
  }
  const std::string& name = type.empty() ? id : type;
  agent->span.name = "invoke_agent " + name;
  agent->span.set("gen_ai.agent.name", name);
  agent->span.set("gen_ai.agent.id", id);
  agent->span.set("attocode.spawnedAtIteration", line.fields.count("spawnedAtIteration"));
  agent->span.set("attocode.parentSessionId", line.fields.text("parentSessionId"));
  return *agent;
}

AttocodeSession::Agent& AttocodeSession::add_named(const std::string& name, SpanId id, SpanId parent, TimeNs start) {
  if (agents_.size() >= k_agents_max) write_agents();
  Agent& agent = agents_[name];
  agent.span.origin = origin_.get();
  agent.span.id = id;
  agent.span.parent = parent;
  agent.span.start = start;
  agent.span.set("gen_ai.operation.name", "invoke_agent");
  return agent;
}

void AttocodeSession::write_agents() {
  for (const auto& [id, agent] : agents_) writer_.write(agent.span);
  agents_.clear();
  without_link_.clear();
  without_lines_.clear();
  agent_of_child_.clear();
  agents_bytes_ = 0;
}

// What a sub-agent stands below: the swarm's task of its name, the sub-agent that spawned it, else the main agent's
// call.
SpanId AttocodeSession::spawner_of(const AttocodeLine& line, const std::string& id, int64_t iteration) const {
  if (const Draft* task = open_.find("swarm task " + id)) return task->id;
  const auto parent = agents_.find(line.fields.name("parentSessionId"));
  if (parent == agents_.end()) return call_at(iteration);
  const SpanId call = parent->second.last_call.id;
  return call.is_zero() ? parent->second.span.id : call;
}

SpanId AttocodeSession::parent_of(const Agent& agent) {
  const Draft* task = agent.task.empty() ? nullptr : open_.find(agent.task);
  return task != nullptr ? task->id : agent.span.id;
}

// The main agent's call at an iteration; else its last one, or the agent itself.
SpanId AttocodeSession::call_at(int64_t iteration) const {
  if (main_.calls.empty()) return main_.span.id;
  const auto calls = static_cast<int64_t>(main_.calls.size());
  return iteration >= 1 && iteration <= calls ? main_.calls[iteration - 1] : main_.calls.back();
}

// ---- spans ----------------------------------------------------------------------------------------------------------

Draft AttocodeSession::draft(const AttocodeLine& line, const Agent& agent, std::string name) {
  Draft span;
  span.origin = origin_.get();
  span.parent = parent_of(agent);
  span.name = std::move(name);
  span.start = line.time;
  return span;
}

void AttocodeSession::cover(Agent& agent, TimeNs start) const {
  const bool is_told = &agent == &main_ && !main_.span.attributes.contains("attocode.session_start_missing");
  if (!is_told) agent.span.start = std::min(agent.span.start, start);
}

SpanId AttocodeSession::id_of(const AttocodeLine& line, std::string_view what, std::string_view name) {
  return name.empty() ? identities_.of_line(line.text) : identities_.of(what, name, line.time);
}

Draft AttocodeSession::point(const AttocodeLine& line, const Agent& agent) {
  Draft span = draft(line, agent, std::string(line.type));
  span.id = identities_.of_line(line.text);
  if (line.type.starts_with("swarm.") && !swarm_.is_zero()) span.parent = swarm_;
  span.end = line.time;
  keep_line(span, line.fields);
  return span;
}

void AttocodeSession::event(const AttocodeLine& line, Agent& agent) { writer_.write(point(line, agent)); }

void AttocodeSession::session_start(const AttocodeLine& line, Agent& agent) {
  // Told again, a session goes on; a sub-agent's has an agent of its own.
  if (&agent != &main_ || !key().empty()) return event(line, agent);
  origin_->session_key = line.fields.name("sessionId");
  model_ = line.fields.text("model");
  Draft& span = main_.span;
  span.attributes.erase("attocode.session_start_missing");
  span.start = line.time;
  span.set("gen_ai.request.model", model_);
  const json::Node* metadata = line.fields.find("metadata");
  if (metadata != nullptr && metadata->is_object() && metadata->string_at("recordedBy") == "strobe") {
    // A session log of ours: another telling of a session that the store may hold, not more of it.
    origin_->session_namespace = k_session_log_namespace;
    const std::string_view name = metadata->string_at("agent");
    if (!name.empty()) span.name = "invoke_agent " + std::string(name);
    span.set("gen_ai.agent.name", name);
  }
  said_ = line.fields.text("task");
  if (!said_.empty()) span.set("gen_ai.input.messages", user_message(said_));
  line.fields.keep_others(span, k_prefix, {k_type, k_time, "traceId", "sessionId", "model", "task"});
}

void AttocodeSession::session_end(const AttocodeLine& line, Agent& agent) {
  if (&agent != &main_) return event(line, agent);
  if (origin_->session_key.empty()) origin_->session_key = line.fields.name("sessionId");
  const std::string_view status = line.fields.text("status");
  Draft& span = main_.span;
  // A session may go on after its end: the last one counts.
  span.end.reset();
  std::erase_if(span.attributes, [](const auto& attribute) {
    const std::string& name = attribute.first;
    return name.starts_with("attocode.metrics.") || name == "attocode.cancelled" || name == "attocode.status" ||
           name == "attocode.durationMs";
  });
  if (status == "running") return;
  span.end = line.time;
  if (span.attributes.contains("attocode.session_start_missing")) {
    span.start = std::min(span.start, before(line.time, line.fields.milliseconds("durationMs")));
  }
  set_outcome(span, status, "");
  if (status == "cancelled") span.set_flag("attocode.cancelled", true);
  const LineFields metrics = line.fields.within("metrics");
  span.set("gen_ai.usage.input_tokens", metrics.count("inputTokens"));
  span.set("gen_ai.usage.output_tokens", metrics.count("outputTokens"));
  span.set("gen_ai.usage.cache_read.input_tokens", metrics.count("cacheReadTokens"));
  span.set("gen_ai.usage.cache_creation.input_tokens", metrics.count("cacheWriteTokens"));
  span.set("cost_usd", metrics.number("estimatedCost"));
  metrics.keep_others(span, "attocode.metrics.", {});
  line.fields.keep_others(span, k_prefix, {k_type, k_time, "traceId", "sessionId", "metrics"});
}

void AttocodeSession::task_start(const AttocodeLine& line, Agent& agent) {
  const std::string id = line.fields.name("taskId");
  agent.task.clear();  // the one before is over, told or not: tasks come one after the other
  Draft span = draft(line, agent, "task " + (id.empty() ? std::string(line.fields.text("taskNumber")) : id));
  span.id = id_of(line, "task", id);
  span.set("gen_ai.operation.name", "invoke_workflow");
  line.fields.keep_others(span, k_prefix, {k_type, k_time, "traceId"});
  if (&agent == &main_ && !line.fields.text("prompt").empty()) said_ = line.fields.text("prompt");
  agent.task = "task " + agent.span.id.hex() + id;
  open_.add(agent.task, std::move(span));
}

void AttocodeSession::task_end(const AttocodeLine& line, Agent& agent) {
  const std::string id = line.fields.name("taskId");
  const std::string name = id.empty() ? agent.task : "task " + agent.span.id.hex() + id;
  auto span = open_.take(name);
  if (name == agent.task) agent.task.clear();
  if (!span) return event(line, agent);
  span->end = std::max(line.time, span->start);
  const LineFields result = line.fields.within("result");
  const std::string_view status = line.fields.text("status");
  const bool has_failed = result.flag("success") == false;
  set_outcome(*span, has_failed ? "failed" : status, result.text("failureReason"));
  line.fields.keep_others(*span, k_prefix, {k_type, k_time, "traceId"});
  writer_.write(*span);
}

void AttocodeSession::error(const AttocodeLine& line, Agent& agent) {
  Draft span = point(line, agent);
  const std::string_view message = line.fields.text("errorMessage");
  const std::string_view code = line.fields.text("errorCode");
  const json::Node* context = line.fields.find("context");
  const std::string_view request =
      context != nullptr && context->is_object() ? context->string_at("requestId") : std::string_view();
  auto call = request.empty() ? std::nullopt : open_.take(call_name(agent, short_name(request)));
  if (call) {
    // It says what the call failed with.
    set_failure(*call, code.empty() ? "error" : code, message);
    if (!call->end) call->end = std::max(line.time, call->start);
    writer_.write(*call);
  } else if (message.empty() || short_name(message) != agent.tool_error) {
    // A tool's failure told twice is one failure.
    set_failure(span, code.empty() ? "error" : code, message);
  }
  writer_.write(span);
}

void AttocodeSession::memory_retrieval(const AttocodeLine& line, Agent& agent) {
  Draft span = point(line, agent);
  span.start = before(line.time, line.fields.within("retrieval").milliseconds("durationMs"));
  span.set("gen_ai.operation.name", "search_memory");
  writer_.write(span);
}

}  // namespace strobe::importer
