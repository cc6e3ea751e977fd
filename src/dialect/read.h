#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "dialect/fields.h"
#include "dialect/payload.h"
#include "dialect/usage.h"
#include "model/span.h"

// What all dialects read alike: the tables of dialects.md 0.2 are a union, because emitters mix vocabularies on one
// span.
namespace strobe::dialect {

// One dialect: a recogniser and a reader. `read` finds the facts of read_identity filled in and never fails.
struct Dialect {
  std::string_view name;  // facts.dialect
  bool (*recognises)(const Fields& fields);
  void (*read)(const Fields& fields, NormalSpan& span, Arena& arena);
};

// In files of their names.
extern const Dialect k_strobe_run;
extern const Dialect k_attocode;
extern const Dialect k_openinference;
extern const Dialect k_langfuse;
extern const Dialect k_langsmith;
extern const Dialect k_mlflow;
extern const Dialect k_pydantic_ai;
extern const Dialect k_logfire;
extern const Dialect k_google_adk;
extern const Dialect k_vercel;
extern const Dialect k_litellm;
extern const Dialect k_laminar;
extern const Dialect k_genkit;
extern const Dialect k_openllmetry;
extern const Dialect k_strands;
extern const Dialect k_livekit;
extern const Dialect k_autogen;
extern const Dialect k_semantic_kernel;
extern const Dialect k_agent_framework;
extern const Dialect k_mcp;
extern const Dialect k_otel_genai;
extern const Dialect k_fallback;

// Ids, times, names, resource and scope, session, status, error: true of any span.
void read_identity(const Fields& fields, SpanFacts& facts);
// Agent, model, response id, finish reasons, cost, time to first token, gen_ai.request.* parameters.
void read_call(const Fields& fields, NormalSpan& span);
// Cost and time to first token alone; read_call does it.
void read_numbers(const Fields& fields, SpanFacts& facts);
// A cost that the emitter reports, in USD; nonsense is no cost.
void set_reported_cost(SpanFacts& facts, double usd);
// The numbers under the union of all spellings, by precedence.
ReportedUsage usage_source(const Fields& fields);

// An emitter's own word for a kind.
struct KindName {
  std::string_view name;
  Kind kind;
};
// Nothing: the word is none of these.
std::optional<Kind> kind_named(std::span<const KindName> names, std::string_view word);

// Name and call id of a tool span; `fallback_name` when no attribute names it.
ToolCall& begin_tool(const Fields& fields, NormalSpan& span, std::string_view fallback_name);
// Copies name and call id into the facts and lets an MCP result with isError make the span an error.
void finish_tool(NormalSpan& span);

// The part of `text` behind `prefix`, else empty.
std::string_view behind(std::string_view text, std::string_view prefix);

// Names an attribute as an ingredient of the context when it is there and not empty. With an arena, a list that is the
// JSON text of a JSON text is found too.
void add_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Key key,
                 Arena* arena = nullptr);
// Names a text that is none of the attributes, but part of one or made of one: `text` must live in the arena or the raw
// record. `key` is the attribute that it came from. The same with the attribute itself while that is not fetched.
void add_text_content(NormalSpan& span, ContentRole role, ElementFormat format, Key key, std::string_view text,
                      Arena& arena);
void add_stored_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Key key);
// The same for a flat group.
bool add_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Group group);

// What an LLM span's own facts say about its context: complete, dropped, absent, delta or, for other kinds, none.
// Call it after `content` is filled.
ContextBasis basis_of(const Fields& fields, const NormalSpan& span, bool is_delta);
// Appends what a list of messages, as JSON text or structured, holds to `output`; text that is no JSON is one message.
void read_output_list(const Value* value, ElementFormat format, NormalSpan& span, Arena& arena);
// A list of role events in one attribute, as pydantic-ai's version 1 writes it: the conversation and, at its end, the
// answers as gen_ai.choice. Does nothing for a span whose input is named already.
void read_role_events(const Fields& fields, NormalSpan& span, Key key, Arena& arena);
// Where no attribute tells why the model stopped, its messages may.
void take_finish_reasons(NormalSpan& span);
// Ids of the tool calls in `output`, each once, in order.
void note_requested_calls(NormalSpan& span);

// After another dialect's reader and what was mended on top of it: finish reasons, basis and requested calls anew.
void settle_content(const Fields& fields, NormalSpan& span, bool is_delta);

// Roll-ups are all kinds that do not call a model themselves: dialects.md 0.6.
bool is_leaf(Kind kind);

// Sets a request parameter; the first to name it wins. At most k_request_parameters_max.
inline constexpr size_t k_request_parameters_max = 64;
void add_request_parameter(NormalSpan& span, std::string_view name, const Value& value);

}  // namespace strobe::dialect
