#include "dialect/dialect.h"
#include "dialect/elements.h"
#include "dialect/read.h"

// pydantic-ai, instrumentation versions 1 to 6: scope "pydantic-ai". Most of it is OTel GenAI; its own are the agent's
// and the tools' spans before version 3, the messages of version 1 (a list of role events in one attribute) and the
// totals on the agent's span. dialects.md 5.3; read from spans of 0.2, 1.39 and 2.68.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return scope != nullptr && scope->name == "pydantic-ai";
}

// "running tool" and "running output function" are calls; "running tools", "running 2 tools" are the wrapper around
// those of one step, which names no tool.
Kind kind_of(const Fields& fields, Kind conventional) {
  const auto name = fields.raw().name;
  const bool has_operation = fields.has(Key::gen_ai_operation_name);
  if (has_operation) return conventional;
  if (fields.has(Key::gen_ai_tool_name)) return Kind::tool;
  if (fields.has(Key::agent_name_plain) && fields.has(Key::pydantic_model_name)) return Kind::agent;
  return name == "agent run" ? Kind::agent : conventional;
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  auto fallback_name = behind(fields.raw().name, "execute_tool ");
  if (fallback_name.empty()) fallback_name = behind(fields.raw().name, "running tool: ");
  ToolCall& tool = begin_tool(fields, span, fallback_name);
  for (const Key key : {Key::gen_ai_tool_call_arguments, Key::tool_arguments}) {
    if (!tool.arguments) tool.arguments = payload_of(fields.value(key), TextIs::declared_json, arena);
  }
  for (const Key key : {Key::gen_ai_tool_call_result, Key::tool_response}) {
    if (!tool.result) tool.result = payload_of(fields.value(key), TextIs::if_structured, arena);
  }
  finish_tool(span);
}

ReportedUsage totals_of(const Fields& fields) {
  ReportedUsage totals;
  totals.input = fields.first_int64({Key::gen_ai_aggregated_input});
  totals.output = fields.first_int64({Key::gen_ai_aggregated_output});
  totals.cache_read =
      fields.first_int64({Key::gen_ai_aggregated_cache_read, Key::gen_ai_aggregated_cache_read_details});
  totals.cache_write =
      fields.first_int64({Key::gen_ai_aggregated_cache_write, Key::gen_ai_aggregated_cache_write_details});
  totals.reasoning = fields.first_int64({Key::gen_ai_aggregated_reasoning});
  return totals;
}

void read_usage(const Fields& fields, NormalSpan& span) {
  SpanFacts& facts = span.facts;
  facts.has_usage = false;
  facts.usage = {};
  facts.usage_rule.clear();
  span.reported = {};
  const UsageAlgebra algebra{.name = "pydantic_ai"};
  // The agent's totals stood under the names of one call's numbers before there were names for totals.
  if (!is_leaf(facts.kind)) set_usage(span, totals_of(fields), algebra);
  if (!facts.has_usage) set_usage(span, usage_source(fields), algebra);
  facts.is_rollup = facts.has_usage && !is_leaf(facts.kind);
}

// Before there was gen_ai.tool.definitions; tools whose call is the answer stand in a list of their own.
void read_tool_definitions(const Fields& fields, NormalSpan& span, Arena& arena) {
  constexpr Key k_key = Key::model_request_parameters;
  const auto text = fields.text(k_key);
  if (text.empty()) {
    return add_stored_content(fields, span, ContentRole::tool_definitions, ElementFormat::otel_tool, k_key);
  }
  const auto tools = top_level_member(text, "function_tools");
  const auto outputs = top_level_member(text, "output_tools");
  const auto is_list = [](std::string_view list) { return list.starts_with('[') && list.size() > 2; };
  std::string_view all = is_list(tools) ? tools : outputs;
  if (is_list(tools) && is_list(outputs)) {
    all = arena.copy(std::string(tools.substr(0, tools.size() - 1)) + "," + std::string(outputs.substr(1)));
  }
  if (is_list(all)) {
    add_text_content(span, ContentRole::tool_definitions, ElementFormat::otel_tool, k_key, all, arena);
  }
}

