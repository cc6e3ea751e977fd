#pragma once

#include <vector>

#include "derive/derive.h"

// Facts for tests: spans of one trace, named by small numbers.

namespace strobe::derive {

inline SpanId id(uint8_t n) {
  SpanId span_id;
  span_id.bytes[7] = n;
  return span_id;
}

inline SpanFacts make_span(uint8_t n, uint8_t parent, Kind kind, int64_t start, int64_t end) {
  SpanFacts span;
  span.trace_id.bytes[0] = 1;
  span.span_id = id(n);
  span.parent_span_id = id(parent);
  span.kind = kind;
  span.start = {start};
  span.end = {end};
  return span;
}

inline SpanFacts make_call(uint8_t n, uint8_t parent, int64_t start, int64_t end, int64_t input) {
  SpanFacts span = make_span(n, parent, Kind::llm, start, end);
  span.has_usage = true;
  span.usage.input = input;
  span.model = "m";
  return span;
}

inline SpanFacts make_tool(uint8_t n, uint8_t parent, int64_t start, int64_t end, const char* name) {
  SpanFacts span = make_span(n, parent, Kind::tool, start, end);
  span.tool_name = name;
  return span;
}

}  // namespace strobe::derive
