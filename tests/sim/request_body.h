#pragma once

#include <span>

#include "sim/story.h"

namespace strobe::sim {

// Records as the request that an exporter would send. Spans in either encoding (protobuf when they hold what JSON
// cannot), logs and points in JSON. Spans without usable ids are counted as refused.
Request request_of_spans(std::span<const RawSpan> spans, ingest::Encoding encoding, bool is_old);
Request request_of_logs(std::span<const RawLog> logs, bool is_old);
// Gauges with one int64 point each.
Request request_of_points(std::span<const RawMetric> metrics, bool is_old);

// As the door decodes it.
Result<RawBatch> decoded(const Request& request);

}  // namespace strobe::sim
