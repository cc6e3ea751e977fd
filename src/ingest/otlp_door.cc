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

}  // namespace

std::string otlp_error_body(int http_status, std::string_view message, Encoding encoding) {
  return otlp::error_status_body(grpc_code(http_status), message, encoding == Encoding::json);
}

void receive_otlp(Signal signal, Encoding encoding, std::shared_ptr<const std::string> body, Pipeline& pipeline,
                  std::function<void(OtlpAnswer)> answer) {
  auto batch = encoding == Encoding::json ? otlp::decode_json(to_otlp(signal), std::move(body))
                                          : otlp::decode_protobuf(to_otlp(signal), std::move(body));
  if (!batch) return answer({.outcome = OtlpOutcome::bad_data, .message = batch.error().message});
  Submission submission;
  submission.batch = *std::move(batch);
  submission.done = [signal, encoding, answer](Result<Acknowledgement> result) {
    answer(answer_of(signal, encoding, result));
  };
  if (pipeline.submit(submission)) return;
  answer({.outcome = OtlpOutcome::busy, .message = "the queue is full: come back in a second"});
}

}  // namespace strobe::ingest
