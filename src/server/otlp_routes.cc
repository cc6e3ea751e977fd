#include "server/otlp_routes.h"

#include "json/write.h"
#include "server/api_error.h"

namespace strobe::server {

namespace {

constexpr std::string_view k_protobuf = "application/x-protobuf";
constexpr std::string_view k_json = "application/json";

int http_status(ingest::OtlpOutcome outcome) {
  switch (outcome) {
    case ingest::OtlpOutcome::taken: return 200;
    case ingest::OtlpOutcome::bad_data: return 400;
    case ingest::OtlpOutcome::busy: return 503;
    case ingest::OtlpOutcome::failed: break;
  }
  return 500;
}

net::Response response_of(ingest::OtlpAnswer answer, ingest::Encoding encoding) {
  net::Response response;
  response.status = http_status(answer.outcome);
  response.content_type = encoding == ingest::Encoding::json ? k_json : k_protobuf;
  const bool is_taken = answer.outcome == ingest::OtlpOutcome::taken;
  response.body =
      is_taken ? std::move(answer.body) : ingest::otlp_error_body(response.status, answer.message, encoding);
  if (answer.outcome == ingest::OtlpOutcome::busy) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(answer.retry_after).count();
    response.headers.push_back({"Retry-After", std::to_string(seconds)});
  }
  return response;
}

}  // namespace

net::Response error_response(int status, std::string_view message, std::string_view content_type) {
  net::Response response;
  response.status = status;
  if (content_type == k_protobuf) {
    response.content_type = k_protobuf;
    response.body = ingest::otlp_error_body(status, message, ingest::Encoding::protobuf);
    return response;
  }
  response.content_type = k_json;
  json::Writer writer;
  writer.begin_object();
  writer.key("code").int64(status);
  writer.key("message").string(message);
  writer.key("error").begin_object();
  writer.key("code").string(error_word(status));
  writer.key("message").string(message);
  writer.key("hint").null();
  writer.end_object();
  writer.end_object();
  response.body = writer.take();
  return response;
}

void handle_otlp(ingest::Signal signal, net::Request request, net::Respond respond, ingest::Pipeline& pipeline) {
  if (request.method != "POST") {
    net::Response response = error_response(405, "OTLP is sent with POST", request.content_type);
    response.headers.push_back({"Allow", "POST"});
    return respond(std::move(response));
  }
  const bool is_json = request.content_type == k_json;
  if (!is_json && request.content_type != k_protobuf) {
    return respond(error_response(415, "send application/x-protobuf or application/json", request.content_type));
  }
  const auto encoding = is_json ? ingest::Encoding::json : ingest::Encoding::protobuf;
  ingest::receive_otlp(
      {.signal = signal, .encoding = encoding, .body = std::move(request.body), .source = request.connection}, pipeline,
      [respond, encoding](ingest::OtlpAnswer answer) { respond(response_of(std::move(answer), encoding)); });
}

}  // namespace strobe::server
