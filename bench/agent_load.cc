#include "bench/agent_load.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "base/assert.h"
#include "bench/attributes.h"
#include "bench/elements.h"
#include "json/parse.h"

namespace strobe::bench {

namespace {

constexpr uint64_t k_start_ns = 1'790'000'000'000'000'000;
constexpr size_t k_window_messages = 40;
constexpr size_t k_kept_results = 10;
constexpr size_t k_tools_change_turns = 10;
constexpr std::string_view k_cleared = "[old tool result cleared]";

std::string_view as_json_array(Arena& arena, const std::vector<std::string>& elements, size_t first) {
  size_t bytes = 2;
  for (size_t i = first; i < elements.size(); ++i) bytes += elements[i].size() + 1;
  std::string text;
  text.reserve(bytes);
  text.push_back('[');
  for (size_t i = first; i < elements.size(); ++i) {
    if (i > first) text.push_back(',');
    text.append(elements[i]);
  }
  text.push_back(']');
  return arena.copy(text);
}

Value as_value(const json::Node& node, Arena& arena) {
  switch (node.type) {
    case json::Type::boolean: return Value::of_bool(node.boolean);
    case json::Type::number:
    case json::Type::string: return Value::of_string(node.text);
    case json::Type::array: {
      std::vector<Value> items;
      for (const json::Node& item : node.items) items.push_back(as_value(item, arena));
      return Value::of_array(arena.copy_array(std::span<const Value>(items)));
    }
    case json::Type::object: {
      std::vector<KeyValue> members;
      for (const json::Member& member : node.members) members.push_back({member.key, as_value(member.value, arena)});
      return Value::of_kvlist(arena.copy_array(std::span<const KeyValue>(members)));
    }
    case json::Type::null: break;
  }
  return {};
}

}  // namespace

std::string_view name_of(Shape shape) {
  constexpr std::array<std::string_view, 9> k_names = {
      "append",          "clock in prompt", "sliding window", "results cleared",
      "tools change",    "told in logs",    "told as values", "OI",
      "OI + input.value"};
  return k_names[static_cast<size_t>(shape)];
}

AgentLoad::AgentLoad(const Corpus& corpus, AgentOptions options)
    : corpus_(corpus),
      options_(options),
      random_(options.seed ^ 0x5eed),
      conversation_(corpus, options.seed),
      head_(make_head(corpus, options.agent)) {
  trace_id_ = kept_.copy(random_.bytes(16));
  root_id_ = kept_.copy(random_.bytes(8));
  session_id_ = kept_.copy("sess_" + random_.letters(20));
  now_ = started_ = k_start_ns + options.seed * 3'600'000'000'000;
  Attributes resource(kept_);
  resource.text("service.name", "agent-load").text("service.version", "1.0").text("telemetry.sdk.language", "python");
  resource_.attributes = resource.finish();
  scope_.name = is_openinference() ? "openinference.instrumentation.openai" : "opentelemetry.instrumentation.genai";
  scope_.version = "1.0.0";
  begin_head();
}

void AgentLoad::begin_head() {
  unique_bytes_ = otel_system(head_.system).text().size();
  for (const ToolDefinition& tool : head_.tools) {
    const JsonText element = otel_tool(tool);
    unique_bytes_ += element.text().size();
    tools_.push_back(element.text());
    body_tools_.push_back(openai_tool(tool).text());
  }
  const JsonText task = otel_user(conversation_.task());
  unique_bytes_ += task.text().size();
  history_.push_back(task.text());
  history_bytes_ = unique_bytes_;
  if (!is_openinference()) return;
  Attributes flat(kept_);
  for (size_t i = 0; i < body_tools_.size(); ++i) {
    flat.kept_key("llm.tools." + std::to_string(i) + ".tool.json_schema", body_tools_[i]);
  }
  flat.kept_key("llm.input_messages.0.message.role", "system")
      .kept_key("llm.input_messages.0.message.content", head_.system);
  flat.kept_key("llm.input_messages.1.message.role", "user")
      .kept_key("llm.input_messages.1.message.content", conversation_.task());
  flat_ = flat.list();
  flat_messages_ = 2;
  body_history_ = {openai_text("system", head_.system).text(), openai_text("user", conversation_.task()).text()};
}

std::string AgentLoad::system_text() const {
  if (options_.shape != Shape::clock && !is_told()) return head_.system;
  const auto seconds = static_cast<time_t>(now_ / 1'000'000'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char line[64];
  const size_t length = std::strftime(line, sizeof line, "\nCurrent time: %Y-%m-%dT%H:%M:%SZ\n", &utc);
  return head_.system.substr(0, head_.system.size() / 2) + std::string(line, length) +
         head_.system.substr(head_.system.size() / 2);
}

void AgentLoad::change_tools() {
  const size_t number = turns_ / k_tools_change_turns;
  const bool is_added = number % 2 == 0;
  const ToolDefinition tool = make_tool(corpus_, options_.agent, head_.tools.size() + number);
  if (is_added) {
    tools_.push_back(otel_tool(tool).text());
  } else {
    ToolDefinition& changed = head_.tools[number % head_.tools.size()];
    changed.description = tool.description;
    tools_[number % head_.tools.size()] = otel_tool(changed).text();
  }
}

RawSpan AgentLoad::span(std::string_view span_id, std::string_view name, uint64_t nanoseconds) {
  RawSpan span;
  span.resource = &resource_;
  span.scope = &scope_;
  span.trace_id = trace_id_;
  span.span_id = span_id;
  span.parent_span_id = root_id_;
  span.name = name;
  span.kind = 1;
  span.flags = 1;
  span.start_time_unix_nano = now_;
  span.end_time_unix_nano = now_ += nanoseconds;
  return span;
}

void AgentLoad::add_otel(std::vector<KeyValue>& attributes, Arena& arena, const Turn& turn) {
  const size_t input_tokens = history_bytes_ / 4;
  const size_t output_tokens = (turn.text.size() + turn.arguments.size()) / 4 + 12;
  const Value stop = Value::of_string("tool_calls");
  Attributes out(arena);
  out.text("gen_ai.operation.name", "chat")
      .text("gen_ai.provider.name", "openai")
      .text("gen_ai.conversation.id", session_id_);
  out.text("gen_ai.request.model", "gpt-5").text("gen_ai.response.model", "gpt-5-2026-08-07");
  out.text("gen_ai.response.id", arena.copy("chatcmpl-" + random_.letters(29)));
  out.value("gen_ai.response.finish_reasons", Value::of_array(arena.copy_array(std::span<const Value>(&stop, 1))));
  out.value("gen_ai.usage.input_tokens", Value::of_int64(static_cast<int64_t>(input_tokens)));
  out.value("gen_ai.usage.output_tokens", Value::of_int64(static_cast<int64_t>(output_tokens)));
  out.value("gen_ai.usage.cache_read.input_tokens", Value::of_int64(static_cast<int64_t>(input_tokens * 9 / 10)));
  attributes = out.list();
  if (is_told()) return;
  const auto content = otel_content(arena, turn);
  attributes.insert(attributes.end(), content.begin(), content.end());
}

std::vector<KeyValue> AgentLoad::otel_content(Arena& arena, const Turn& turn) const {
  const bool is_window = options_.shape == Shape::window && history_.size() > k_window_messages;
  const size_t first = is_window ? history_.size() - k_window_messages : 0;
  Attributes out(arena);
  out.text("gen_ai.system_instructions", arena.copy("[" + otel_system(system_text()).text() + "]"));
  out.text("gen_ai.tool.definitions", as_json_array(arena, tools_, 0));
  out.text("gen_ai.input.messages", as_json_array(arena, history_, first));
  out.text("gen_ai.output.messages", arena.copy("[" + otel_call(turn, "tool_call").text() + "]"));
  return out.list();
}

RawLog AgentLoad::details_log(Arena& arena, const Turn& turn, const RawSpan& llm) const {
  auto attributes = otel_content(arena, turn);
  if (options_.shape == Shape::told_as_values) {
    for (KeyValue& attribute : attributes) {
      const auto parsed = json::parse_large(attribute.value.as_text(), arena);
      STROBE_ASSERT(parsed);
      attribute.value = as_value(*parsed, arena);
    }
  }
  RawLog log;
  log.resource = &resource_;
  log.scope = &scope_;
  log.trace_id = llm.trace_id;
  log.span_id = llm.span_id;
  log.time_unix_nano = log.observed_time_unix_nano = llm.end_time_unix_nano;
  log.event_name = "gen_ai.client.inference.operation.details";
  log.attributes = arena.copy_array(std::span<const KeyValue>(attributes));
  return log;
}

RawSpan AgentLoad::llm_span(Arena& arena, const Turn& turn) {
  RawSpan llm = span(arena.copy(random_.bytes(8)), "chat gpt-5", 1'500'000'000 + random_.below(4'000'000'000));
  llm.kind = 3;
  std::vector<KeyValue> attributes;
  if (is_openinference()) {
    llm.name = "ChatCompletion";
    add_openinference(attributes, arena, turn);
  } else {
    add_otel(attributes, arena, turn);
  }
  llm.attributes = arena.copy_array(std::span<const KeyValue>(attributes));
  return llm;
}

RawSpan AgentLoad::tool_span(Arena& arena, const Turn& turn) {
  RawSpan tool = span(arena.copy(random_.bytes(8)), arena.copy("execute_tool " + turn.tool),
                      20'000'000 + random_.below(900'000'000));
  const auto arguments = arena.copy(turn.arguments);
  const auto result = arena.copy(turn.result);
  Attributes out(arena);
  if (is_openinference()) {
    tool.name = arena.copy(turn.tool);
    out.text("openinference.span.kind", "TOOL").text("session.id", session_id_).text("tool.name", tool.name);
    out.text("tool_call.id", arena.copy(turn.call_id))
        .text("input.value", arguments)
        .text("input.mime_type", "application/json");
    out.text("output.value", result).text("output.mime_type", "text/plain");
  } else {
    out.text("gen_ai.operation.name", "execute_tool").text("gen_ai.conversation.id", session_id_);
    out.text("gen_ai.tool.name", arena.copy(turn.tool)).text("gen_ai.tool.type", "function");
    out.text("gen_ai.tool.call.id", arena.copy(turn.call_id));
    out.text("gen_ai.tool.call.arguments", arguments).text("gen_ai.tool.call.result", result);
  }
  tool.attributes = out.finish();
  return tool;
}

void AgentLoad::remember(const Turn& turn) {
  const JsonText call = otel_call(turn, {});
  const JsonText result = otel_result(turn.call_id, turn.result);
  unique_bytes_ += call.text().size() + result.text().size();
  history_bytes_ += call.text().size() + result.text().size();
  history_.push_back(call.text());
  history_.push_back(result.text());
  result_call_ids_.push_back(turn.call_id);
  ++turns_;
  if (options_.shape == Shape::cleared && turns_ > k_kept_results) {
    const size_t old = turns_ - k_kept_results - 1;
    history_[2 + 2 * old] = otel_result(result_call_ids_[old], k_cleared).text();
  }
  if (options_.shape == Shape::tools_change && turns_ % k_tools_change_turns == 0) change_tools();
  if (is_openinference()) remember_flat(turn);
}

RawBatch AgentLoad::next(int turns) {
  RawBatch batch;
  for (int i = 0; i < turns; ++i) {
    const Turn turn = conversation_.next();
    batch.spans.push_back(llm_span(*batch.arena, turn));
    if (is_told()) batch.logs.push_back(details_log(*batch.arena, turn, batch.spans.back()));
    batch.spans.push_back(tool_span(*batch.arena, turn));
    remember(turn);
  }
  return batch;
}

RawBatch AgentLoad::end() {
  RawBatch batch;
  RawSpan root = span(root_id_, "invoke_agent loader", 0);
  root.parent_span_id = {};
  root.start_time_unix_nano = started_;
  Attributes out(*batch.arena);
  if (is_openinference()) {
    out.text("openinference.span.kind", "AGENT").text("session.id", session_id_).text("agent.name", "loader");
  } else {
    out.text("gen_ai.operation.name", "invoke_agent").text("gen_ai.agent.name", "loader");
    out.text("gen_ai.conversation.id", session_id_);
  }
  root.attributes = out.finish();
  batch.spans.push_back(root);
  return batch;
}

}  // namespace strobe::bench
