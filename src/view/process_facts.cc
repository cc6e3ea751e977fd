#include "view/process_facts.h"

#include <initializer_list>
#include <string_view>

namespace strobe::view {

namespace {

std::optional<int64_t> number_in(std::span<const KeyValue> attributes, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const Value* value = find_attribute(attributes, key);
    if (value != nullptr && value->type == ValueType::int64) return value->int64;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> syscall_count(const SpanView& span) {
  if (span.raw == nullptr) return std::nullopt;
  return number_in(span.raw->attributes, {"syscall_count", "rnix.syscall_count"});
}

std::optional<int64_t> process_id(const SpanView& span) {
  if (span.raw == nullptr) return std::nullopt;
  if (const auto own = number_in(span.raw->attributes, {"pid", "rnix.pid"})) return own;
  return span.raw->resource != nullptr ? number_in(span.raw->resource->attributes, {"process.pid"}) : std::nullopt;
}

}  // namespace strobe::view
