#include <algorithm>
#include <utility>

#include "dialect/dialect.h"
#include "dialect/elements.h"
#include "dialect/langchain.h"
#include "dialect/python_literal.h"
#include "dialect/read.h"
#include "dialect/unflatten.h"
#include "dialect/whole_json.h"
#include "json/number.h"
#include "json/parse.h"

// OpenInference (Arize): flattened messages under llm.*, recognised by openinference.span.kind. dialects.md 2.
namespace strobe::dialect {

namespace {

constexpr KindName k_kinds[] = {
    {"LLM", Kind::llm},
    {"EMBEDDING", Kind::embedding},
    {"CHAIN", Kind::workflow},
    {"RETRIEVER", Kind::retrieval},
    {"RERANKER", Kind::retrieval},
    {"TOOL", Kind::tool},
    {"AGENT", Kind::agent},
    {"GUARDRAIL", Kind::guardrail},
    {"EVALUATOR", Kind::evaluation},
    {"PROMPT", Kind::span},
};

bool recognises(const Fields& fields) { return fields.has(Key::openinference_span_kind); }

bool is_scope(const Fields& fields, std::string_view name) {
  const RawScope* scope = fields.raw().scope;
  return scope != nullptr && scope->name.ends_with(name);
}

Kind kind_of(const Fields& fields) {
  // The OpenAI Agents SDK's "trace" comes as a root that says nothing but AGENT; its agents have names.
  const auto word = fields.text(Key::openinference_span_kind);
  const bool is_bare_root = word == "AGENT" && fields.raw().parent_span_id.empty() && !fields.has(Key::agent_name);
  if (is_bare_root && is_scope(fields, "openai_agents")) return Kind::workflow;
  if (word == "CHAIN" && is_scope(fields, "langchain") && is_langchain_agent(fields)) return Kind::agent;
  // Google ADK's summary of parallel tools is none.
  if (fields.text(Key::gen_ai_tool_name) == "(merged tools)") return Kind::span;
  return kind_named(k_kinds, word).value_or(Kind::span);
}

// The one instrumentation that passed Anthropic's own numbers through: on its agent's span, which has no calls below it
// and is the only one to tell them. Behind 0.1.11 it adds the cache.
bool passes_raw_numbers(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  if (scope == nullptr) return false;
  if (scope->name.find("claude-agent-sdk") != std::string_view::npos) return true;
  if (scope->name.find("claude_agent_sdk") == std::string_view::npos) return false;
  const auto patch = behind(scope->version, "0.1.");
  const auto number = json::to_int64(patch);
  return scope->version.empty() || (number && *number <= 11);
}

void read_usage(const Fields& fields, NormalSpan& span) {
  SpanFacts& facts = span.facts;
  UsageAlgebra algebra{.name = "openinference"};
  if (passes_raw_numbers(fields)) algebra.input_includes_cache = false;
  set_usage(span, usage_source(fields), algebra);
  facts.is_rollup = facts.has_usage && !is_leaf(facts.kind);
}

// Whether a member that points to history on the provider's side is set.
bool names_history(std::string_view object) {
  for (const std::string_view key : {"previous_response_id", "conversation"}) {
    if (object.find(key) == std::string_view::npos) continue;
    const auto value = top_level_member(object, key);
    if (!value.empty() && value != "null" && value != "\"\"") return true;
  }
  return false;
}

bool is_delta(const Fields& fields) {
  if (fields.has(Key::gen_ai_request_previous_response_id)) return true;
  return names_history(fields.text(Key::llm_invocation_parameters)) || names_history(fields.text(Key::input_value));
}

bool is_json_mime(const Fields& fields, Key key) { return fields.text(key).starts_with("application/json"); }

// No attribute holds the response's id, but the recorded body of OpenAI's APIs begins with it.
void read_response_id(const Fields& fields, SpanFacts& facts) {
  if (!facts.response_id.empty() || facts.kind != Kind::llm || !is_json_mime(fields, Key::output_mime_type)) return;
  const auto id = top_level_member(fields.text(Key::output_value), "id");
  const bool is_plain = id.size() > 2 && id.front() == '"' && id.find('\\') == std::string_view::npos;
  if (is_plain) facts.response_id = id.substr(1, id.size() - 2);
}

void read_parameters(const Fields& fields, NormalSpan& span, Arena& arena) {
  const auto key = fields.first_present({Key::llm_invocation_parameters, Key::embedding_invocation_parameters});
  if (!key) return;
  const JsonContent content = read_json(fields.value(*key), arena);
  add_parameters(span, content.node, arena);
  // A call that failed has no other word about its model.
  if (span.facts.model.empty()) span.facts.model = content.node.string_at("model");
}

// Parallel calls of OpenAI's Responses stand in one message of the output, and each in one of its own in the next
// input.
void split_calls(NormalSpan& span) {
  std::vector<Message> split;
  for (Message& message : span.output) {
    const bool has_only_calls =
        std::ranges::all_of(message.parts, [](const Part& part) { return part.type == PartType::tool_call; });
    if (!has_only_calls || message.parts.size() < 2) {
      split.push_back(std::move(message));
      continue;
    }
    for (const Part& part : message.parts) {
      Message& one = split.emplace_back();
      one.role = message.role;
      one.state = message.state;
      one.parts = {part};
    }
  }
  span.output = std::move(split);
}

void read_output(const Fields& fields, NormalSpan& span, Arena& arena) {
  for (const Group group : {Group::output_messages, Group::choices}) {
    if (!fields.has_group(group) || !span.output.empty()) continue;
    for (const json::Node& node : unflatten(fields.group(group), prefix_of(group), arena)) {
      Message message = openinference_message(node, arena);
      if (message.role.empty()) message.role = "assistant";
      if (!message.parts.empty()) span.output.push_back(std::move(message));
    }
  }
  if (is_scope(fields, "openai_agents") && fields.raw().name == "response") split_calls(span);
  const bool is_llm = span.facts.kind == Kind::llm;
  if (span.output.empty() && is_llm && !is_json_mime(fields, Key::output_mime_type)) {
    Message message;
    message.role = "assistant";
    append_text(message, PartType::text, fields.text(Key::output_value));
    if (!message.parts.empty()) span.output.push_back(std::move(message));
  }
  if (!span.finish_reasons.empty()) return;
  for (const Message& message : span.output) {
    if (!message.finish_reason.empty()) span.finish_reasons.emplace_back(message.finish_reason);
  }
}

// Where there are no flattened messages, input.value is the prompt, or the request that has them.
void read_plain_input(const Fields& fields, NormalSpan& span, Arena& arena) {
  constexpr Key k_key = Key::input_value;
  if (span.facts.kind != Kind::llm || state_of(fields.text(k_key)) != ContentState::present) return;
  if (!is_json_mime(fields, Key::input_mime_type)) {
    return add_content(fields, span, ContentRole::input, ElementFormat::openinference_text, k_key);
  }
  const auto text = fields.text(k_key);
  if (text.empty())
    return add_stored_content(fields, span, ContentRole::input, ElementFormat::framework_message, k_key);
  if (text.starts_with('[')) {
    return add_text_content(span, ContentRole::input, ElementFormat::framework_message, k_key, text, arena);
  }
  for (const auto& [member, format] :
       {std::pair("messages", ElementFormat::framework_message), std::pair("input", ElementFormat::framework_message),
        std::pair("contents", ElementFormat::gemini_content)}) {
    const auto list = top_level_member(text, member);
    if (list.starts_with('[')) return add_text_content(span, ContentRole::input, format, k_key, list, arena);
  }
}

void read_input(const Fields& fields, NormalSpan& span, Arena& arena) {
  add_content(fields, span, ContentRole::tool_definitions, ElementFormat::openinference_tool, Group::tools);
  constexpr auto k_format = ElementFormat::openinference_message;
  if (!add_content(fields, span, ContentRole::input, k_format, Group::input_messages)) {
    if (!add_content(fields, span, ContentRole::input, k_format, Group::prompts)) read_plain_input(fields, span, arena);
  }
}

// LangChain's tools give their whole message: {"type":"tool","data":{"content","tool_call_id","status"}}.
void unwrap_tool_message(NormalSpan& span, Arena& arena) {
  ToolCall& tool = *span.tool;
  if (!tool.result || !tool.result->is_json || top_level_member(tool.result->text, "type") != R"("tool")") return;
  const auto parsed = json::parse(top_level_member(tool.result->text, "data"), arena);
  const json::Node* content = parsed && parsed->is_object() ? parsed->find("content") : nullptr;
  if (content == nullptr) return;
  tool.result = payload_of(*content, arena);
  if (tool.call_id.empty()) tool.call_id = parsed->string_at("tool_call_id");
  // The instrumentation says ok of whatever did not raise.
  if (parsed->string_at("status") != "error") return;
  span.facts.status = SpanStatus::error;
  if (span.facts.error_type.empty()) span.facts.error_type = "tool_error";
}

// tool.parameters comes second: many instrumentations put the tool's schema there.
void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  ToolCall& tool = begin_tool(fields, span, fields.raw().name);
  const auto is_input_json = is_json_mime(fields, Key::input_mime_type);
  const auto is_output_json = is_json_mime(fields, Key::output_mime_type);
  tool.arguments =
      payload_of(fields.value(Key::input_value), is_input_json ? TextIs::declared_json : TextIs::if_structured, arena);
  if (!tool.arguments) tool.arguments = payload_of(fields.value(Key::tool_parameters), TextIs::declared_json, arena);
  if (tool.arguments && !tool.arguments->is_json) {
    if (const auto json = json_of_python(tool.arguments->text, arena)) tool.arguments = Payload{*json, true};
  }
  tool.result =
      payload_of(fields.value(Key::output_value), is_output_json ? TextIs::declared_json : TextIs::plain, arena);
  unwrap_tool_message(span, arena);
  finish_tool(span);
}

void read_agent_name(const Fields& fields, SpanFacts& facts) {
  if (!facts.agent.empty() || facts.kind != Kind::agent) return;
  facts.agent = fields.text(Key::graph_node_name);
  if (facts.agent.empty()) facts.agent = facts.name;
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields);
  read_call(fields, span);
  read_agent_name(fields, facts);
  read_response_id(fields, facts);
  read_parameters(fields, span, arena);
  read_usage(fields, span);
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  read_input(fields, span, arena);
  read_output(fields, span, arena);
  if (is_scope(fields, "langchain")) read_langchain_answer(fields, span, arena);
  facts.basis = basis_of(fields, span, facts.kind == Kind::llm && is_delta(fields));
  note_requested_calls(span);
}

}  // namespace

const Dialect k_openinference{"openinference", recognises, read};

}  // namespace strobe::dialect
