#include <algorithm>

#include "otlp/otlp.h"
#include "otlp/protobuf_common.h"

namespace strobe::otlp {

Result<RawBatch> decode_protobuf(Signal signal, std::shared_ptr<const std::string> body, size_t bytes_max) {
  RawBatch batch;
  batch.body = std::move(body);
  const std::string_view request = *batch.body;
  protobuf::Decoder decoder(request, *batch.arena, std::min(bytes_max, decoded_bytes_max(request.size())));
  TRY_VOID(protobuf::read_guarded([&] {
    switch (signal) {
      case Signal::traces: return protobuf::read_traces(decoder, request, batch);
      case Signal::logs: return protobuf::read_logs(decoder, request, batch);
      case Signal::metrics: return protobuf::read_metrics(decoder, request, batch);
    }
  }));
  return batch;
}

Result<RawMetric> decode_metric(std::string_view metric_message, Arena& arena) {
  protobuf::Decoder decoder(metric_message, arena, decoded_bytes_max(metric_message.size()));
  RawMetric metric;
  TRY_VOID(protobuf::read_guarded([&] { protobuf::read_metric(decoder, metric_message, metric); }));
  return metric;
}

}  // namespace strobe::otlp
