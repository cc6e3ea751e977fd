#include "view/session_json.h"

#include <functional>

#include "base/arena.h"
#include "json/parse.h"
#include "view/contradictions.h"
#include "view/finding_json.h"
#include "view/phrases.h"
#include "view/process_facts.h"

namespace strobe::view {

void write_int_or_null(json::Writer& writer, std::string_view key, std::optional<int64_t> value) {
  writer.key(key);
  if (value) {
    writer.int64(*value);
  } else {
    writer.null();
  }
}

void write_text_or_null(json::Writer& writer, std::string_view key, std::string_view text) {
  writer.key(key);
  if (text.empty()) {
    writer.null();
  } else {
    writer.string(text);
  }
}

void write_usage(json::Writer& writer, const Usage& usage) {
  writer.begin_object();
  writer.key("input").int64(usage.input);
  writer.key("cache_read").int64(usage.cache_read);
  writer.key("cache_write").int64(usage.cache_write);
  writer.key("output").int64(usage.output);
  writer.key("reasoning").int64(usage.reasoning);
  writer.end_object();
}

void write_cost(json::Writer& writer, CostKind kind, int64_t pico_usd) {
  writer.key("cost_usd");
  if (kind == CostKind::unpriced) {
    writer.null();
  } else {
    writer.float64(static_cast<double>(pico_usd) / 1e12);
  }
  writer.key("cost_kind").string(name_of(kind));
}

namespace {

// Parsed JSON where the source declares JSON and it is some, else the string.
void write_payload(json::Writer& writer, const Payload& payload) {
  if (payload.is_json) {
    Arena arena;
    const auto parsed = json::parse(payload.text, arena);
    if (parsed) {
      writer.node(*parsed, json::RepeatedKeys::last);
      return;
    }
  }
  writer.string(payload.text);
}

// The attribute whose text holds this one; empty: none.
std::string_view key_of_text(std::string_view text, std::span<const KeyValue> attributes) {
  for (const KeyValue& attribute : attributes) {
    const std::string_view whole = attribute.value.as_text();
    if (std::less_equal<>{}(whole.data(), text.data()) && std::less<>{}(text.data(), whole.data() + whole.size())) {
      return attribute.key;
    }
  }
  return {};
}

void write_optional_payload(json::Writer& writer, std::string_view key, const std::optional<Payload>& payload,
                            const SpanView& view, const LongValues* long_values) {
  writer.key(key);
  if (!payload) {
    writer.null();
  } else if (long_values != nullptr && payload->text.size() > long_values->bytes_max) {
    write_long_text(writer, payload->text, key_of_text(payload->text, view.raw->attributes), *long_values);
  } else {
    write_payload(writer, *payload);
  }
}

void write_tool(json::Writer& writer, const SpanView& view, const LongValues* long_values) {
  const std::optional<ToolCall>& tool = view.span.tool;
  writer.key("tool");
  if (!tool) {
    writer.null();
    return;
  }
  writer.begin_object();
  write_text_or_null(writer, "name", tool->name);
  write_text_or_null(writer, "call_id", tool->call_id);
  write_optional_payload(writer, "arguments", tool->arguments, view, long_values);
  write_optional_payload(writer, "result", tool->result, view, long_values);
  writer.end_object();
}

void write_part(json::Writer& writer, const Part& part) {
  writer.begin_object();
  writer.key("type").string(name_of(part.type));
  switch (part.type) {
    case PartType::text:
    case PartType::reasoning: writer.key("text").string(part.text); break;
    case PartType::tool_call:
      write_text_or_null(writer, "id", part.id);
      writer.key("name").string(part.name);
      writer.key("arguments");
      write_payload(writer, part.payload);
      break;
    case PartType::tool_result:
      write_text_or_null(writer, "id", part.id);
      write_text_or_null(writer, "name", part.name);
      writer.key("result");
      write_payload(writer, part.payload);
      writer.key("is_error").boolean(part.is_error);
      break;
    case PartType::media:
      write_text_or_null(writer, "mime", part.mime);
      write_text_or_null(writer, "uri", part.uri);
      write_text_or_null(writer, "data", part.data);
      break;
    case PartType::other:
      writer.key("name").string(part.name);
      writer.key("content");
      write_payload(writer, part.payload);
      break;
  }
  writer.end_object();
}

std::string_view name_of_state(ContentState state) {
  switch (state) {
    case ContentState::truncated: return "truncated";
    case ContentState::redacted: return "redacted";
    case ContentState::absent: return "absent";
    case ContentState::present: break;
  }
  return "present";
}

void write_span_identity(json::Writer& writer, const SpanView& view) {
  const SpanFacts& facts = view.span.facts;
  writer.key("trace_id").string(facts.trace_id.hex());
  writer.key("span_id").string(facts.span_id.hex());
  write_text_or_null(writer, "parent_span_id", facts.parent_span_id.is_zero() ? "" : facts.parent_span_id.hex());
  writer.key("kind").string(name_of(facts.kind));
  writer.key("name").string(facts.name);
  writer.key("start_unix_ns").string(std::to_string(facts.start.ns));
  writer.key("duration_ns").string(std::to_string(facts.duration().ns));
  writer.key("status").string(name_of(facts.status));
  write_text_or_null(writer, "status_message", failure_message(*view.raw));
  write_text_or_null(writer, "error_type", facts.error_type);
  write_text_or_null(writer, "service", facts.service);
  write_text_or_null(writer, "scope", facts.scope);
  const auto syscalls = syscall_count(view);
  syscalls ? writer.key("syscall_count").int64(*syscalls) : writer.key("syscall_count").null();
  write_text_or_null(writer, "agent", facts.agent);
}

void write_span_call(json::Writer& writer, const SpanView& view, const LongValues* long_values) {
  const SpanFacts& facts = view.span.facts;
  write_text_or_null(writer, "model", facts.model);
  write_text_or_null(writer, "provider", facts.provider);
  writer.key("usage");
  if (facts.has_usage) {
    write_usage(writer, facts.usage);
  } else {
    writer.null();
  }
  write_text_or_null(writer, "usage_rule", facts.usage_rule);
  writer.key("usage_reported");
  if (facts.has_usage) {
    write_reported(writer, view.span.reported);
  } else {
    writer.null();
  }
  writer.key("usage_counted").boolean(view.counted);
  write_text_or_null(writer, "duplicate_of", view.duplicate_of.is_zero() ? "" : view.duplicate_of.hex());
  write_text_or_null(writer, "duplicate_how", name_of(view.duplicate_how));
  write_cost(writer, facts.cost_kind, facts.cost_pico_usd);
  writer.key("finish_reasons").begin_array();
  for (const std::string& reason : view.span.finish_reasons) writer.string(reason);
  writer.end_array();
  write_text_or_null(writer, "ttft_ns", facts.ttft ? std::to_string(facts.ttft->ns) : "");
  writer.key("lane").int64(view.lane);
  write_tool(writer, view, long_values);
  write_text_or_null(writer, "input_context", facts.input_context ? facts.input_context->hex() : "");
  write_text_or_null(writer, "context_basis", facts.basis == ContextBasis::none ? "" : name_of(facts.basis));
  writer.key("output_messages").begin_array();
  for (const MessageId& id : view.output_messages) writer.string(id.hex());
  writer.end_array();
  writer.key("step");
  if (view.step > 0) {
    writer.int64(view.step);
  } else {
    writer.null();
  }
}

}  // namespace

void write_span(json::Writer& writer, const SpanView& view, const LongValues* long_values) {
  writer.begin_object();
  write_span_identity(writer, view);
  write_span_call(writer, view, long_values);
  writer.key("request");
  write_attributes(writer, view.span.request);
  writer.key("attributes");
  write_attributes(writer, view.raw->attributes, long_values);
  writer.key("events");
  write_events(writer, view.raw->events, long_values);
  writer.key("logs");
  write_logs(writer, view.logs, long_values);
  writer.key("links");
  write_links(writer, view.raw->links, long_values);
  writer.end_object();
}

void write_message_content(json::Writer& writer, const Message& message) {
  writer.key("role").string(message.role);
  write_text_or_null(writer, "name", message.name);
  writer.key("content_state").string(name_of_state(message.state));
  writer.key("parts").begin_array();
  for (const Part& part : message.parts) write_part(writer, part);
  writer.end_array();
}

void write_transcript_entry(json::Writer& writer, const SessionView& view, const TranscriptEntry& entry) {
  const SpanView& span = view.spans[entry.span];
  writer.begin_object();
  writer.key("id").string(entry.id.hex());
  writer.key("trace_id").string(span.span.facts.trace_id.hex());
  writer.key("span_id").string(span.span.facts.span_id.hex());
  writer.key("step");
  if (span.step > 0) {
    writer.int64(span.step);
  } else {
    writer.null();
  }
  write_message_content(writer, *entry.message);
  writer.end_object();
}

void write_session(json::Writer& writer, const SessionSummary& summary) {
  writer.begin_object();
  writer.key("id").string(summary.id.hex());
  writer.key("key").string(summary.key);
  write_text_or_null(writer, "agent", summary.agent);
  write_text_or_null(writer, "service", summary.service);
  write_text_or_null(writer, "task", summary.task);
  writer.key("status").string(name_of(summary.status));
  writer.key("start_unix_ns").string(std::to_string(summary.start.ns));
  writer.key("duration_ns").string(std::to_string((summary.end - summary.start).ns));
  writer.key("steps").int64(summary.steps);
  writer.key("llm_calls").int64(summary.llm_calls);
  writer.key("tool_calls").int64(summary.tool_calls);
  writer.key("errors").int64(summary.errors);
  writer.key("models").begin_array();
  for (const std::string& model : summary.models) writer.string(model);
  writer.end_array();
  writer.key("usage");
  write_usage(writer, summary.usage);
  write_cost(writer, summary.cost_kind, summary.cost_pico_usd);
  writer.key("traces").begin_array();
  for (const TraceId& trace_id : summary.traces) writer.string(trace_id.hex());
  writer.end_array();
  writer.end_object();
}

std::string sessions_json(std::span<const SessionSummary> summaries) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const SessionSummary& summary : summaries) write_session(writer, summary);
  writer.end_array();
  return writer.take() + "\n";
}

std::string session_json(const SessionView& view, std::span<const Finding> findings) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, view.summary);
  writer.key("spans").begin_array();
  for (const SpanView& span : view.spans) write_span(writer, span);
  writer.end_array();
  writer.key("findings");
  write_findings(writer, view, findings);
  write_contradictions(writer, view);
  writer.end_object();
  return writer.take() + "\n";
}

std::string transcript_json(const SessionView& view, const Transcript& transcript) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, view.summary);
  writer.key("messages").begin_array();
  for (const TranscriptEntry& entry : transcript.entries) {
    write_transcript_entry(writer, view, entry);
  }
  writer.end_array();
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
