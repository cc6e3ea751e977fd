#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/raw.h"

namespace strobe::otlp {

enum class Signal { traces, logs, metrics };

// Decodes an Export*ServiceRequest (equally TracesData, LogsData, MetricsData). Views point into `body` and the batch's
// arena. Unknown fields are skipped. Errors: invalid, with what is wrong and the byte or path where.
Result<RawBatch> decode_protobuf(Signal signal, std::shared_ptr<const std::string> body);

// The same for OTLP/JSON: dialects.md 9.3. Lenient where emitters are: enum names, snake_case keys, 64-bit integers as
// numbers. Integers never pass through a double.
Result<RawBatch> decode_json(Signal signal, std::shared_ptr<const std::string> body);

// Which signal a JSON document holds ("resourceSpans" or "resource_spans", ...), by its first recognised top-level key.
Result<Signal> signal_of_json(std::string_view document);

// Encodes spans as one TracesData, grouped by resource and scope in order of first appearance. For export.
std::string encode_protobuf(std::span<const RawSpan> spans);
std::string encode_json(std::span<const RawSpan> spans);

// One Metric message holding exactly the given point of `metric`: how a metric point is stored.
std::string encode_metric_point(const RawMetric& metric, const RawMetricPoint& point);
// Reads one Metric message (resource and scope stay null).
Result<RawMetric> decode_metric(std::string_view metric_message, Arena& arena);

// Bodies of responses, dialects.md 9.4. `is_json` follows the request's content type.
std::string success_body(bool is_json);
std::string partial_success_body(Signal signal, int64_t rejected, std::string_view message, bool is_json);
// google.rpc.Status with a gRPC code.
std::string error_status_body(int code, std::string_view message, bool is_json);

}  // namespace strobe::otlp
