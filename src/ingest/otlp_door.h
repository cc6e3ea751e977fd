#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ingest/pipeline.h"

namespace strobe::ingest {

enum class Signal { traces, logs, metrics };
enum class Encoding { protobuf, json };

enum class OtlpOutcome {
  taken,     // committed, perhaps in part
  bad_data,  // it cannot be read: trying again does not help
  busy,      // refused for now: come back after `retry_after`
  failed,    // it cannot be stored, now or later
};

// What to tell an OTLP client. How a transport says it is the transport's business.
struct OtlpAnswer {
  OtlpOutcome outcome = OtlpOutcome::taken;
  std::string body = {};                        // when taken: Export*ServiceResponse in the request's encoding
  std::string message = {};                     // else why not
  std::chrono::milliseconds retry_after{1000};  // when busy
};

struct OtlpRequest {
  Signal signal = Signal::traces;
  Encoding encoding = Encoding::protobuf;
  std::shared_ptr<const std::string> body;
  uint64_t source = 0;  // the connection it came over
};

// The door for OTLP: refuses what there is no room for before it is decoded, and while it is; decodes on the calling
// thread, submits, answers after the commit (or at once with an error). `answer` is called once, on this or on the
// intake's thread; it must not block.
void receive_otlp(OtlpRequest request, Intake& intake, std::function<void(OtlpAnswer)> answer);

// google.rpc.Status for an HTTP status.
std::string otlp_error_body(int http_status, std::string_view message, Encoding encoding);

}  // namespace strobe::ingest
