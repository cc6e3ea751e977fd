#include "dialect/read.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "dialect/provider.h"

namespace strobe::dialect {

namespace {

constexpr double k_ns_per_second = 1e9;
constexpr double k_ns_per_millisecond = 1e6;
constexpr double k_ttft_ns_max = 9e18;
constexpr double k_pico_per_usd = 1e12;
constexpr double k_cost_usd_max = 9e6;  // more would not fit into int64 pico-USD

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

// The type of the exception that ended the span: the last one recorded.
std::string_view exception_type(const RawSpan& raw) {
  for (auto event = raw.events.rbegin(); event != raw.events.rend(); ++event) {
    if (event->name != "exception") continue;
    const Value* type = find_attribute(event->attributes, "exception.type");
    if (type != nullptr && type->is_string()) return type->as_text();
  }
  return {};
}

std::optional<DurationNs> duration_of(std::optional<double> number, double ns_per_unit) {
  if (!number) return std::nullopt;
  const double ns = *number * ns_per_unit;
  if (!(ns >= 0 && ns <= k_ttft_ns_max)) return std::nullopt;
  return DurationNs{std::llround(ns)};
}

// Where no attribute tells it, an event marks the first token.
std::optional<DurationNs> ttft_of_events(const RawSpan& raw) {
  for (const RawEvent& event : raw.events) {
    if (event.name != "ai.stream.firstChunk" && event.name != "First Token Stream Event") continue;
    if (event.time_unix_nano < raw.start_time_unix_nano) return std::nullopt;
    return TimeNs::from_unsigned(event.time_unix_nano) - TimeNs::from_unsigned(raw.start_time_unix_nano);
  }
  return std::nullopt;
}

std::optional<DurationNs> ttft_of(const Fields& fields) {
  const auto seconds = duration_of(
      fields.first_double({Key::gen_ai_response_time_to_first_chunk, Key::gen_ai_client_time_to_first_chunk}),
      k_ns_per_second);
  if (seconds) return seconds;
  const auto milliseconds =
      duration_of(fields.first_double({Key::ai_response_ms_to_first_chunk, Key::ai_stream_ms_to_first_chunk}),
                  k_ns_per_millisecond);
  return milliseconds ? milliseconds : ttft_of_events(fields.raw());
}

void read_cost(const Fields& fields, SpanFacts& facts) {
  const auto usd =
      fields.first_double({Key::llm_cost_total, Key::operation_cost, Key::gen_ai_usage_cost, Key::gen_ai_cost_total});
  if (!usd || !(*usd >= 0 && *usd <= k_cost_usd_max)) return;
  facts.cost_kind = CostKind::reported;
  facts.cost_pico_usd = std::llround(*usd * k_pico_per_usd);
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
  facts.session_key =
      fields.first_text({Key::langfuse_session_id, Key::session_id, Key::gen_ai_conversation_id,
                         Key::traceloop_session_id, Key::ai_metadata_session_id, Key::ai_metadata_session_id_snake,
                         Key::ai_context_session_id, Key::ai_runtime_context_session_id});
  read_resource(raw.resource, facts);
  if (fields.text(Key::logfire_span_type) == "pending_span") facts.rank = SpanRank::pending;
  if (raw.status_code == 1) facts.status = SpanStatus::ok;
  if (raw.status_code == 2) facts.status = SpanStatus::error;
  facts.error_type = fields.text(Key::error_type);
  if (facts.error_type.empty() && facts.status == SpanStatus::error) facts.error_type = exception_type(raw);
}

void read_call(const Fields& fields, NormalSpan& span) {
  SpanFacts& facts = span.facts;
  facts.agent = fields.first_text({Key::gen_ai_agent_name, Key::agent_name, Key::ai_function_id});
  facts.model = fields.first_text({Key::gen_ai_response_model, Key::ai_response_model, Key::llm_response_model_name,
                                   Key::gen_ai_request_model, Key::ai_model_id, Key::llm_request_model_name,
                                   Key::llm_model_name, Key::embedding_model_name, Key::reranker_model_name});
  for (const Key key : {Key::gen_ai_provider_name, Key::gen_ai_system, Key::llm_provider, Key::llm_system}) {
    if (!facts.provider.empty()) break;
    facts.provider = folded_provider(fields.text(key));
  }
  facts.response_id = fields.first_text({Key::gen_ai_response_id, Key::ai_response_id});
  span.finish_reasons =
      fields.first_string_list({Key::gen_ai_response_finish_reasons, Key::gen_ai_response_finish_reason,
                                Key::llm_finish_reason, Key::ai_response_finish_reason});
  facts.ttft = ttft_of(fields);
  read_cost(fields, facts);
  read_request(fields, span);
}

UsageSource usage_source(const Fields& fields) {
  UsageSource source;
  source.input = fields.first_int64({Key::gen_ai_usage_input, Key::gen_ai_usage_prompt, Key::llm_token_prompt,
                                     Key::ai_usage_input, Key::ai_usage_prompt, Key::ai_usage_tokens});
  source.output = fields.first_int64({Key::gen_ai_usage_output, Key::gen_ai_usage_completion, Key::llm_token_completion,
                                      Key::ai_usage_output, Key::ai_usage_completion});
  source.total =
      fields.first_int64({Key::gen_ai_usage_total, Key::llm_usage_total, Key::llm_token_total, Key::ai_usage_total});
  source.cache_read =
      fields.first_int64({Key::gen_ai_usage_cache_read, Key::gen_ai_usage_cache_read_flat,
                          Key::gen_ai_usage_cache_read_livekit, Key::gen_ai_usage_cache_read_details,
                          Key::llm_token_cache_read, Key::ai_usage_details_cache_read, Key::ai_usage_cached_input});
  source.cache_write = fields.first_int64({Key::gen_ai_usage_cache_write, Key::gen_ai_usage_cache_creation,
                                           Key::gen_ai_usage_cache_creation_flat, Key::gen_ai_usage_cache_write_flat,
                                           Key::gen_ai_usage_cache_write_details, Key::llm_token_cache_write,
                                           Key::ai_usage_details_cache_write});
  source.reasoning = fields.first_int64(
      {Key::gen_ai_usage_reasoning, Key::gen_ai_usage_reasoning_flat, Key::gen_ai_usage_reasoning_short,
       Key::llm_usage_reasoning, Key::llm_token_reasoning, Key::ai_usage_details_reasoning, Key::ai_usage_reasoning});
  return source;
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

void add_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Key key) {
  if (!fields.has(key)) return;
  const Value& value = *fields.value(key);
  ContentShape shape = ContentShape::json_list;
  if (value.as_text() == "[]") return;
  const bool is_whole = format == ElementFormat::otel_system || format == ElementFormat::vercel_prompt;
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
  span.content.push_back({role, shape, format, text_of(key)});
}

bool add_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Group group) {
  if (!fields.has_group(group)) return false;
  span.content.push_back({role, ContentShape::flat_list, format, prefix_of(group)});
  return true;
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

bool is_leaf(Kind kind) { return kind == Kind::llm || kind == Kind::embedding || kind == Kind::retrieval; }

void add_request_parameter(NormalSpan& span, std::string_view name, const Value& value) {
  if (span.request.size() >= k_request_parameters_max || value.type == ValueType::stored || is_blank(value)) return;
  for (const KeyValue& parameter : span.request) {
    if (parameter.key == name) return;
  }
  span.request.push_back({name, value});
}

}  // namespace strobe::dialect
