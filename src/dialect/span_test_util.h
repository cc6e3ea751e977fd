#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "dialect/dialect.h"
#include "json/parse.h"

namespace strobe::dialect {

// A raw span under construction, for tests: attributes by key, strings copied. Holds everything its views point to, so
// it must outlive what normalise() returns.
class TestSpan {
 public:
  explicit TestSpan(std::string_view name, std::string_view scope = "test") {
    raw_.name = arena_.copy(name);
    scope_.name = arena_.copy(scope);
    raw_.trace_id = "0123456789abcdef";
    raw_.span_id = "01234567";
    raw_.start_time_unix_nano = 1'000;
    raw_.end_time_unix_nano = 5'000;
  }
  TestSpan(const TestSpan&) = delete;

  TestSpan& with(std::string_view key, std::string_view text) { return with(key, Value::of_string(arena_.copy(text))); }
  TestSpan& with(std::string_view key, const char* text) { return with(key, std::string_view(text)); }
  TestSpan& with(std::string_view key, int number) { return with(key, Value::of_int64(number)); }
  TestSpan& with(std::string_view key, double number) { return with(key, Value::of_float64(number)); }
  TestSpan& with(std::string_view key, Value value) {
    attributes_.push_back({arena_.copy(key), value});
    return *this;
  }
  TestSpan& with_stored(std::string_view key) {
    Value value;
    value.type = ValueType::stored;
    return with(key, value);
  }
  TestSpan& resource(std::string_view key, std::string_view text) {
    resource_attributes_.push_back({arena_.copy(key), Value::of_string(arena_.copy(text))});
    return *this;
  }
  TestSpan& status(int code) {
    raw_.status_code = code;
    return *this;
  }
  TestSpan& exception(std::string_view type) {
    const auto attribute = arena_.allocate_array<KeyValue>(1);
    attribute[0] = {"exception.type", Value::of_string(arena_.copy(type))};
    return event("exception", 2'000, attribute);
  }
  TestSpan& event(std::string_view name, uint64_t time, std::span<const KeyValue> attributes = {}) {
    RawEvent added;
    added.name = arena_.copy(name);
    added.time_unix_nano = time;
    added.attributes = attributes;
    events_.push_back(added);
    return *this;
  }
  TestSpan& times(uint64_t start, uint64_t end) {
    raw_.start_time_unix_nano = start;
    raw_.end_time_unix_nano = end;
    return *this;
  }
  TestSpan& scope_version(std::string_view version) {
    scope_.version = arena_.copy(version);
    return *this;
  }
  TestSpan& scope_schema(std::string_view url) {
    scope_.schema_url = arena_.copy(url);
    return *this;
  }
  TestSpan& parent(std::string_view id) {
    raw_.parent_span_id = arena_.copy(id);
    return *this;
  }
  TestSpan& dropped(uint32_t count) {
    raw_.dropped_attributes_count = count;
    return *this;
  }

  const RawSpan& raw() {
    resource_.attributes = resource_attributes_;
    raw_.attributes = attributes_;
    raw_.events = events_;
    raw_.scope = &scope_;
    raw_.resource = &resource_;
    return raw_;
  }
  // A log record that names this span; `body` may be empty.
  TestSpan& log(std::string_view event_name, uint64_t time, std::span<const KeyValue> attributes, Value body = {}) {
    RawLog& added = logs_.emplace_back();
    added.event_name = arena_.copy(event_name);
    added.time_unix_nano = time;
    added.attributes = attributes;
    added.body = body;
    added.trace_id = raw_.trace_id;
    added.span_id = raw_.span_id;
    return *this;
  }
  NormalSpan normalised() { return normalise(raw(), logs_, arena_); }
  Arena& arena() { return arena_; }

 private:
  Arena arena_;
  RawSpan raw_;
  RawScope scope_;
  RawResource resource_;
  std::vector<KeyValue> attributes_;
  std::vector<KeyValue> resource_attributes_;
  std::vector<RawEvent> events_;
  std::vector<RawLog> logs_;
};

// A message in one line: "user: text(hi) tool_call(id name {json})"; JSON in {braces}, plain strings in 'quotes'.
inline std::string shown(const Message& message) {
  const auto payload = [](const Payload& p) {
    return (p.is_json ? "{" : "'") + std::string(p.text) + (p.is_json ? "}" : "'");
  };
  std::string out(message.role);
  if (!message.name.empty()) out += "/" + std::string(message.name);
  out += ":";
  for (const Part& part : message.parts) {
    out += " " + std::string(name_of(part.type)) + "(";
    switch (part.type) {
      case PartType::text:
      case PartType::reasoning: out += part.text; break;
      case PartType::tool_call:
        out += std::string(part.id) + " " + std::string(part.name) + " " + payload(part.payload);
        break;
      case PartType::tool_result:
        out += std::string(part.id) + " " + payload(part.payload) + (part.is_error ? " error" : "");
        break;
      case PartType::media:
        out += std::string(part.mime) + " " + std::string(part.data) + "|" + std::string(part.uri);
        break;
      case PartType::other: out += std::string(part.name) + " " + payload(part.payload); break;
    }
    out += ")";
  }
  if (message.state == ContentState::truncated) out += " [truncated]";
  if (message.state == ContentState::redacted) out += " [redacted]";
  return out;
}

inline std::vector<std::string> shown(const std::vector<Message>& messages) {
  std::vector<std::string> out;
  for (const Message& message : messages) out.push_back(shown(message));
  return out;
}

// The element whose JSON is `text`, read and shown.
inline std::string shown_element(ElementFormat format, std::string_view text) {
  Arena arena;
  const auto node = json::parse(text, arena);
  return node ? shown(parse_element(format, *node, arena)) : "no JSON: " + node.error().message;
}

inline std::string shown(const Usage& usage) {
  return std::to_string(usage.input) + "/" + std::to_string(usage.cache_read) + "/" +
         std::to_string(usage.cache_write) + "/" + std::to_string(usage.output) + "/" + std::to_string(usage.reasoning);
}

}  // namespace strobe::dialect
