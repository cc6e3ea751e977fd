#include "server/server.h"

#include "server/otlp_routes.h"

namespace strobe::server {

namespace {

void route(net::Request request, net::Respond respond, ingest::Pipeline& pipeline) {
  if (request.path == "/v1/traces") return handle_otlp(ingest::Signal::traces, std::move(request), std::move(respond), pipeline);
  if (request.path == "/v1/logs") return handle_otlp(ingest::Signal::logs, std::move(request), std::move(respond), pipeline);
  if (request.path == "/v1/metrics") return handle_otlp(ingest::Signal::metrics, std::move(request), std::move(respond), pipeline);
  if (request.path == "/healthz") return respond({.body = "ok\n"});
  respond(error_response(404, "nothing lives at " + request.path, request.content_type));
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, ingest::Pipeline& pipeline) {
  std::string host = options.http.host;
  auto http = TRY(net::HttpServer::listen(std::move(options.http), [&pipeline](net::Request request, net::Respond respond) {
    route(std::move(request), std::move(respond), pipeline);
  }));
  http->set_error_body(error_response);
  return std::unique_ptr<Server>(new Server(std::move(http), std::move(host)));
}

Server::Server(std::unique_ptr<net::HttpServer> http, std::string host) : http_(std::move(http)), host_(std::move(host)) {}
Server::~Server() { stop(0); }

uint16_t Server::port() const { return http_->port(); }

std::string Server::url() const {
  const bool is_v6 = host_.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(port());
}

net::HttpServerStats Server::stats() const { return http_->stats(); }
void Server::stop(int grace_ms) { http_->stop(grace_ms); }

}  // namespace strobe::server
