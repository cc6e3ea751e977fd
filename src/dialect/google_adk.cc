#include "dialect/dialect.h"
#include "dialect/elements.h"
#include "dialect/provider.h"
#include "dialect/read.h"
#include "json/number.h"

// Google's Agent Development Kit, scope "gcp.vertex.agent". Schema 1: spans of its own, whose requests and responses
// are JSON of Gemini's shapes in two attributes. Schema 2: OTel GenAI. dialects.md 5.7; read from spans of 1.14 and
// 2.13.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  if (scope != nullptr && scope->name == "gcp.vertex.agent") return true;
  return fields.first_present({Key::adk_llm_request, Key::adk_invocation_id, Key::adk_event_id}).has_value();
}

// Every call of schema 1 is two spans: call_llm, which has the content, and in later releases a generate_content
// inside it with the same numbers and, as a rule, no content. Then call_llm is the call.
bool is_shadow_of_call(const Fields& fields) {
  if (!fields.has(Key::gen_ai_system) || fields.has(Key::gen_ai_provider_name)) return false;
  if (fields.text(Key::gen_ai_operation_name) != "generate_content") return false;
  if (fields.has(Key::gen_ai_input_messages)) return false;
  for (const Told& told : fields.told()) {
    if (told.name != "gen_ai.user.message" || told.body == nullptr) continue;
    const Value* content = find_attribute(told.body->as_kvlist(), "content");
    if (content != nullptr && content->as_text() != "<elided>") return false;
  }
  return true;
}

Kind kind_of(const Fields& fields, Kind conventional) {
  const auto name = fields.raw().name;
  const auto tool = fields.text(Key::gen_ai_tool_name);
  // What several parallel calls gave back, once more.
  if (tool == "(merged tools)" || name == "execute_tool (merged)") return Kind::span;
  if (is_shadow_of_call(fields)) return Kind::span;
  if (fields.has(Key::gen_ai_operation_name)) {
    return fields.text(Key::gen_ai_operation_name) == "compact_events" ? Kind::memory : conventional;
  }
  if (name == "call_llm") return Kind::llm;
  if (name == "invocation" || name.starts_with("invoke_workflow")) return Kind::workflow;
  if (name.starts_with("agent_run") || name.starts_with("invoke_agent")) return Kind::agent;
  if (name.starts_with("execute_tool") && !tool.empty()) return Kind::tool;
  return name == "send_data" ? Kind::span : conventional;
}

void read_agent_name(const Fields& fields, SpanFacts& facts) {
  if (!facts.agent.empty()) return;
  auto name = behind(fields.raw().name, "agent_run [");
  if (name.ends_with(']')) name.remove_suffix(1);
  if (name.empty()) name = behind(fields.raw().name, "invoke_agent ");
  facts.agent = name;
}

// gen_ai.system names the framework; LiteLLM's models carry their provider before a slash.
void read_provider(SpanFacts& facts) {
  if (!facts.provider.empty()) return;
  const std::string_view model = facts.model;
  const size_t slash = model.find('/');
  if (model.starts_with("gemini")) {
    facts.provider = "google-gemini";
  } else if (slash != std::string_view::npos) {
    facts.provider = folded_provider(model.substr(0, slash));
  }
}

// Placeholders stand for content that is not recorded: "{}" for both, for a tool may well take nothing.
void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  ToolCall& tool = begin_tool(fields, span, behind(fields.raw().name, "execute_tool "));
  tool.arguments = payload_of(fields.value(Key::gen_ai_tool_call_arguments), TextIs::declared_json, arena);
  tool.result = payload_of(fields.value(Key::gen_ai_tool_call_result), TextIs::if_structured, arena);
  const bool is_recorded = fields.has(Key::adk_tool_call_args) || fields.has(Key::adk_tool_response);
  if (!tool.arguments && is_recorded && fields.value(Key::adk_tool_call_args) != nullptr) {
    tool.arguments = payload_of(fields.value(Key::adk_tool_call_args), TextIs::declared_json, arena);
  }
  if (!tool.result && fields.has(Key::adk_tool_response)) {
    tool.result = payload_of(fields.value(Key::adk_tool_response), TextIs::if_structured, arena);
  }
  finish_tool(span);
}

