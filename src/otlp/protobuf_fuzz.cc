#include <algorithm>
#include <string>
#include <vector>

#include "base/assert.h"
#include "otlp/otlp.h"

// Any bytes as an OTLP request: decoding ends, and what it gives survives being encoded and decoded again.

namespace strobe::otlp {
namespace {

// Each span encoded alone, with its resource and scope: groups may come in another order.
std::vector<std::string> encoded_alone(const RawBatch& batch) {
  std::vector<std::string> spans;
  for (const RawSpan& span : batch.spans) spans.push_back(encode_protobuf({&span, 1}));
  std::sort(spans.begin(), spans.end());
  return spans;
}

void check_spans(const RawBatch& batch) {
  const auto again = decode_protobuf(Signal::traces, std::make_shared<const std::string>(encode_protobuf(batch.spans)));
  STROBE_ASSERT(again.has_value());
  STROBE_ASSERT(again->spans.size() == batch.spans.size());
  STROBE_ASSERT(encoded_alone(*again) == encoded_alone(batch));
}

void check_metrics(const RawBatch& batch) {
  for (const RawMetric& metric : batch.metrics) {
    for (const RawMetricPoint& point : metric.points) {
      const std::string bytes = encode_metric_point(metric, point);
      Arena arena;
      const auto again = decode_metric(bytes, arena);
      STROBE_ASSERT(again.has_value());
      STROBE_ASSERT(again->points.size() == 1);
      STROBE_ASSERT(encode_metric_point(*again, again->points[0]) == bytes);
    }
  }
}

void check(const std::shared_ptr<const std::string>& body) {
  if (const auto traces = decode_protobuf(Signal::traces, body)) check_spans(*traces);
  if (const auto metrics = decode_protobuf(Signal::metrics, body)) check_metrics(*metrics);
  (void)decode_protobuf(Signal::logs, body);  // there is no encoder for them
}

}  // namespace
}  // namespace strobe::otlp

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::otlp::check(std::make_shared<const std::string>(reinterpret_cast<const char*>(data), size));
  return 0;
}
