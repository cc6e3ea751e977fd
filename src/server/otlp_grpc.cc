#include "server/otlp_grpc.h"

namespace strobe::server {

namespace {

net::GrpcAnswer answer_of(ingest::OtlpAnswer answer) {
  switch (answer.outcome) {
    case ingest::OtlpOutcome::taken: return {.body = std::move(answer.body)};
    case ingest::OtlpOutcome::bad_data:
      return {.code = net::GrpcCode::invalid_argument, .message = std::move(answer.message)};
    case ingest::OtlpOutcome::busy:
      // Clients that are told nothing wait as long as they think right: up to a minute.
      return {.code = net::GrpcCode::unavailable,
              .message = std::move(answer.message),
              .retry_after_ms = static_cast<int>(answer.retry_after.count())};
    case ingest::OtlpOutcome::failed: break;
  }
  return {.code = net::GrpcCode::internal, .message = std::move(answer.message)};
}

}  // namespace

std::optional<ingest::Signal> signal_of_method(std::string_view path) {
  if (path == "/opentelemetry.proto.collector.trace.v1.TraceService/Export") return ingest::Signal::traces;
  if (path == "/opentelemetry.proto.collector.logs.v1.LogsService/Export") return ingest::Signal::logs;
  if (path == "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export") return ingest::Signal::metrics;
  return std::nullopt;
}

void handle_otlp_call(net::GrpcRequest request, net::GrpcRespond respond, ingest::Pipeline& pipeline) {
  const auto signal = signal_of_method(request.path);
  if (!signal) {
    return respond({.code = net::GrpcCode::unimplemented,
                    .message = "there is no method " + request.path +
                               ": OTLP's Export is served, for traces, logs "
                               "and metrics"});
  }
  ingest::receive_otlp(
      {.signal = *signal, .body = std::move(request.message), .source = request.connection}, pipeline,
      [respond = std::move(respond)](ingest::OtlpAnswer answer) { respond(answer_of(std::move(answer))); });
}

}  // namespace strobe::server
