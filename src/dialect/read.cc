#include "dialect/read.h"

#include <algorithm>
#include <unordered_set>

#include "dialect/dialect.h"
#include "dialect/provider.h"

namespace strobe::dialect {

namespace {

void read_resource(const RawResource* resource, SpanFacts& facts) {
  if (resource == nullptr) return;
  for (const KeyValue& attribute : resource->attributes) {
    const auto text = attribute.value.as_text();
    if (attribute.key == "service.name") facts.service = text;
    if (attribute.key == "service.namespace") facts.session_namespace = text;
    if (attribute.key == "strobe.run.id") facts.run_id = text;
    if (attribute.key == "session.id" && facts.session_key.empty()) facts.session_key = text;
  }
}

// Logfire announces a span that has begun by a copy below it; the span itself comes under the same id and replaces it.
void read_placeholder(const Fields& fields, SpanFacts& facts) {
  if (fields.text(Key::logfire_span_type) != "pending_span") return;
  facts.rank = SpanRank::pending;
  const auto parent = SpanId::from_hex(fields.text(Key::logfire_pending_parent_id));
  if (!parent || facts.parent_span_id == SpanId{}) return;
  facts.span_id = facts.parent_span_id;
  facts.parent_span_id = *parent;
}

// The type of the exception that ended the span: the last one recorded.
std::string_view exception_type(const RawSpan& raw) {
  for (auto event = raw.events.rbegin(); event != raw.events.rend(); ++event) {
    if (event->name != "exception") continue;
    const Value* type = find_attribute(event->attributes, "exception.type");
    if (type != nullptr && type->is_string()) return type->as_text();
  }
  return {};
}

// MLflow writes every text as JSON, in quotes.
std::string bare(std::string_view text) {
  const bool is_quoted = text.size() > 2 && text.front() == '"' && text.back() == '"';
  return std::string(is_quoted ? text.substr(1, text.size() - 2) : text);
}

void read_request(const Fields& fields, NormalSpan& span) {
  for (const KeyValue* attribute : fields.group(Group::request)) {
    const auto name = behind(attribute->key, "gen_ai.request.");
    if (name.empty() || name == "model" || name == "previous_response.id") continue;
    add_request_parameter(span, name, attribute->value);
  }
}

}  // namespace

void read_identity(const Fields& fields, SpanFacts& facts) {
  const RawSpan& raw = fields.raw();
  facts.trace_id = TraceId::from_bytes(raw.trace_id).value_or(TraceId{});
  facts.span_id = SpanId::from_bytes(raw.span_id).value_or(SpanId{});
  facts.parent_span_id = SpanId::from_bytes(raw.parent_span_id).value_or(SpanId{});
  facts.start = TimeNs::from_unsigned(raw.start_time_unix_nano);
  facts.end = TimeNs::from_unsigned(raw.end_time_unix_nano);
  facts.name = raw.name;
  if (raw.scope != nullptr) facts.scope = raw.scope->name;
  facts.session_key = fields.first_text(
      {Key::langfuse_session_id, Key::session_id, Key::gen_ai_conversation_id, Key::conversation_id,
       Key::adk_session_id, Key::traceloop_session_id, Key::traceloop_session_id_camel, Key::mlflow_session,
       Key::ai_metadata_session_id, Key::ai_metadata_session_id_snake, Key::ai_context_session_id,
       Key::ai_runtime_context_session_id, Key::langsmith_thread_id, Key::langsmith_session_id,
       Key::langsmith_conversation_id, Key::lmnr_session_id, Key::traceloop_thread_id});
  facts.session_key = bare(facts.session_key);
  read_resource(raw.resource, facts);
  read_placeholder(fields, facts);
  if (raw.status_code == 1) facts.status = SpanStatus::ok;
  if (raw.status_code == 2) facts.status = SpanStatus::error;
  facts.error_type = fields.text(Key::error_type);
  if (facts.error_type.empty() && facts.status == SpanStatus::error) facts.error_type = exception_type(raw);
}

void read_call(const Fields& fields, NormalSpan& span) {
  SpanFacts& facts = span.facts;
  facts.agent =
      fields.first_text({Key::gen_ai_agent_name, Key::agent_name, Key::agent_name_plain, Key::ai_function_id});
  facts.model =
      fields.first_text({Key::gen_ai_response_model, Key::ai_response_model, Key::llm_response_model_name,
                         Key::langfuse_model, Key::gen_ai_request_model, Key::ai_model_id, Key::llm_request_model_name,
                         Key::llm_model_name, Key::embedding_model_name, Key::reranker_model_name});
  for (const Key key : {Key::gen_ai_provider_name, Key::gen_ai_system, Key::llm_provider, Key::llm_system}) {
    if (!facts.provider.empty()) break;
    facts.provider = folded_provider(fields.text(key));
  }
  facts.response_id = fields.first_text({Key::gen_ai_response_id, Key::ai_response_id});
  span.finish_reasons =
      fields.first_string_list({Key::gen_ai_response_finish_reasons, Key::gen_ai_response_finish_reason,
                                Key::llm_finish_reason, Key::ai_response_finish_reason, Key::ai_finish_reason});
  read_numbers(fields, facts);
  read_request(fields, span);
}

std::optional<Kind> kind_named(std::span<const KindName> names, std::string_view word) {
  const auto found = std::ranges::find(names, word, &KindName::name);
  return found == names.end() ? std::nullopt : std::optional(found->kind);
}

ToolCall& begin_tool(const Fields& fields, NormalSpan& span, std::string_view fallback_name) {
  ToolCall& tool = span.tool.emplace();
  tool.name = fields.first_text({Key::gen_ai_tool_name, Key::tool_name, Key::ai_toolcall_name});
  if (tool.name.empty()) tool.name = fallback_name;
  tool.call_id = fields.first_text(
      {Key::gen_ai_tool_call_id, Key::gen_ai_tool_call_id_old, Key::tool_id, Key::ai_toolcall_id, Key::tool_call_id});
  return tool;
}

void finish_tool(NormalSpan& span) {
  SpanFacts& facts = span.facts;
  facts.tool_name = span.tool->name;
  facts.tool_call_id = span.tool->call_id;
  const auto& result = span.tool->result;
  if (!result || !result->is_json || facts.status != SpanStatus::unset) return;
  if (result->text.find("\"isError\"") == std::string_view::npos) return;
  if (top_level_member(result->text, "isError") != "true") return;
  facts.status = SpanStatus::error;
  if (facts.error_type.empty()) facts.error_type = "tool_error";
}

std::string_view behind(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
}

void add_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Key key,
                 Arena* arena) {
  if (!fields.has(key)) return;
  const Value& value = *fields.value(key);
  ContentShape shape = ContentShape::json_list;
  if (value.as_text() == "[]") return;
  if (arena != nullptr && value.is_string() && value.as_text().front() == '"') {
    const auto decoded = unquoted_text(value.as_text(), *arena);
    if (decoded.starts_with('[')) return add_text_content(span, role, format, key, decoded, *arena);
  }
  const bool is_whole = format == ElementFormat::otel_system || format == ElementFormat::vercel_prompt ||
                        format == ElementFormat::openinference_text;
  if (is_whole) {
    shape = ContentShape::whole;
  } else if (value.type == ValueType::array) {
    shape = ContentShape::value_array;
  } else if (value.is_string()) {
    const auto text = value.as_text();
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return;
    if (text[first] != '[') shape = ContentShape::whole;
  } else if (value.type != ValueType::stored) {
    return;
  }
  span.content.push_back({role, shape, format, text_of(key), &value});
}

