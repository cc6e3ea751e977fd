#pragma once

// For tests: a client of the gRPC project's own library. Heavy to include.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>

namespace strobe::net {

struct GrpcTestAnswer {
  grpc::Status status;
  std::string body;
};

// One channel, which has a connection of its own.
class GrpcTestClient {
 public:
  explicit GrpcTestClient(uint16_t port) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxSendMessageSize(-1);
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials(), arguments));
  }

  GrpcTestAnswer call(const std::string& path, const std::string& message,
                      grpc_compression_algorithm compression = GRPC_COMPRESS_NONE) {
    grpc::ClientContext context;
    return call(context, path, message, compression);
  }
  // For those who want to cancel it from another thread.
  GrpcTestAnswer call(grpc::ClientContext& context, const std::string& path, const std::string& message,
                      grpc_compression_algorithm compression = GRPC_COMPRESS_NONE) {
    context.set_compression_algorithm(compression);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    const grpc::Slice slice(message);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::CompletionQueue queue;
    const auto reader = stub_->PrepareUnaryCall(&context, path, request, &queue);
    reader->StartCall();
    GrpcTestAnswer answer;
    grpc::ByteBuffer response;
    reader->Finish(&response, &answer.status, this);
    void* tag = nullptr;
    bool is_ok = false;
    queue.Next(&tag, &is_ok);
    queue.Shutdown();
    while (queue.Next(&tag, &is_ok)) {
    }
    std::vector<grpc::Slice> slices;
    if (answer.status.ok() && response.Dump(&slices).ok()) {
      for (const grpc::Slice& part : slices) {
        answer.body.append(reinterpret_cast<const char*>(part.begin()), part.size());
      }
    }
    return answer;
  }

 private:
  std::unique_ptr<grpc::GenericStub> stub_;
};

}  // namespace strobe::net
