#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace strobe {

// What a span is to an agent. Stored: values never change meaning. `span` = unknown, shown but never counted.
enum class Kind : uint8_t {
  span = 0,
  agent = 1,
  llm = 2,
  tool = 3,
  step = 4,
  embedding = 5,
  retrieval = 6,
  hook = 7,
  guardrail = 8,
  evaluation = 9,
  memory = 10,
  workflow = 11,
  run = 12,  // the process that `strobe run` started
};

// "llm", "tool", ...
std::string_view name_of(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

// Span status as OTLP has it. Stored.
enum class SpanStatus : uint8_t { unset = 0, ok = 1, error = 2 };
std::string_view name_of(SpanStatus status);

// What became of a session. Not stored (`running` depends on the clock).
enum class SessionStatus : uint8_t { unknown, running, ok, error, cancelled };
std::string_view name_of(SessionStatus status);

// Whether it is known how the session ended: it neither runs nor fell silent without an end.
bool has_ended(SessionStatus status);

// How much of the context of a call is really known: context.md section 5. Stored.
enum class ContextBasis : uint8_t {
  none = 0,  // no LLM call: the question does not arise
  complete = 1,
  truncated = 2,
  dropped = 3,   // the SDK dropped attributes
  absent = 4,    // content capture is off
  delta = 5,     // the provider holds the history
  inferred = 6,  // a delta, resolved
};
std::string_view name_of(ContextBasis basis);
// All that the call saw is known: complete, or inferred.
bool is_whole(ContextBasis basis);

// Where a cost comes from. Stored.
enum class CostKind : uint8_t { unpriced = 0, reported = 1, computed = 2, partial = 3 };
std::string_view name_of(CostKind kind);

// Which of two versions of one span id is kept: the higher rank; then the later end; then the larger hash. Stored.
enum class SpanRank : uint8_t { pending = 0, synthetic = 1, real = 2 };

}  // namespace strobe
