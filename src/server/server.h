#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "ingest/pipeline.h"
#include "net/http.h"
#include "server/api.h"
#include "server/figures.h"
#include "server/memory_plan.h"

namespace strobe::server {

struct ServerOptions {
  net::HttpServerOptions http;
  // Who answers questions; without `api.open_store` the server only receives.
  ApiOptions api;
  // For /metrics and /api/health.
  std::string version = "unknown";
  std::string store_path;
  size_t memory_limit_bytes = k_memory_default_bytes;  // told; the parts of it are the options of who keeps them
};

// The network side of Strobe: POST /v1/traces, /v1/logs, /v1/metrics (protobuf and JSON) and OTLP's gRPC services into
// a pipeline, where a 200 or OK is sent after the commit; GET /api/..., /metrics and /healthz. One I/O thread, the
// HttpServer's, and the readers of the API.
class Server {
 public:
  // `pipeline` must outlive the server. Errors: those of net::HttpServer::listen.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, ingest::Pipeline& pipeline);
  ~Server();

  uint16_t port() const;
  uint16_t grpc_port() const;  // of `http.grpc_listen`; 0 without it
  // "http://127.0.0.1:4318": takes OTLP/HTTP and OTLP/gRPC
  std::string url() const;
  net::HttpServerStats stats() const;
  // Answers what is under way for at most `grace_ms` (questions at most a second of it), then closes. Idempotent.
  void stop(int grace_ms);

 private:
  Server(ServerOptions options, ingest::Pipeline& pipeline);
  void route(net::Request request, net::Respond respond);
  void route_call(net::GrpcRequest request, net::GrpcRespond respond);
  Figures figures() const;

  const std::string host_, version_, store_path_;
  const size_t memory_limit_bytes_;
  const TimeNs started_;
  ingest::Pipeline& pipeline_;
  const std::shared_ptr<RequestCounts> requests_, calls_;  // shared with answers that are still to come
  std::unique_ptr<net::HttpServer> http_;
  std::atomic<net::HttpServer*> http_of_figures_ = nullptr;  // requests come in before http_ is set
  Api api_;                                                  // before http_ goes: its readers ask for figures
};

}  // namespace strobe::server
