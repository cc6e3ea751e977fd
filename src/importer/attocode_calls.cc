#include <algorithm>
#include <utility>

#include "importer/attocode_session.h"

// Calls to the model, tools, and links to sub-agents.
namespace strobe::importer {

namespace {

constexpr size_t k_calls_max = size_t{1} << 20;

// Tokens of an answer. The input has what was read from the cache in it.
void set_usage(Draft& span, const LineFields& fields) {
  const LineFields tokens = fields.within("tokens");
  span.set("gen_ai.usage.input_tokens", tokens.count("input"));
  span.set("gen_ai.usage.output_tokens", tokens.count("output"));
  span.set("gen_ai.usage.total_tokens", tokens.count("total"));
  span.set("gen_ai.usage.reasoning.output_tokens", tokens.count("thinking"));
  tokens.keep_others(span, "attocode.tokens.", {"input", "output", "total", "thinking"});
  const LineFields cache = fields.within("cache");
  span.set("gen_ai.usage.cache_read.input_tokens", cache.count("cacheReadTokens"));
  span.set("gen_ai.usage.cache_creation.input_tokens", cache.count("cacheWriteTokens"));
  cache.keep_others(span, "attocode.cache.", {"cacheReadTokens", "cacheWriteTokens"});
  span.set("gen_ai.response.finish_reasons", fields.text("stopReason"));
}

}  // namespace

std::string AttocodeSession::call_name(const Agent& agent, std::string_view request) {
  return "llm " + agent.span.id.hex() + std::string(request);
}

// The span of a call, at the first line that tells of it.
Draft AttocodeSession::begin_call(const AttocodeLine& line, Agent& agent) {
  const std::string_view model = line.fields.text("model");
  Draft span = draft(line, agent, "");
  span.id = id_of(line, "llm", line.fields.text("requestId"));
  set_call(span, model.empty() ? std::string_view(model_) : model);
  if (&agent == &main_ && !said_.empty()) span.set("gen_ai.input.messages", user_message(std::exchange(said_, {})));
  if (agent.calls.size() < k_calls_max) agent.calls.push_back(span.id);
  agent.last_call = {.id = span.id, .answered = {}};
  return span;
}

void AttocodeSession::llm_request(const AttocodeLine& line, Agent& agent) {
  const std::string id = line.fields.name("requestId");
  Draft span = begin_call(line, agent);
  span.set("gen_ai.provider.name", line.fields.text("provider"));
  line.fields.keep_others(
      span, k_attocode_prefix,
      {"_type", "_ts", "traceId", "model", "subagentId", "subagentType", "parentSessionId", "spawnedAtIteration"});
  agent.open_call = call_name(agent, id.empty() ? span.id.hex() : id);
  open_.add(agent.open_call, std::move(span));
}

void AttocodeSession::llm_response(const AttocodeLine& line, Agent& agent) {
  const std::string id = line.fields.name("requestId");
  const std::string name = id.empty() ? agent.open_call : call_name(agent, id);
  const auto duration = line.fields.milliseconds("durationMs");
  auto span = open_.take(name);
  if (name == agent.open_call) agent.open_call.clear();
  if (!span) {
    // The file begins after the request was made.
    span = begin_call(line, agent);
    span->start = before(line.time, duration);
    cover(agent, span->start);
  }
  span->end = end_of_call(line.fields, span->start, line.time, duration);
  const std::string_view model = line.fields.text("model");
  if (!model.empty()) span->set("gen_ai.response.model", model);
  set_usage(*span, line.fields);
  line.fields.keep_others(*span, k_attocode_prefix,
                          {"_type", "_ts", "traceId", "model", "tokens", "cache", "stopReason", "costUsd", "subagentId",
                           "subagentType", "parentSessionId", "spawnedAtIteration"});
  span->set("cost_usd", line.fields.number("costUsd"));
  agent.last_call = {span->id, span->end};
  if (line.fields.text("status") == "error") {
    // The line behind it may say why.
    set_failure(*span, "llm_error", "");
    open_.add(name, *std::move(span));
    return;
  }
  writer_.write(*span);
}

void AttocodeSession::tool_execution(const AttocodeLine& line, Agent& agent) {
  const std::string_view tool = line.fields.text("toolName");
  const std::string_view id = line.fields.text("executionId");
  Draft span = draft(line, agent, "");
  set_tool(span, tool);
  span.id = id_of(line, "tool", id);
  span.end = line.time;
  span.start = before(line.time, line.fields.milliseconds("durationMs"));
  place_tool(span, agent.last_call);
  cover(agent, span.start);
  const std::string_view call_id = line.fields.text("toolCallId");
  span.set("gen_ai.tool.call.id", call_id.empty() ? id : call_id);
  const json::Node* input = line.fields.find("input");
  if (input != nullptr) span.keep("gen_ai.tool.call.arguments", *input);
  const json::Node* output = line.fields.find("outputPreview");
  if (output != nullptr) span.keep("gen_ai.tool.call.result", *output);
  const std::string_view message = line.fields.text("errorMessage");
  set_outcome(span, line.fields.text("status"), message);
  agent.tool_error = span.outcome == Outcome::error ? short_name(message) : "";
  line.fields.keep_others(span, k_attocode_prefix,
                          {"_type", "_ts", "traceId", "toolName", "executionId", "toolCallId", "input", "outputPreview",
                           "errorMessage", "subagentId", "subagentType", "parentSessionId", "spawnedAtIteration"});
  writer_.write(span);
}

// The agent that a link tells of: the one it told of before, else one of that type that was spawned then and of which
// no link has told, else a new one.
AttocodeSession::Agent& AttocodeSession::agent_of_link(const AttocodeLine& line, const LineFields& link) {
  const std::string child = link.name("childSessionId");
  if (const auto known = agents_.find(child); known != agents_.end()) return known->second;
  const std::string told = std::string("\0link ", 6) + link.name("childTraceId") + "\n" + child;
  if (const auto known = agents_.find(told); known != agents_.end()) return known->second;
  if (const auto name = agent_of_child_.find(told); name != agent_of_child_.end()) {
    if (const auto known = agents_.find(name->second); known != agents_.end()) return known->second;
  }
  const int64_t iteration = link.within("spawnContext").count("parentIteration").value_or(0);
  const Spawn spawn(link.within("childConfig").name("agentType"), iteration);
  if (const auto waiting = without_link_.find(spawn); waiting != without_link_.end()) {
    const std::string id = waiting->second.front();
    waiting->second.pop_front();
    if (waiting->second.empty()) without_link_.erase(waiting);
    agent_of_child_[told] = id;
    return agents_.at(id);
  }
  Agent& agent = add_named(told, identities_.of("link", told), call_at(iteration), line.time);
  agent.span.start = link.moment("spawnedAt").value_or(line.time);
  const std::string type = spawn.first.empty() ? "sub-agent" : spawn.first;
  agent.span.name = "invoke_agent " + type;
  agent.span.set("gen_ai.agent.name", type);
  without_lines_[spawn].push_back(told);
  return agent;
}

void AttocodeSession::subagent_link(const AttocodeLine& line, Agent&) {
  const LineFields link = line.fields.within("link");
  const LineFields config = link.within("childConfig");
  const LineFields result = link.within("result");
  Draft& span = agent_of_link(line, link).span;
  agents_bytes_ += line.text.size();
  span.set("gen_ai.request.model", config.text("model"));
  const std::string_view task = config.text("task");
  if (!task.empty()) span.set("gen_ai.input.messages", user_message(task));
  auto end = link.moment("completedAt");
  if (!end && link.find("result") != nullptr) end = line.time;
  if (end) span.end = std::max({*end, span.start, span.end.value_or(*end)});
  const auto succeeded = result.flag("success");
  if (succeeded) set_outcome(span, *succeeded ? "completed" : "failed", result.text("summary"));
  // Its own trace, where it is told in a file of its own.
  std::string trace = link.name("childTraceId");
  if (trace.empty() && !link.text("childSessionId").empty()) trace = session_name(link.name("childSessionId"));
  const TraceId child = Identities::trace("attocode", trace);
  if (!trace.empty() && child != origin_->trace_id)
    span.link = Draft::Link{child, Identities(child.hex()).of("session", "")};
  for (const auto& [key, fields] : {std::pair("childConfig", config), std::pair("result", result),
                                    std::pair("spawnContext", link.within("spawnContext"))}) {
    fields.keep_others(span, std::string(k_attocode_prefix) + key + ".", {"task"});
  }
  link.keep_others(span, k_attocode_prefix, {"childConfig", "result", "spawnContext"});
}

}  // namespace strobe::importer
