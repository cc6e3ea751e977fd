#pragma once

#include <optional>
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
extern const Dialect k_openinference;
extern const Dialect k_vercel;
extern const Dialect k_otel_genai;
extern const Dialect k_fallback;

// Ids, times, names, resource and scope, session, status, error: true of any span.
void read_identity(const Fields& fields, SpanFacts& facts);
// Agent, model, response id, finish reasons, cost, time to first token, gen_ai.request.* parameters.
void read_call(const Fields& fields, NormalSpan& span);
// The numbers under the union of all spellings, by precedence.
UsageSource usage_source(const Fields& fields);

// Name and call id of a tool span; `fallback_name` when no attribute names it.
ToolCall& begin_tool(const Fields& fields, NormalSpan& span, std::string_view fallback_name);
// Copies name and call id into the facts and lets an MCP result with isError make the span an error.
void finish_tool(NormalSpan& span);

// The part of `text` behind `prefix`, else empty.
std::string_view behind(std::string_view text, std::string_view prefix);

// Names an attribute as an ingredient of the context when it is there and not empty.
void add_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Key key);
// The same for a flat group.
bool add_content(const Fields& fields, NormalSpan& span, ContentRole role, ElementFormat format, Group group);

// What an LLM span's own facts say about its context: complete, dropped, absent, delta or, for other kinds, none.
// Call it after `content` is filled.
ContextBasis basis_of(const Fields& fields, const NormalSpan& span, bool is_delta);
// Ids of the tool calls in `output`, each once, in order.
void note_requested_calls(NormalSpan& span);

// Roll-ups are all kinds that do not call a model themselves: dialects.md 0.6.
bool is_leaf(Kind kind);

// Sets a request parameter; the first to name it wins. At most k_request_parameters_max.
inline constexpr size_t k_request_parameters_max = 64;
void add_request_parameter(NormalSpan& span, std::string_view name, const Value& value);

}  // namespace strobe::dialect
