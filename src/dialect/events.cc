#include "dialect/events.h"

#include <algorithm>
#include <array>

#include "dialect/dialect.h"

namespace strobe::dialect {

namespace {

// Where messages of one moment stand: the system prompt before the question, the answer last.
int rank_of(std::string_view name) {
  constexpr std::array<std::string_view, 3> k_first = {"gen_ai.system.message", "gen_ai.developer.message",
                                                       "gen_ai.user.message"};
  const auto found = std::ranges::find(k_first, name);
  if (found != k_first.end()) return static_cast<int>(found - k_first.begin());
  return name == "gen_ai.choice" ? 9 : 5;
}

std::string_view text_under(std::span<const KeyValue> attributes, std::string_view key) {
  const Value* found = find_attribute(attributes, key);
  return found != nullptr ? found->as_text() : std::string_view();
}

}  // namespace

std::string_view event_name_of(const RawLog& log) {
  if (!log.event_name.empty()) return log.event_name;
  const auto named = text_under(log.attributes, "event.name");
  if (!named.empty()) return named;
  // A body is a name only when it looks like one: most bodies are prose.
  const auto body = log.body.as_text();
  if (body.starts_with("gen_ai.") && body.find(' ') == std::string_view::npos) return body;
  return text_under(log.body.as_kvlist(), "event.name");
}

std::vector<Told> told_of(const RawSpan& raw, std::span<const RawLog> logs) {
  std::vector<Told> told;
  told.reserve(raw.events.size() + logs.size());
  for (const RawEvent& event : raw.events) {
    if (!event.name.empty()) told.push_back({event.name, event.time_unix_nano, event.attributes, nullptr});
  }
  for (const RawLog& log : logs) {
    const auto name = event_name_of(log);
    const uint64_t time = log.time_unix_nano != 0 ? log.time_unix_nano : log.observed_time_unix_nano;
    if (!name.empty()) told.push_back({name, time, log.attributes, &log.body});
  }
  // A span's events stand in the order they happened; the order of log records means nothing.
  const auto place = [](const Told& one) {
    return std::pair(one.time_unix_nano, one.body == nullptr ? 0 : rank_of(one.name));
  };
  std::ranges::stable_sort(told, {}, place);
  return told;
}

bool tells_of_span(const RawLog& log) {
  const bool names_span = log.trace_id.size() == TraceId::k_size && log.span_id.size() == SpanId::k_size;
  return names_span && event_name_of(log).starts_with("gen_ai.");
}

std::vector<ContentSource> content_of(const RawLog& log) {
  struct List {
    std::string_view key;
    ContentRole role;
    ElementFormat format;
  };
  // Not the answer: it comes once, and views without sequences show it.
  constexpr std::array<List, 3> k_lists = {{
      {"gen_ai.tool.definitions", ContentRole::tool_definitions, ElementFormat::otel_tool},
      {"gen_ai.system_instructions", ContentRole::system, ElementFormat::otel_system},
      {"gen_ai.input.messages", ContentRole::input, ElementFormat::otel_message},
  }};
  std::vector<ContentSource> content;
  for (const List& list : k_lists) {
    const Value* value = find_attribute(log.attributes, list.key);
    if (value == nullptr) continue;
    const bool is_array = value->type == ValueType::array;
    if (!is_array && !value->is_string()) continue;
    const bool is_whole = list.format == ElementFormat::otel_system;
    const auto shape = is_whole ? ContentShape::whole : is_array ? ContentShape::value_array : ContentShape::json_list;
    content.push_back({list.role, shape, list.format, list.key, value});
  }
  return content;
}

}  // namespace strobe::dialect
