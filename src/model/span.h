#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "model/kind.h"
#include "model/message.h"
#include "model/raw.h"

namespace strobe {

// Five disjoint token counts: they may be added. Never negative.
struct Usage {
  int64_t input = 0;  // uncached input
  int64_t cache_read = 0;
  int64_t cache_write = 0;
  int64_t output = 0;  // visible output
  int64_t reasoning = 0;

  // Saturates instead of overflowing.
  Usage& operator+=(const Usage& other);
  int64_t total_input() const;  // input + cache_read + cache_write, saturated
  int64_t total() const;
  bool operator==(const Usage&) const = default;
};

// What Strobe understood of one span, in words of its own: everything that does not depend on other spans. Stored as
// columns, and the whole input of the room derive/. Owns its strings.
struct SpanFacts {
  TraceId trace_id;
  SpanId span_id;
  SpanId parent_span_id;  // zero: none
  TimeNs start, end;      // end zero or before start: kept as it came; see duration()
  Kind kind = Kind::span;
  SpanRank rank = SpanRank::real;
  SpanStatus status = SpanStatus::unset;
  std::string name;
  std::string service;            // resource service.name
  std::string scope;              // instrumentation scope's name
  std::string dialect;            // which rules read it: "otel_genai", "openinference", "vercel", "fallback"
  std::string session_key;        // as the agent named it; empty: it did not
  std::string session_namespace;  // resource service.namespace: keys are scoped by it
  std::string run_id;             // resource strobe.run.id: the stamp of `strobe run`
  std::string agent;              // name of the agent this span belongs to, as far as the span itself says
  std::string model;              // response model, else request model
  std::string provider;           // folded: dialects.md 0.4
  std::string tool_name;
  std::string tool_call_id;
  std::string response_id;
  std::string error_type;
  std::vector<std::string> requested_tool_call_ids;  // ids of the tool calls this LLM call asked for
  bool has_usage = false;
  bool is_rollup = false;     // its usage sums up other spans: counted only when no leaf below has usage
  bool is_side_call = false;  // its sender calls it a title, a summary or the like: a call, but perhaps no step
  Usage usage;
  std::string usage_rule;  // which rule turned the source's numbers into ours, e.g. "vercel_v6_inclusive"
  CostKind cost_kind = CostKind::unpriced;
  int64_t cost_pico_usd = 0;
  ContextBasis basis = ContextBasis::none;
  std::optional<DurationNs> ttft;          // time to first token
  std::optional<ContextId> input_context;  // what the call saw; set by splitting, or read back from a store
  int32_t exit_code = 0;                   // kind run
  bool cancelled = false;                  // kind run: stopped by the user

  // End minus start; zero when the clock ran backwards or the span never ended.
  DurationNs duration() const { return end < start ? DurationNs{} : end - start; }
};
// What a call of a tool is shown as: the tool's name, else the span's.
const std::string& tool_name_of(const SpanFacts& facts);

// The numbers of one call as its emitter wrote them, before anything was made of them.
struct ReportedUsage {
  std::optional<int64_t> input, output, total, cache_read, cache_write, reasoning;
  // The numbers proved wrong what the emitter is known to do: that its input has the cache in it, its output the
  // reasoning.
  bool is_input_overruled = false, is_output_overruled = false;
};

// How the elements of a content attribute are laid out.
enum class ContentShape : uint8_t {
  json_list = 1,    // a string holding a JSON array: one element per item
  whole = 2,        // the whole attribute is one element: a JSON text or a plain string
  value_array = 3,  // an OTLP array: one element per item
  flat_list = 4,    // attributes `<key>.<N>.<rest>`: one element per N
};

// How one element is to be read: dialect.h turns it into a Message. Stored: values never change meaning.
enum class ElementFormat : uint8_t {
  none = 0,
  otel_message = 1,
  otel_system = 2,  // the whole gen_ai.system_instructions value
  otel_tool = 3,
  otel_event = 4,     // {"event","attributes","body"}: one role event or log record of OTel GenAI before 1.37
  strands_event = 5,  // the same, whose texts are JSON lists of Bedrock's blocks
  openinference_message = 10,
  openinference_tool = 11,
  framework_message = 30,    // LangChain's, Genkit's and every provider's own message
  openllmetry_message = 31,  // gen_ai.prompt.N.*
  openllmetry_chat = 32,     // otel_message with some parts as the JSON text of a provider's block
  vercel_message = 20,
  vercel_tool = 21,
  vercel_prompt = 22,       // the whole ai.prompt of an outer span; not part of any context
  openinference_text = 42,  // the whole input.value of a call: what a user said
  pydantic_event = 40,      // {"event.name","role","content",...}: a role event of pydantic-ai's version 1
  gemini_content = 41,      // {"role","parts"}: an item of Gemini's `contents`
};

enum class ContentRole : uint8_t { tool_definitions = 1, system = 2, input = 3 };

// Where in a span's attributes one ingredient of the call's context lies.
struct ContentSource {
  ContentRole role = ContentRole::input;
  ContentShape shape = ContentShape::json_list;
  ElementFormat format = ElementFormat::none;
  std::string_view key;  // the attribute's key, or for flat_list the prefix without its trailing dot
  // Where the elements lie when that is not the attribute `key` of the span: a part of an attribute's text, an
  // attribute of an event or a log record, or what the dialect put together of several. Lives in the arena or the raw
  // record.
  const Value* value = nullptr;
};

// A tool call as the tool's own span tells it.
struct ToolCall {
  std::string_view name;
  std::string_view call_id;
  std::optional<Payload> arguments;
  std::optional<Payload> result;
};

// A span in the model of section 2 of the design: the facts, and views of the content. The views live as long as the
// raw batch (and the arena given to the dialect).
struct NormalSpan {
  SpanFacts facts;
  std::optional<ToolCall> tool;
  std::vector<ContentSource> content;  // at most one per role, in the order tools, system, input
  std::vector<Message> output;         // what the model answered
  std::vector<std::string> finish_reasons;
  ReportedUsage reported;         // what facts.usage was made of
  std::vector<KeyValue> request;  // request parameters under their gen_ai.request.* short names: "temperature"
};

}  // namespace strobe
