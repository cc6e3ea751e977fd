#include <protozero/pbf_writer.hpp>

#include "json/write.h"
#include "otlp/otlp.h"

namespace strobe::otlp {

namespace {

std::string_view rejected_key(Signal signal) {
  switch (signal) {
    case Signal::traces: return "rejectedSpans";
    case Signal::logs: return "rejectedLogRecords";
    case Signal::metrics: return "rejectedDataPoints";
  }
  return {};
}

// Bytes of the UTF-8 sequence that `text` begins with; 0 when it begins with none.
size_t sequence_size(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0}; };
  const auto follows = [&](size_t i, uint8_t low, uint8_t high) { return byte(i) >= low && byte(i) <= high; };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1, 0x80, 0xbf) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    // Neither overlong forms nor surrogates.
    const bool second = follows(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf);
    return second && follows(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool second = follows(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf);
    return second && follows(2, 0x80, 0xbf) && follows(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

// Clients refuse protobuf messages whose strings are no UTF-8, and our messages may quote what they sent.
std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = sequence_size(text);
    out += size == 0 ? std::string_view("?") : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

}  // namespace

std::string success_body(bool is_json) { return is_json ? "{}" : ""; }

std::string partial_success_body(Signal signal, int64_t rejected, std::string_view message, bool is_json) {
  if (is_json) {
    json::Writer writer;
    writer.begin_object().key("partialSuccess").begin_object();
    if (rejected != 0) writer.key(rejected_key(signal)).string(std::to_string(rejected));
    if (!message.empty()) writer.key("errorMessage").string(message);
    writer.end_object().end_object();
    return writer.take();
  }
  std::string inner;
  protozero::pbf_writer partial(inner);
  if (rejected != 0) partial.add_int64(1, rejected);
  if (!message.empty()) partial.add_string(2, printable(message));
  std::string out;
  protozero::pbf_writer(out).add_message(1, inner);
  return out;
}

std::string error_status_body(int code, std::string_view message, bool is_json) {
  if (is_json) {
    json::Writer writer;
    writer.begin_object().key("code").int64(code).key("message").string(message).end_object();
    return writer.take();
  }
  std::string out;
  protozero::pbf_writer status(out);
  if (code != 0) status.add_int32(1, code);
  if (!message.empty()) status.add_string(2, printable(message));
  return out;
}

}  // namespace strobe::otlp
