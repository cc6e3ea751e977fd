#pragma once

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/raw.h"

namespace strobe::otlp {

enum class Signal { traces, logs, metrics };

// Values nested deeper (an attribute's own value is level 1) are refused: nobody means them, and reading recurses.
inline constexpr int k_value_depth_max = 64;

// What decoding may allocate besides the body, else too_large. An empty span is two bytes on the wire and some 230 in
// memory; honest requests stay far below.
constexpr size_t decoded_bytes_max(size_t body_bytes) { return (size_t{256} << 20) + 8 * body_bytes; }

// Decodes an Export*ServiceRequest (equally TracesData, LogsData, MetricsData). Views point into `body` and the batch's
// arena. Unknown fields are skipped; a known field in another wire type, and groups, are errors. Messages sent twice
// merge and of a oneof the last wins, as protobuf has it. Errors: invalid, with what is wrong and the byte where;
// too_large beyond decoded_bytes_max, or beyond `bytes_max` if that is less.
Result<RawBatch> decode_protobuf(Signal signal, std::shared_ptr<const std::string> body,
                                 size_t bytes_max = std::numeric_limits<size_t>::max());

// The same for OTLP/JSON: dialects.md 9.3. Lenient where emitters are: enum names, snake_case keys, 64-bit integers as
// numbers, numbers as strings, both base64 alphabets. Integers never pass through a double. An id that is no hex text
// becomes the bytes of the text as it stands, so that the check of ids refuses (and counts) that span alone; a text of
// exactly 16 or 8 bytes passes that check and serves as an id. null is the default; of a key given twice the last
// counts, but lists of signals are joined. Errors name the path:
// "resourceSpans[0].scopeSpans[0].spans[2].attributes: expected an array".
Result<RawBatch> decode_json(Signal signal, std::shared_ptr<const std::string> body,
                             size_t bytes_max = std::numeric_limits<size_t>::max());

// A file's document: all the signals that it holds, in one batch. An empty object is none. Errors as above; invalid
// also when it holds other things only.
Result<RawBatch> decode_json_document(std::shared_ptr<const std::string> body);

// Encodes spans as one TracesData, grouped by resource and scope (equal content, not equal pointers) in order of first
// appearance. For export. Every value must have been fetched: none of type `stored`. Protobuf loses nothing. JSON
// cannot hold invalid UTF-8 (it becomes U+FFFD) nor the payload bits of a NaN.
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
