#include "view/attributes_json.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/base64.h"
#include "base/ids.h"
#include "base/percent.h"
#include "json/last_of_key.h"

namespace strobe::view {

namespace {

constexpr int64_t k_exact_integer_max = int64_t{1} << 53;
// The wire format nests at most this deep (otlp/); the bound here guards the stack.
constexpr int k_value_depth_max = 200;

constexpr size_t k_preview_bytes_max = 256;

// The beginning of a text, cut between characters.
std::string_view preview_of(std::string_view text) {
  if (text.size() <= k_preview_bytes_max) return text;
  size_t end = k_preview_bytes_max;
  // Continuation bytes of UTF-8; text that is none is cut anywhere.
  for (int back = 0; back < 3 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++back) --end;
  return text.substr(0, end);
}

// Bytes of text in a value, about what it takes as JSON.
size_t bytes_of(const Value& value, int depth) {
  size_t bytes = value.as_text().size();
  if (depth > k_value_depth_max) return bytes;
  for (const Value& item : value.as_array()) bytes += 1 + bytes_of(item, depth + 1);
  for (const KeyValue& member : value.as_kvlist()) bytes += 1 + member.key.size() + bytes_of(member.value, depth + 1);
  return bytes;
}

void write_reference(json::Writer& writer, std::string_view key, const LongValues& long_values,
                     std::optional<size_t> bytes, std::optional<std::string_view> preview) {
  writer.begin_object();
  writer.key("$value");
  if (key.empty() || long_values.base.empty()) {
    writer.null();
  } else {
    writer.string(long_values.base + "/attributes/" + percent_encode(key));
  }
  writer.key("bytes");
  bytes ? writer.uint64(*bytes) : writer.null();
  writer.key("preview");
  preview ? writer.string(*preview) : writer.null();
  writer.end_object();
}

template <typename Write>
void write_members(json::Writer& writer, std::span<const KeyValue> members, Write&& write) {
  writer.begin_object();
  json::for_each_last_of_key(members, [&](const KeyValue& member) {
    writer.key(member.key);
    write(member);
  });
  writer.end_object();
}

void write_value(json::Writer& writer, const Value& value, int depth) {
  if (depth > k_value_depth_max) {
    writer.null();
    return;
  }
  switch (value.type) {
    case ValueType::string: writer.string(value.as_text()); break;
    case ValueType::bytes: writer.string(to_base64(value.as_text())); break;
    case ValueType::boolean: writer.boolean(value.boolean); break;
    case ValueType::int64:
      if (value.int64 > k_exact_integer_max || value.int64 < -k_exact_integer_max) {
        writer.string(std::to_string(value.int64));
      } else {
        writer.int64(value.int64);
      }
      break;
    case ValueType::float64: writer.float64(value.float64); break;
    case ValueType::array:
      writer.begin_array();
      for (const Value& item : value.as_array()) write_value(writer, item, depth + 1);
      writer.end_array();
      break;
    case ValueType::kvlist:
      write_members(writer, value.as_kvlist(),
                    [&](const KeyValue& member) { write_value(writer, member.value, depth + 1); });
      break;
    case ValueType::empty:
    case ValueType::stored: writer.null(); break;
  }
}

void write_attribute(json::Writer& writer, const KeyValue& attribute, const LongValues& long_values) {
  const Value& value = attribute.value;
  if (value.type == ValueType::stored)
    return write_reference(writer, attribute.key, long_values, std::nullopt, std::nullopt);
  const size_t bytes = bytes_of(value, 0);
  if (bytes <= long_values.bytes_max) return write_value(writer, value, 0);
  const auto preview = value.is_string() ? std::optional(preview_of(value.as_text())) : std::nullopt;
  write_reference(writer, attribute.key, long_values, bytes, preview);
}

}  // namespace

void write_value(json::Writer& writer, const Value& value) { write_value(writer, value, 0); }

void write_long_text(json::Writer& writer, std::string_view text, std::string_view key, const LongValues& long_values) {
  write_reference(writer, key, long_values, text.size(), preview_of(text));
}

void write_attributes(json::Writer& writer, std::span<const KeyValue> attributes, const LongValues* long_values) {
  write_members(writer, attributes, [&](const KeyValue& attribute) {
    if (long_values != nullptr) {
      write_attribute(writer, attribute, *long_values);
    } else {
      write_value(writer, attribute.value, 0);
    }
  });
}

void write_events(json::Writer& writer, std::span<const RawEvent> events, const LongValues* long_values) {
  writer.begin_array();
  LongValues of_event;
  for (size_t i = 0; i < events.size(); ++i) {
    const RawEvent& event = events[i];
    if (long_values != nullptr) {
      of_event.bytes_max = long_values->bytes_max;
      of_event.base = long_values->base.empty() ? "" : long_values->base + "/events/" + std::to_string(i);
    }
    writer.begin_object();
    writer.key("time_unix_ns").string(std::to_string(event.time_unix_nano));
    writer.key("name").string(event.name);
    writer.key("attributes");
    write_attributes(writer, event.attributes, long_values != nullptr ? &of_event : nullptr);
    writer.end_object();
  }
  writer.end_array();
}

void write_logs(json::Writer& writer, std::span<const RawLog> logs, const LongValues* long_values) {
  writer.begin_array();
  const LongValues of_logs{.bytes_max = long_values != nullptr ? long_values->bytes_max : 0, .base = ""};
  for (const RawLog& log : logs) {
    const uint64_t time = log.time_unix_nano != 0 ? log.time_unix_nano : log.observed_time_unix_nano;
    writer.begin_object();
    writer.key("time_unix_ns").string(std::to_string(time));
    writer.key("name").string(log.event_name);
    writer.key("body");
    if (long_values != nullptr) {
      write_attribute(writer, {"", log.body}, of_logs);
    } else {
      write_value(writer, log.body, 0);
    }
    writer.key("attributes");
    write_attributes(writer, log.attributes, long_values != nullptr ? &of_logs : nullptr);
    writer.end_object();
  }
  writer.end_array();
}

void write_links(json::Writer& writer, std::span<const RawLink> links, const LongValues* long_values) {
  writer.begin_array();
  const LongValues of_links{.bytes_max = long_values != nullptr ? long_values->bytes_max : 0, .base = ""};
  for (const RawLink& link : links) {
    writer.begin_object();
    writer.key("trace_id").string(to_hex(link.trace_id));
    writer.key("span_id").string(to_hex(link.span_id));
    writer.key("attributes");
    write_attributes(writer, link.attributes, long_values != nullptr ? &of_links : nullptr);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace strobe::view