bool add_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Group group) {
  if (!fields.has_group(group)) return false;
  span.content.push_back({role, ContentShape::flat_list, format, prefix_of(group)});
  return true;
}

void add_text_content(NormalSpan& span, ContentRole role, ElementFormat format, Key key, std::string_view text,
                      Arena& arena) {
  if (text.empty() || text == "[]") return;
  const auto value = arena.allocate_array<Value>(1);
  value[0] = Value::of_string(text);
  const auto shape = text.front() == '[' ? ContentShape::json_list : ContentShape::whole;
  span.content.push_back({role, shape, format, text_of(key), value.data()});
}

void add_stored_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Key key) {
  const Value* value = fields.value(key);
  if (value == nullptr || value->type != ValueType::stored) return;
  span.content.push_back({role, ContentShape::json_list, format, text_of(key), value});
}

void read_output_list(const Value* value, ElementFormat format, NormalSpan& span, Arena& arena) {
  using State = JsonContent::State;
  const JsonContent content = read_json(value, arena);
  if (content.state == State::absent) return;
  if (content.state == State::unreadable) {
    Message message;
    message.role = "assistant";
    Part part;
    part.text = content.text;
    message.parts.push_back(part);
    span.output.push_back(std::move(message));
    return;
  }
  const std::span<const json::Node> items = content.node.is_array() ? content.node.items : std::span(&content.node, 1);
  for (const json::Node& item : items) {
    Message message = parse_element(format, item, arena);
    if (message.role.empty() || item.is_string()) message.role = "assistant";
    if (content.state == State::truncated && &item == &items.back()) message.state = ContentState::truncated;
    span.output.push_back(std::move(message));
  }
}

void take_finish_reasons(NormalSpan& span) {
  if (!span.finish_reasons.empty()) return;
  for (const Message& message : span.output) {
    if (!message.finish_reason.empty()) span.finish_reasons.emplace_back(message.finish_reason);
  }
}

ContextBasis basis_of(const Fields& fields, const NormalSpan& span, bool is_delta) {
  if (span.facts.kind != Kind::llm) return ContextBasis::none;
  if (fields.raw().dropped_attributes_count > 0) return ContextBasis::dropped;
  const auto is_input = [](const ContentSource& source) { return source.role == ContentRole::input; };
  if (std::none_of(span.content.begin(), span.content.end(), is_input)) return ContextBasis::absent;
  return is_delta ? ContextBasis::delta : ContextBasis::complete;
}

void note_requested_calls(NormalSpan& span) {
  if (span.facts.kind != Kind::llm) return;
  std::unordered_set<std::string_view> seen;
  for (const Message& message : span.output) {
    for (const Part& part : message.parts) {
      const bool is_call = part.type == PartType::tool_call && !part.id.empty();
      if (is_call && seen.insert(part.id).second) span.facts.requested_tool_call_ids.emplace_back(part.id);
    }
  }
}

void settle_content(const Fields& fields, NormalSpan& span, bool is_delta) {
  std::ranges::stable_sort(span.content, {}, &ContentSource::role);
  take_finish_reasons(span);
  span.facts.basis = basis_of(fields, span, is_delta);
  span.facts.requested_tool_call_ids.clear();
  note_requested_calls(span);
}

bool is_leaf(Kind kind) { return kind == Kind::llm || kind == Kind::embedding || kind == Kind::retrieval; }

void add_request_parameter(NormalSpan& span, std::string_view name, const Value& value) {
  if (span.request.size() >= k_request_parameters_max || value.type == ValueType::stored || is_blank(value)) return;
  for (const KeyValue& parameter : span.request) {
    if (parameter.key == name) return;
  }
  span.request.push_back({name, value});
}

}  // namespace strobe::dialect
