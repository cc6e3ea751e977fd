#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/assert.h"
#include "dialect/python_literal.h"
#include "dialect/whole_json.h"
#include "json/parse.h"

// Any text where a framework wrote what Python shows of its objects: what becomes of it is JSON, or nothing.

namespace strobe::dialect {
namespace {

void check(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Arena arena;
  if (const auto json = json_of_python(text, arena)) {
    const auto node = json::parse(*json, arena);
    STROBE_ASSERT(node.has_value());
    STROBE_ASSERT(json->size() <= 8 * text.size() + 16);
  }
  (void)number_in_repr(text, "cache_read");
  (void)unquoted(text, arena);
  const Value value = Value::of_string(text);
  std::string_view call_id;
  (void)whole_arguments(&value, call_id, arena);
  (void)whole_result(&value, call_id, arena);
  const json::Node node = small_json(&value, arena);
  (void)int64_at(node, "a");
  (void)double_at(node, "a");
}

}  // namespace
}  // namespace strobe::dialect

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::dialect::check(data, size);
  return 0;
}
