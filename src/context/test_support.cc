#include "context/test_support.h"

#include <algorithm>

namespace strobe::context::test {

namespace {

uint64_t random_time(std::mt19937_64& random) {
  switch (random() % 4) {
    case 0: return 0;
    case 1: return random();
    default: return 1'790'000'000'000'000'000u + random() % 1'000'000'000;
  }
}

bool identical_events(const RawEvent& a, const RawEvent& b) {
  return a.time_unix_nano == b.time_unix_nano && a.name == b.name && identical(a.attributes, b.attributes) &&
         a.dropped_attributes_count == b.dropped_attributes_count;
}

bool identical_links(const RawLink& a, const RawLink& b) {
  return a.trace_id == b.trace_id && a.span_id == b.span_id && a.trace_state == b.trace_state &&
         identical(a.attributes, b.attributes) && a.dropped_attributes_count == b.dropped_attributes_count &&
         a.flags == b.flags;
}

}  // namespace

bool identical_spans(const RawSpan& a, const RawSpan& b) {
  return a.trace_id == b.trace_id && a.span_id == b.span_id && a.parent_span_id == b.parent_span_id &&
         a.trace_state == b.trace_state && a.name == b.name && a.kind == b.kind &&
         a.start_time_unix_nano == b.start_time_unix_nano && a.end_time_unix_nano == b.end_time_unix_nano &&
         identical(a.attributes, b.attributes) && a.dropped_attributes_count == b.dropped_attributes_count &&
         std::ranges::equal(a.events, b.events, identical_events) && a.dropped_events_count == b.dropped_events_count &&
         std::ranges::equal(a.links, b.links, identical_links) && a.dropped_links_count == b.dropped_links_count &&
         a.status_message == b.status_message && a.status_code == b.status_code && a.flags == b.flags;
}

bool identical_logs(const RawLog& a, const RawLog& b) {
  return a.time_unix_nano == b.time_unix_nano && a.observed_time_unix_nano == b.observed_time_unix_nano &&
         a.severity_number == b.severity_number && a.severity_text == b.severity_text && identical(a.body, b.body) &&
         identical(a.attributes, b.attributes) && a.dropped_attributes_count == b.dropped_attributes_count &&
         a.flags == b.flags && a.trace_id == b.trace_id && a.span_id == b.span_id && a.event_name == b.event_name;
}

std::string_view random_text(std::mt19937_64& random, Arena& arena) {
  static constexpr size_t k_sizes[] = {0, 1, 5, 20, 127, 128, 300};
  std::string text;
  for (size_t size = k_sizes[random() % std::size(k_sizes)]; size > 0; --size) {
    text.push_back(static_cast<char>(random()));
  }
  return arena.copy(text);
}

Value random_value(std::mt19937_64& random, Arena& arena, int depth) {
  switch (random() % (depth > 3 ? 6 : 8)) {
    case 0: return Value{};
    case 1: return Value::of_string(random_text(random, arena));
    case 2: return Value::of_bytes(random_text(random, arena));
    case 3: return Value::of_bool(random() % 2 == 0);
    case 4: return Value::of_int64(static_cast<int64_t>(random() >> (random() % 64)) * (random() % 2 == 0 ? 1 : -1));
    case 5: {
      const uint64_t bits = random();
      double value;
      std::memcpy(&value, &bits, sizeof value);
      return Value::of_float64(value);
    }
    case 6: {
      const auto items = arena.allocate_array<Value>(random() % 4);
      for (Value& item : items) item = random_value(random, arena, depth + 1);
      return Value::of_array(items);
    }
    default: break;
  }
  const auto members = arena.allocate_array<KeyValue>(random() % 4);
  for (KeyValue& member : members) {
    member.key = random_text(random, arena);
    member.value = random_value(random, arena, depth + 1);
  }
  return Value::of_kvlist(members);
}

std::span<const KeyValue> random_attributes(std::mt19937_64& random, Arena& arena) {
  const auto attributes = arena.allocate_array<KeyValue>(random() % 6);
  for (KeyValue& attribute : attributes) {
    attribute.key = random_text(random, arena);
    attribute.value = random_value(random, arena, 0);
  }
  return attributes;
}

RawSpan random_span(std::mt19937_64& random, Arena& arena) {
  RawSpan span;
  for (auto* text :
       {&span.trace_id, &span.span_id, &span.parent_span_id, &span.trace_state, &span.name, &span.status_message}) {
    *text = random_text(random, arena);
  }
  span.kind = static_cast<int32_t>(random());
  span.start_time_unix_nano = random_time(random);
  span.end_time_unix_nano = random_time(random);
  span.attributes = random_attributes(random, arena);
  span.dropped_attributes_count = static_cast<uint32_t>(random());
  const auto events = arena.allocate_array<RawEvent>(random() % 3);
  for (RawEvent& event : events) {
    event = {random_time(random), random_text(random, arena), random_attributes(random, arena),
             static_cast<uint32_t>(random())};
  }
  span.events = events;
  span.dropped_events_count = static_cast<uint32_t>(random());
  const auto links = arena.allocate_array<RawLink>(random() % 3);
  for (RawLink& link : links) {
    link = {random_text(random, arena),       random_text(random, arena),      random_text(random, arena),
            random_attributes(random, arena), static_cast<uint32_t>(random()), static_cast<uint32_t>(random())};
  }
  span.links = links;
  span.dropped_links_count = static_cast<uint32_t>(random());
  span.status_code = static_cast<int32_t>(random());
  span.flags = static_cast<uint32_t>(random());
  return span;
}

RawLog random_log(std::mt19937_64& random, Arena& arena) {
  RawLog log;
  for (auto* text : {&log.severity_text, &log.trace_id, &log.span_id, &log.event_name}) {
    *text = random_text(random, arena);
  }
  log.time_unix_nano = random_time(random);
  log.observed_time_unix_nano = random_time(random);
  log.severity_number = static_cast<int32_t>(random());
  log.body = random_value(random, arena, 0);
  log.attributes = random_attributes(random, arena);
  log.dropped_attributes_count = static_cast<uint32_t>(random());
  log.flags = static_cast<uint32_t>(random());
  return log;
}

}  // namespace strobe::context::test
