#include "ingest/otlp_door.h"

#include "otlp/otlp.h"

namespace strobe::ingest {

namespace {

otlp::Signal to_otlp(Signal signal) {
  switch (signal) {
    case Signal::logs: return otlp::Signal::logs;
    case Signal::metrics: return otlp::Signal::metrics;
    case Signal::traces: break;
  }
  return otlp::Signal::traces;
}

int grpc_code(int http_status) {
  switch (http_status) {
    case 400: return 3;  // INVALID_ARGUMENT
    case 403: return 7;  // PERMISSION_DENIED
    case 404: return 5;  // NOT_FOUND
    case 413: return 8;  // RESOURCE_EXHAUSTED
    case 405:
    case 415: return 12;  // UNIMPLEMENTED
    case 503: return 14;  // UNAVAILABLE
    default: return 13;   // INTERNAL
  }
}

OtlpAnswer answer_of(Signal signal, Encoding encoding, const Result<Acknowledgement>& result) {
  const bool is_json = encoding == Encoding::json;
  if (result) {
    const bool is_partial = result->rejected > 0 || !result->message.empty();
    return {.outcome = OtlpOutcome::taken,
            .body = is_partial ? otlp::partial_success_body(to_otlp(signal), result->rejected, result->message, is_json)
                               : otlp::success_body(is_json)};
  }
  // Nothing was written. What may pass (a busy store, a full disk) clients try again; what failed for good they drop.
  const ErrorCode code = result.error().code;
  const bool is_lasting = code == ErrorCode::corrupt || code == ErrorCode::invalid || code == ErrorCode::too_large;
  return {.outcome = is_lasting ? OtlpOutcome::failed : OtlpOutcome::busy, .message = result.error().message};
}

OtlpAnswer busy(Intake& intake) {
  return {
      .outcome = OtlpOutcome::busy, .message = "the queue is full: come back later", .retry_after = intake.refuse()};
}

// So that `doctor` tells of it. The sender does not wait for that, and when the queue is full it is left out.
void count_refusal(uint64_t source, ErrorCode code, Intake& intake) {
  Submission submission;
  submission.done = [](const Result<Acknowledgement>&) {};
  submission.source = source;
  submission.counts.push_back(
      {code == ErrorCode::too_large ? "requests.refused_memory" : "requests.refused_malformed", 1});
  (void)intake.submit(submission);
}

Result<RawBatch> decode(OtlpRequest& request, size_t bytes_max) {
  if (request.encoding == Encoding::json) {
    return otlp::decode_json(to_otlp(request.signal), std::move(request.body), bytes_max);
  }
  return otlp::decode_protobuf(to_otlp(request.signal), std::move(request.body), bytes_max);
}

}  // namespace

std::string otlp_error_body(int http_status, std::string_view message, Encoding encoding) {
  return otlp::error_status_body(grpc_code(http_status), message, encoding == Encoding::json);
}

void receive_otlp(OtlpRequest request, Intake& intake, std::function<void(OtlpAnswer)> answer) {
  const Signal signal = request.signal;
  const Encoding encoding = request.encoding;
  const size_t body_bytes = request.body->size();
  const size_t room = intake.room(request.source);
  // The body is counted twice, as weight_of() has it.
  if (room <= 2 * body_bytes) return answer(busy(intake));
  auto batch = decode(request, room - 2 * body_bytes);
  if (!batch && batch.error().code == ErrorCode::too_large && room < intake.room_max()) return answer(busy(intake));
  if (!batch) {
    count_refusal(request.source, batch.error().code, intake);
    return answer({.outcome = OtlpOutcome::bad_data, .message = batch.error().message});
  }
  const size_t weight = weight_of(*batch);
  if (weight > intake.room_max()) {
    count_refusal(request.source, ErrorCode::too_large, intake);
    return answer({.outcome = OtlpOutcome::bad_data,
                   .message = "too many records in one request: they would take " + std::to_string(weight >> 20) +
                              " MiB of memory, more than " + std::to_string(intake.room_max() >> 20)});
  }
  Submission submission;
  submission.batch = *std::move(batch);
  submission.source = request.source;
  submission.done = [signal, encoding, answer](Result<Acknowledgement> result) {
    answer(answer_of(signal, encoding, result));
  };
  if (intake.submit(submission)) return;
  answer(busy(intake));
}

}  // namespace strobe::ingest