bool has_content(const NormalSpan& span, ContentRole role) {
  for (const ContentSource& source : span.content) {
    if (source.role == role) return true;
  }
  return false;
}

void read_content(const Fields& fields, NormalSpan& span, Arena& arena) {
  if (span.facts.kind == Kind::llm && !has_content(span, ContentRole::tool_definitions)) {
    read_tool_definitions(fields, span, arena);
  }
  if (span.facts.kind == Kind::agent) {
    add_content(fields, span, ContentRole::input, ElementFormat::otel_message, Key::pydantic_all_messages);
  }
  const bool is_call = span.facts.kind == Kind::llm;
  read_role_events(fields, span, is_call ? Key::role_events : Key::pydantic_all_messages_events, arena);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  k_otel_genai.read(fields, span, arena);
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields, facts.kind);
  span.tool.reset();
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  if (facts.model.empty()) facts.model = fields.text(Key::pydantic_model_name);
  read_usage(fields, span);
  read_content(fields, span, arena);
  settle_content(fields, span, facts.basis == ContextBasis::delta);
}

}  // namespace

const Dialect k_pydantic_ai{"pydantic_ai", recognises, read};

void read_role_events(const Fields& fields, NormalSpan& span, Key key, Arena& arena) {
  constexpr auto k_format = ElementFormat::pydantic_event;
  for (const ContentSource& source : span.content) {
    if (source.role == ContentRole::input) return;
  }
  const auto text = fields.text(key);
  if (text.empty()) return add_stored_content(fields, span, ContentRole::input, k_format, key);
  size_t input_end = 0;
  std::string_view choices;
  JsonItems items(text);
  for (std::string_view item; items.next(item);) {
    if (top_level_member(item, "event.name") == R"("gen_ai.choice")") {
      choices = text.substr(static_cast<size_t>(item.data() - text.data()));
      break;
    }
    input_end = static_cast<size_t>(item.data() - text.data()) + item.size();
  }
  // A list that is cut, or holds no answer, is the context as it stands.
  if (choices.empty()) return add_text_content(span, ContentRole::input, k_format, key, text, arena);
  if (input_end > 0) {
    const auto input = arena.copy(std::string(text.substr(0, input_end)) + "]");
    add_text_content(span, ContentRole::input, k_format, key, input, arena);
  }
  const Value answers = Value::of_string(arena.copy("[" + std::string(choices)));
  if (span.output.empty()) read_output_list(&answers, k_format, span, arena);
}

Message pydantic_event(const json::Node& element, Arena& arena) {
  if (!element.is_object()) return chat_message(element, arena);
  const json::Node* inner = element.find("message");
  const json::Node& body = inner != nullptr && inner->is_object() ? *inner : element;
  Message message;
  message.role = folded_role(body.string_at("role"));
  const auto event = element.string_at("event.name");
  const auto of_event = behind(event, "gen_ai.");
  if (message.role.empty()) message.role = of_event == "choice" ? "assistant" : of_event.substr(0, of_event.find('.'));
  message.finish_reason = element.string_at("finish_reason");
  const json::Node* content = body.find("content");
  if (event == "gen_ai.tool.message") {
    Part part;
    part.type = PartType::tool_result;
    part.id = body.string_at("id");
    part.name = body.string_at("name");
    if (content != nullptr) part.payload = payload_of(*content, arena);
    append_part(message, part);
    return message;
  }
  if (content != nullptr) append_content(message, *content, arena);
  if (const json::Node* calls = body.find("tool_calls")) append_tool_calls(message, *calls, arena);
  if (message.parts.empty() && content == nullptr && body.find("tool_calls") == nullptr) {
    return unknown_element(message.role, element, arena);
  }
  return message;
}

}  // namespace strobe::dialect