// The lists of declarations of all tools as one.
std::string_view declarations_of(std::string_view tools, Arena& arena) {
  std::string_view only;
  std::string all;
  JsonItems items(tools);
  for (std::string_view item; items.next(item);) {
    auto list = top_level_member(item, "function_declarations");
    if (list.empty()) list = top_level_member(item, "functionDeclarations");
    if (!list.starts_with('[') || list.size() <= 2) continue;
    if (only.empty()) {
      only = list;
      continue;
    }
    if (all.empty()) all = only;
    all.back() = ',';
    all += list.substr(1);
  }
  return all.empty() ? only : arena.copy(all);
}

void read_request(const Fields& fields, NormalSpan& span, Arena& arena) {
  constexpr Key k_key = Key::adk_llm_request;
  constexpr auto k_format = ElementFormat::gemini_content;
  const auto text = fields.text(k_key);
  if (text.empty()) return add_stored_content(fields, span, ContentRole::input, k_format, k_key);
  const auto config = top_level_member(text, "config");
  const auto tools = declarations_of(top_level_member(config, "tools"), arena);
  add_text_content(span, ContentRole::tool_definitions, ElementFormat::otel_tool, k_key, tools, arena);
  auto system = top_level_member(config, "system_instruction");
  if (system.empty()) system = top_level_member(config, "systemInstruction");
  if (system != "null") {
    add_text_content(span, ContentRole::system, ElementFormat::otel_system, k_key, system, arena);
    if (!system.empty()) span.content.back().shape = ContentShape::whole;
  }
  add_text_content(span, ContentRole::input, k_format, k_key, top_level_member(text, "contents"), arena);
}

// What the response says that no attribute does.
void read_response(const Fields& fields, NormalSpan& span, Arena& arena) {
  const JsonContent response = read_json(fields.value(Key::adk_llm_response), arena);
  if (!response.node.is_object()) return;
  if (const json::Node* content = response.node.find("content")) {
    Message message = gemini_content(*content, arena);
    if (message.role != "assistant") message.role = "assistant";
    message.finish_reason = response.node.string_at("finish_reason");
    if (response.state == JsonContent::State::truncated) message.state = ContentState::truncated;
    if (!message.parts.empty()) span.output.push_back(std::move(message));
  }
}

// The attributes are the candidates' tokens, without thoughts, until a release that adds them up and says so.
void read_usage(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.has_usage = false;
  facts.usage = {};
  facts.usage_rule.clear();
  span.reported = {};
  if (facts.kind == Kind::span) {
    facts.is_rollup = false;
    return;
  }
  ReportedUsage source = usage_source(fields);
  UsageAlgebra algebra{.name = "google_adk"};
  const JsonContent response = read_json(fields.value(Key::adk_llm_response), arena);
  const json::Node* metadata = response.node.find("usage_metadata");
  if (metadata != nullptr && metadata->is_object()) {
    const auto number = [&](std::string_view key) -> std::optional<int64_t> {
      const json::Node* found = metadata->find(key);
      return found != nullptr && found->type == json::Type::number ? json::to_int64(found->text) : std::nullopt;
    };
    if (!source.cache_read) source.cache_read = number("cached_content_token_count");
    if (!source.reasoning) {
      source.reasoning = number("thoughts_token_count");
      algebra.output_includes_reasoning = source.output != number("candidates_token_count");
    }
    if (!source.output) source.output = number("candidates_token_count");
    if (!source.input) source.input = number("prompt_token_count");
  }
  set_usage(span, source, algebra);
  facts.is_rollup = facts.has_usage && !is_leaf(facts.kind);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  k_otel_genai.read(fields, span, arena);
  SpanFacts& facts = span.facts;
  const Kind kind = kind_of(fields, facts.kind);
  if (kind != facts.kind || kind == Kind::tool) {
    span.tool.reset();
    facts.tool_name.clear();
    facts.tool_call_id.clear();
  }
  facts.kind = kind;
  read_agent_name(fields, facts);
  read_provider(facts);
  if (kind == Kind::tool) read_tool(fields, span, arena);
  if (kind == Kind::llm && !fields.has(Key::gen_ai_input_messages)) read_request(fields, span, arena);
  if (kind == Kind::llm && span.output.empty()) read_response(fields, span, arena);
  read_usage(fields, span, arena);
  settle_content(fields, span, false);
}

}  // namespace

const Dialect k_google_adk{"google_adk", recognises, read};

}  // namespace strobe::dialect
