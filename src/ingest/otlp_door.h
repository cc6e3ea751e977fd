#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ingest/pipeline.h"

namespace strobe::ingest {

enum class Signal { traces, logs, metrics };
enum class Encoding { protobuf, json };

// What to tell an OTLP client, whatever the transport: dialects.md 9.4.
struct OtlpAnswer {
  int http_status = 200;
  bool come_back = false;  // refused for now: Retry-After (HTTP), RetryInfo (gRPC)
  std::string body;        // Export*ServiceResponse or google.rpc.Status in the request's encoding
};

// The door for OTLP: decodes on the calling thread, submits, answers after the commit (or at once with an error).
// `answer` is called once, on this or on the pipeline's thread; it must not block.
void receive_otlp(Signal signal, Encoding encoding, std::shared_ptr<const std::string> body, Pipeline& pipeline,
                  std::function<void(OtlpAnswer)> answer);

// google.rpc.Status for an HTTP status.
std::string otlp_error_body(int http_status, std::string_view message, Encoding encoding);

}  // namespace strobe::ingest
