#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace strobe::net {

// Status codes of gRPC, as they stand on the wire.
enum class GrpcCode : uint8_t {
  ok = 0,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  permission_denied = 7,
  resource_exhausted = 8,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
};

// A unary call.
struct GrpcRequest {
  std::string path;                            // "/package.Service/Method"
  std::shared_ptr<const std::string> message;  // after decompression
  uint64_t connection = 0;                     // which one it came over: a number that no other one has
};

struct GrpcAnswer {
  GrpcCode code = GrpcCode::ok;
  std::string body = {};     // the answer's message, when the code is ok
  std::string message = {};  // why not, for people, when it is another
  // Not 0: the client may try again after so long; goes out as google.rpc.RetryInfo in grpc-status-details-bin.
  int retry_after_ms = 0;
};

// Answers one call. Callable once, from any thread, also after the client or the server has gone; further calls do
// nothing. When the last copy goes without a call the client gets INTERNAL.
using GrpcRespond = std::function<void(GrpcAnswer)>;
// Called on the I/O thread; must not block. May keep `respond` and answer later. An exception out of it is INTERNAL.
using GrpcHandler = std::function<void(GrpcRequest, GrpcRespond)>;

}  // namespace strobe::net
