#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/payload.h"
#include "dialect/span_test_util.h"

// Events and log records for tests, written as JSON; and the context of a call, shown.
namespace strobe::dialect {

inline Value value_of(const json::Node& node, Arena& arena) {
  if (node.is_object()) {
    const auto members = arena.allocate_array<KeyValue>(node.members.size());
    for (size_t i = 0; i < members.size(); ++i)
      members[i] = {node.members[i].key, value_of(node.members[i].value, arena)};
    return Value::of_kvlist(members);
  }
  if (node.is_array()) {
    const auto items = arena.allocate_array<Value>(node.items.size());
    for (size_t i = 0; i < items.size(); ++i) items[i] = value_of(node.items[i], arena);
    return Value::of_array(items);
  }
  if (node.type == json::Type::boolean) return Value::of_bool(node.boolean);
  if (node.type == json::Type::number) return Value::of_int64(std::stoll(std::string(node.text)));
  return node.is_string() ? Value::of_string(node.text) : Value();
}

// An OTLP value of what `text` says in JSON; it lives in the arena.
inline Value value_of(std::string_view text, Arena& arena) {
  const auto node = json::parse(arena.copy(text), arena);
  EXPECT_TRUE(node.has_value()) << text;
  return node ? value_of(*node, arena) : Value();
}

// An event of the span, its attributes as a JSON object.
inline TestSpan& tell(TestSpan& span, std::string_view name, uint64_t time, std::string_view attributes) {
  return span.event(name, time, value_of(attributes, span.arena()).as_kvlist());
}
// The same as a log record whose body is structured.
inline TestSpan& log_body(TestSpan& span, std::string_view name, uint64_t time, std::string_view body) {
  return span.log(name, time, {}, value_of(body, span.arena()));
}

// The messages that the call saw, each in a line.
inline std::vector<std::string> shown_input(const NormalSpan& span, Arena& arena) {
  const auto source = std::ranges::find(span.content, ContentRole::input, &ContentSource::role);
  if (source == span.content.end() || source->value == nullptr) return {};
  const Value& value = *source->value;
  std::vector<json::Node> elements;
  for (const Value& item : value.as_array()) elements.push_back(node_of(item, arena));
  if (source->shape == ContentShape::json_list) {
    const auto items = json::parse(value.as_text(), arena)->items;
    elements.assign(items.begin(), items.end());
  }
  if (source->shape == ContentShape::whole) elements.push_back(node_of(value, arena));
  std::vector<std::string> out;
  for (const json::Node& element : elements) out.push_back(shown(parse_element(source->format, element, arena)));
  return out;
}

}  // namespace strobe::dialect
