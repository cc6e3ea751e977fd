#pragma once

#include <cstdint>
#include <string_view>

namespace strobe {

// Why a span is taken for another recording of a call that a second span speaks for. dialects.md 0.6.
enum class SameCall : uint8_t {
  no = 0,        // it speaks for itself
  nested,        // one stands around the other, with nothing between them that could make calls of its own
  response_id,   // the answer has the same id, at the same time
  equal_usage,   // the same model used the same tokens at the same time, as a second instrumentation of the process saw
  same_failure,  // the same model failed for the same parent at the same time, and told no tokens
  call_id,       // the same tool call
  tool_name,     // the same tool at the same time, as a second instrumentation of the process saw
};

// "nested", "response_id", ...; empty for `no`.
std::string_view name_of(SameCall how);

}  // namespace strobe
