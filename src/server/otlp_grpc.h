#pragma once

#include <optional>
#include <string_view>

#include "ingest/otlp_door.h"
#include "net/grpc.h"

namespace strobe::server {

// The signal that a method of the OTLP collector services takes; nothing for another path.
std::optional<ingest::Signal> signal_of_method(std::string_view path);

// Answers one OTLP/gRPC call: the same door as OTLP/HTTP, other words on the wire. Runs on the I/O thread; the answer
// comes from the pipeline's thread after the commit.
void handle_otlp_call(net::GrpcRequest request, net::GrpcRespond respond, ingest::Pipeline& pipeline);

}  // namespace strobe::server
