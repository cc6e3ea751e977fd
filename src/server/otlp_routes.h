#pragma once

#include "ingest/otlp_door.h"
#include "net/http.h"

namespace strobe::server {

// Answers one OTLP/HTTP request for `signal`: dialects.md 9.4. Runs on the I/O thread; the answer comes from the
// pipeline's thread after the commit.
void handle_otlp(ingest::Signal signal, net::Request request, net::Respond respond, ingest::Pipeline& pipeline);

// An error as the request's own content type has it: google.rpc.Status for protobuf, else JSON with the fields of
// google.rpc.Status beside those of our API: {"code","message","error":{"code","message","hint"}}.
net::Response error_response(int status, std::string_view message, std::string_view content_type);

}  // namespace strobe::server
