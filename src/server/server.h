#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "ingest/pipeline.h"
#include "net/http.h"

namespace strobe::server {

struct ServerOptions {
  net::HttpServerOptions http;
};

// OTLP over HTTP in front of a pipeline: POST /v1/traces, /v1/logs, /v1/metrics (protobuf and JSON), GET /healthz.
// A 200 is sent after the commit. One I/O thread, the HttpServer's.
class Server {
 public:
  // `pipeline` must outlive the server. Errors: those of net::HttpServer::listen.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, ingest::Pipeline& pipeline);
  ~Server();

  uint16_t port() const;
  // "http://127.0.0.1:4318"
  std::string url() const;
  net::HttpServerStats stats() const;
  // Answers what is under way for at most `grace_ms`, then closes. Idempotent.
  void stop(int grace_ms);

 private:
  Server(std::unique_ptr<net::HttpServer> http, std::string host);
  std::unique_ptr<net::HttpServer> http_;
  std::string host_;
};

}  // namespace strobe::server
