#include <algorithm>

#include "json/parse.h"
#include "otlp/json_common.h"
#include "otlp/otlp.h"

namespace strobe::otlp {

namespace {

using ReadSignal = void (*)(from_json::Reader& reader, const json::Node& document, RawBatch& batch);

struct SignalReader {
  std::string_view key;
  ReadSignal read;
};

constexpr SignalReader k_traces = {"resourceSpans", from_json::read_traces};
constexpr SignalReader k_logs = {"resourceLogs", from_json::read_logs};
constexpr SignalReader k_metrics = {"resourceMetrics", from_json::read_metrics};

bool has_member(const json::Node& document, std::string_view key) {
  return std::ranges::any_of(document.members, [&](const json::Member& member) {
    char buffer[32];
    return from_json::camel_case(member.key, buffer) == key;
  });
}

Result<RawBatch> decode(std::shared_ptr<const std::string> body, std::span<const SignalReader> signals, bool wants_one,
                        size_t bytes_max = std::numeric_limits<size_t>::max()) {
  RawBatch batch;
  batch.body = std::move(body);
  const json::Node document = TRY(json::parse_large(*batch.body, *batch.arena, bytes_max / json::k_value_bytes));
  const size_t bytes_left = bytes_max - std::min(bytes_max, batch.arena->held_bytes());
  from_json::Reader reader(*batch.arena, std::min(bytes_left, decoded_bytes_max(batch.body->size())));
  if (!document.is_object()) return fail(ErrorCode::invalid, "document: expected an object");
  const auto is_there = [&](const SignalReader& signal) { return has_member(document, signal.key); };
  if (wants_one && !document.members.empty() && std::ranges::none_of(signals, is_there)) {
    return fail(ErrorCode::invalid, "document: expected resourceSpans, resourceLogs or resourceMetrics");
  }
  for (const SignalReader& signal : signals) signal.read(reader, document, batch);
  if (reader.failed()) return std::unexpected(reader.take_error());
  return batch;
}

}  // namespace

Result<RawBatch> decode_json(Signal signal, std::shared_ptr<const std::string> body, size_t bytes_max) {
  const SignalReader& reader = signal == Signal::traces ? k_traces : signal == Signal::logs ? k_logs : k_metrics;
  return decode(std::move(body), std::span(&reader, 1), false, bytes_max);
}

Result<RawBatch> decode_json_document(std::shared_ptr<const std::string> body) {
  static constexpr SignalReader k_all[] = {k_traces, k_logs, k_metrics};
  return decode(std::move(body), k_all, true);
}

}  // namespace strobe::otlp
