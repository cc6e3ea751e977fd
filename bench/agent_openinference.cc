#include "bench/agent_load.h"
#include "bench/attributes.h"
#include "bench/elements.h"

// The OpenInference dialect of the agent load: messages as flattened attributes, one key a field.
namespace strobe::bench {

namespace {

// llm.input_messages.12.message.
std::string message_prefix(std::string_view list, size_t number) {
  return "llm." + std::string(list) + "." + std::to_string(number) + ".message.";
}

void add_call(Attributes& out, const std::string& prefix, const Turn& turn) {
  const std::string call = prefix + "tool_calls.0.tool_call.";
  out.kept_key(prefix + "role", "assistant").kept_key(prefix + "content", turn.text);
  out.kept_key(call + "id", turn.call_id).kept_key(call + "function.name", turn.tool);
  out.kept_key(call + "function.arguments", turn.arguments);
}

std::string joined(const std::vector<std::string>& elements) {
  std::string text;
  for (const std::string& element : elements) {
    if (!text.empty()) text.push_back(',');
    text.append(element);
  }
  return text;
}

}  // namespace

void AgentLoad::add_openinference(std::vector<KeyValue>& attributes, Arena& arena, const Turn& turn) {
  const auto input_tokens = static_cast<int64_t>(history_bytes_ / 4);
  const auto output_tokens = static_cast<int64_t>((turn.text.size() + turn.arguments.size()) / 4 + 12);
  Attributes out(arena);
  out.text("openinference.span.kind", "LLM").text("session.id", session_id_);
  out.text("llm.provider", "openai").text("llm.system", "openai").text("llm.model_name", "gpt-5-2026-08-07");
  out.text("llm.invocation_parameters", R"({"model":"gpt-5","temperature":1.0})");
  out.value("llm.token_count.prompt", Value::of_int64(input_tokens));
  out.value("llm.token_count.completion", Value::of_int64(output_tokens));
  out.value("llm.token_count.total", Value::of_int64(input_tokens + output_tokens));
  out.value("llm.token_count.prompt_details.cache_read", Value::of_int64(input_tokens * 9 / 10));
  if (options_.shape == Shape::openinference_body) {
    const std::string body = R"({"messages":[)" + joined(body_history_) +
                             R"(],"model":"gpt-5","temperature":1.0,"tools":[)" + joined(body_tools_) + "]}";
    out.text("input.value", arena.copy(body)).text("input.mime_type", "application/json");
  }
  attributes = out.list();
  attributes.insert(attributes.end(), flat_.begin(), flat_.end());
  Attributes output(arena);
  add_call(output, message_prefix("output_messages", 0), turn);
  attributes.insert(attributes.end(), output.list().begin(), output.list().end());
}

void AgentLoad::remember_flat(const Turn& turn) {
  Attributes flat(kept_);
  add_call(flat, message_prefix("input_messages", flat_messages_++), turn);
  const std::string prefix = message_prefix("input_messages", flat_messages_++);
  flat.kept_key(prefix + "role", "tool").kept_key(prefix + "content", turn.result);
  flat.kept_key(prefix + "tool_call_id", turn.call_id);
  flat_.insert(flat_.end(), flat.list().begin(), flat.list().end());
  body_history_.push_back(openai_call(turn).text());
  body_history_.push_back(openai_result(turn.call_id, turn.result).text());
}

}  // namespace strobe::bench
