#include <string>

#include "base/assert.h"
#include "otlp/otlp.h"

// Any bytes as OTLP/JSON: decoding ends; what it gives means the same as protobuf, and once it was written as JSON it
// does not change any more (the first writing replaces what JSON cannot hold).

namespace strobe::otlp {
namespace {

std::shared_ptr<const std::string> body_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

void check_spans(const RawBatch& batch) {
  const std::string protobuf = encode_protobuf(batch.spans);
  const auto from_protobuf = decode_protobuf(Signal::traces, body_of(protobuf));
  STROBE_ASSERT(from_protobuf.has_value());
  STROBE_ASSERT(from_protobuf->spans.size() == batch.spans.size());
  STROBE_ASSERT(encode_protobuf(from_protobuf->spans) == protobuf);
  const std::string json = encode_json(batch.spans);
  const auto from_json = decode_json(Signal::traces, body_of(json));
  STROBE_ASSERT(from_json.has_value());
  STROBE_ASSERT(from_json->spans.size() == batch.spans.size());
  const std::string json_again = encode_json(from_json->spans);
  STROBE_ASSERT(json_again.size() == json.size());
}

void check(const std::shared_ptr<const std::string>& body) {
  (void)decode_json_document(body);
  if (const auto traces = decode_json(Signal::traces, body)) check_spans(*traces);
  (void)decode_json(Signal::logs, body);
  (void)decode_json(Signal::metrics, body);
}

}  // namespace
}  // namespace strobe::otlp

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::otlp::check(strobe::otlp::body_of({reinterpret_cast<const char*>(data), size}));
  return 0;
}
