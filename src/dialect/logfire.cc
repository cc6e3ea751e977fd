#include <algorithm>
#include <cmath>

#include "dialect/dialect.h"
#include "dialect/elements.h"
#include "dialect/read.h"

// The Logfire SDK's own integrations of OpenAI and Anthropic: the request's and the response's bodies as JSON in two
// attributes, or OTel GenAI. dialects.md 5.4; read from spans of 5.2.
//
// A streamed call is two spans, siblings of each other. The span of the request ends when the stream opens and knows
// neither answer nor usage; a log ("streaming response from ... took ...", a span without length) tells them when it
// is read to its end, and repeats the request. The log is the call here: it begins when the stream did. The span of the
// request is a plain span, unless it failed, for then there is no log. Other instrumentations may have spans inside it.
namespace strobe::dialect {

namespace {

constexpr std::string_view k_stream_log = "streaming response from ";

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  if (scope != nullptr && scope->name.starts_with("logfire.")) return true;
  return fields.has(Key::logfire_span_type) && fields.has(Key::request_data);
}

bool is_stream_log(const Fields& fields) {
  return fields.raw().name.starts_with(k_stream_log) ||
         fields.text(Key::logfire_msg_template).starts_with(k_stream_log);
}

// A call that came to an end has an id, an answer or numbers.
bool is_opening_of_stream(const Fields& fields, const NormalSpan& span) {
  if (span.facts.kind != Kind::llm || span.facts.status == SpanStatus::error || is_stream_log(fields)) return false;
  if (fields.raw().scope == nullptr || !fields.raw().scope->name.starts_with("logfire.")) return false;
  return !span.facts.has_usage && span.output.empty() && span.facts.response_id.empty() &&
         !fields.has(Key::response_data);
}

void read_duration(const Fields& fields, SpanFacts& facts) {
  constexpr double k_ns_per_second = 1e9;
  constexpr double k_seconds_max = 1e6;
  const auto seconds = fields.first_double({Key::logfire_duration});
  if (!seconds || !(*seconds > 0 && *seconds < k_seconds_max)) return;
  const DurationNs length{std::llround(*seconds * k_ns_per_second)};
  if (facts.start == facts.end && length.ns < facts.end.ns) facts.start = TimeNs{facts.end.ns - length.ns};
}

void read_request(const Fields& fields, NormalSpan& span, Arena& arena) {
  constexpr Key k_key = Key::request_data;
  const auto text = fields.text(k_key);
  if (text.empty()) {
    return add_stored_content(fields, span, ContentRole::input, ElementFormat::framework_message, k_key);
  }
  const auto named = [&](ContentRole role) {
    return std::ranges::any_of(span.content, [&](const ContentSource& source) { return source.role == role; });
  };
  const auto tools = top_level_member(text, "tools");
  if (tools.starts_with('[') && !named(ContentRole::tool_definitions)) {
    add_text_content(span, ContentRole::tool_definitions, ElementFormat::otel_tool, k_key, tools, arena);
  }
  auto system = top_level_member(text, "system");
  if (system.empty()) system = top_level_member(text, "instructions");
  if (!system.empty() && system != "null") {
    add_text_content(span, ContentRole::system, ElementFormat::otel_system, k_key, system, arena);
    span.content.back().shape = ContentShape::whole;
  }
  for (const std::string_view member : {"messages", "input", "prompt"}) {
    const auto input = top_level_member(text, member);
    if (input.empty() || input == "null" || named(ContentRole::input)) continue;
    add_text_content(span, ContentRole::input, ElementFormat::framework_message, k_key, input, arena);
  }
}

// Anthropic's integration dumps a call's arguments as {"input":{...}}.
void unwrap_arguments(Message& message) {
  for (Part& part : message.parts) {
    if (part.type != PartType::tool_call || !part.payload.is_json) continue;
    constexpr size_t k_wrapping_bytes = sizeof(R"({"input": })") - 1;
    const auto inner = top_level_member(part.payload.text, "input");
    if (!inner.empty() && inner.size() + k_wrapping_bytes >= part.payload.text.size()) part.payload.text = inner;
  }
}

void read_response(const Fields& fields, NormalSpan& span, Arena& arena) {
  const JsonContent response = read_json(fields.value(Key::response_data), arena);
  if (!response.node.is_object()) return;
  Message message;
  if (const json::Node* answer = response.node.find("message")) {
    message = parse_element(ElementFormat::framework_message, *answer, arena);
  } else {
    for (const std::string_view member : {"combined_chunk_content", "text"}) {
      if (message.parts.empty()) append_text(message, PartType::text, response.node.string_at(member));
    }
  }
  if (message.parts.empty()) return;
  message.role = "assistant";
  if (span.facts.provider == "anthropic") unwrap_arguments(message);
  if (response.state == JsonContent::State::truncated) message.state = ContentState::truncated;
  span.output.push_back(std::move(message));
}

// The attributes have two numbers; the provider's own usage has the rest.
void read_usage(const Fields& fields, NormalSpan& span) {
  if (!is_leaf(span.facts.kind)) return;
  ReportedUsage source = usage_source(fields);
  UsageAlgebra algebra{.name = "logfire"};
  const auto usage = top_level_member(fields.text(Key::response_data), "usage");
  const Value of_response = Value::of_string(usage);
  const Value* raw = fields.has(Key::gen_ai_usage_raw) ? fields.value(Key::gen_ai_usage_raw) : &of_response;
  const auto first = [&](std::initializer_list<std::string_view> keys) -> std::optional<int64_t> {
    for (const auto key : keys) {
      if (const auto number = number_in(raw, key)) return number;
    }
    return std::nullopt;
  };
  if (!source.cache_read) source.cache_read = first({"cache_read_input_tokens", "cached_tokens"});
  if (!source.cache_write) source.cache_write = first({"cache_creation_input_tokens"});
  if (!source.reasoning) source.reasoning = first({"reasoning_tokens"});
  // Anthropic's own number leaves the cache out; later releases add it.
  if (span.facts.provider == "anthropic" && source.input && source.input == number_in(raw, "input_tokens")) {
    algebra.input_includes_cache = false;
  }
  set_usage(span, source, algebra);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  k_otel_genai.read(fields, span, arena);
  SpanFacts& facts = span.facts;
  if (facts.kind == Kind::llm) read_role_events(fields, span, Key::role_events, arena);
  if (is_leaf(facts.kind)) read_request(fields, span, arena);
  if (span.output.empty() && is_leaf(facts.kind)) read_response(fields, span, arena);
  read_usage(fields, span);
  if (is_stream_log(fields)) read_duration(fields, facts);
  if (is_opening_of_stream(fields, span)) facts.kind = Kind::span;
  settle_content(fields, span, facts.basis == ContextBasis::delta);
}

}  // namespace

const Dialect k_logfire{"logfire", recognises, read};

}  // namespace strobe::dialect
