#include "server/server.h"

#include <algorithm>
#include <array>

#include "server/api_routes.h"
#include "server/otlp_grpc.h"
#include "server/otlp_routes.h"

namespace strobe::server {

namespace {

// How long a question that is being answered may hold up the end.
constexpr int k_questions_grace_ms = 1000;

// What is not the API's. Labels of RequestCounts: these, then the API's routes.
enum Place : size_t { at_traces, at_logs, at_metrics, at_healthz, at_prometheus, elsewhere, count_of_places };
constexpr std::array<std::string_view, count_of_places> k_places = {"/v1/traces", "/v1/logs", "/v1/metrics",
                                                                    "/healthz",   "/metrics", "other"};

size_t place_of(std::string_view path) {
  if (const auto route = path.starts_with("/api/") ? route_index(path) : std::nullopt) return k_places.size() + *route;
  const auto found = std::ranges::find(k_places, path);
  return found == k_places.end() ? size_t{elsewhere} : static_cast<size_t>(found - k_places.begin());
}

std::vector<std::string> labels() {
  std::vector<std::string> labels(k_places.begin(), k_places.end());
  for (const Route& route : api_routes()) labels.emplace_back(route.path);
  return labels;
}

constexpr std::array<std::string_view, 3> k_classes = {"2xx", "4xx", "5xx"};
size_t class_of(int status) { return status < 400 ? 0 : status < 500 ? 1 : 2; }

// Labels of the gRPC calls: what the first three places are called there, then everything else.
constexpr std::array<std::string_view, 4> k_methods = {"TraceService/Export", "LogsService/Export",
                                                       "MetricsService/Export", "other"};
size_t method_of(std::string_view path) {
  const auto signal = signal_of_method(path);
  if (!signal) return k_methods.size() - 1;
  switch (*signal) {
    case ingest::Signal::logs: return at_logs;
    case ingest::Signal::metrics: return at_metrics;
    case ingest::Signal::traces: break;
  }
  return at_traces;
}

constexpr std::array<std::pair<net::GrpcCode, std::string_view>, 5> k_codes = {{
    {net::GrpcCode::ok, "OK"},
    {net::GrpcCode::invalid_argument, "INVALID_ARGUMENT"},
    {net::GrpcCode::unimplemented, "UNIMPLEMENTED"},
    {net::GrpcCode::unavailable, "UNAVAILABLE"},
    {net::GrpcCode::internal, "INTERNAL"},
}};
size_t code_of(net::GrpcCode code) {
  const auto found = std::ranges::find(k_codes, code, &decltype(k_codes)::value_type::first);
  return found == k_codes.end() ? k_codes.size() - 1 : static_cast<size_t>(found - k_codes.begin());
}

std::shared_ptr<RequestCounts> counts_of_calls() {
  std::vector<std::string_view> codes;
  for (const auto& [code, name] : k_codes) codes.push_back(name);
  return std::make_shared<RequestCounts>(std::vector<std::string>(k_methods.begin(), k_methods.end()), codes);
}

net::Respond counted(net::Respond respond, std::shared_ptr<RequestCounts> counts, size_t place) {
  return [respond = std::move(respond), counts = std::move(counts), place](net::Response response) {
    counts->add(place, class_of(response.status));
    respond(std::move(response));
  };
}

}  // namespace

void Server::route(net::Request request, net::Respond uncounted) {
  const size_t place = place_of(request.path);
  auto respond = counted(std::move(uncounted), requests_, place);
  if (place <= at_metrics && request.body) requests_->add_received(request.body->size());
  switch (place) {
    case at_traces: return handle_otlp(ingest::Signal::traces, std::move(request), std::move(respond), pipeline_);
    case at_logs: return handle_otlp(ingest::Signal::logs, std::move(request), std::move(respond), pipeline_);
    case at_metrics: return handle_otlp(ingest::Signal::metrics, std::move(request), std::move(respond), pipeline_);
    case at_healthz: return is_reading(request, respond) ? respond({.body = "ok\n"}) : void();
    case at_prometheus: return api_.handle_metrics(request, std::move(respond));
    default: break;
  }
  if (request.path.starts_with("/api/") || request.path == "/api")
    return api_.handle(std::move(request), std::move(respond));
  respond(error_response(404, "nothing lives at " + request.path, request.content_type));
}

void Server::route_call(net::GrpcRequest request, net::GrpcRespond uncounted) {
  const size_t method = method_of(request.path);
  calls_->add_received(request.message->size());
  auto respond = [respond = std::move(uncounted), counts = calls_, method](net::GrpcAnswer answer) {
    counts->add(method, code_of(answer.code));
    respond(std::move(answer));
  };
  handle_otlp_call(std::move(request), std::move(respond), pipeline_);
}

Server::Server(ServerOptions options, ingest::Pipeline& pipeline)
    : host_(options.http.host),
      version_(std::move(options.version)),
      store_path_(std::move(options.store_path)),
      memory_limit_bytes_(options.memory_limit_bytes),
      started_(options.api.clock->now()),
      pipeline_(pipeline),
      requests_(
          std::make_shared<RequestCounts>(labels(), std::vector<std::string_view>(k_classes.begin(), k_classes.end()))),
      calls_(counts_of_calls()),
      api_(std::move(options.api), [this] { return figures(); }) {}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, ingest::Pipeline& pipeline) {
  net::HttpServerOptions http = options.http;
  std::unique_ptr<Server> server(new Server(std::move(options), pipeline));
  server->http_ = TRY(net::HttpServer::listen(
      std::move(http),
      [server = server.get()](net::Request request, net::Respond respond) {
        server->route(std::move(request), std::move(respond));
      },
      [server = server.get()](net::GrpcRequest request, net::GrpcRespond respond) {
        server->route_call(std::move(request), std::move(respond));
      }));
  server->http_of_figures_ = server->http_.get();
  server->http_->set_error_body(error_response);
  return server;
}

Server::~Server() { stop(0); }

uint16_t Server::port() const { return http_->port(); }

uint16_t Server::grpc_port() const { return http_->grpc_port(); }

std::string Server::url() const { return "http://" + net::format_address(host_, port()); }

net::HttpServerStats Server::stats() const { return http_->stats(); }

Figures Server::figures() const {
  const net::HttpServer* http = http_of_figures_;
  return {.started = started_,
          .version = version_,
          .store_path = store_path_,
          .memory_limit_bytes = memory_limit_bytes_,
          .pipeline = pipeline_.stats(),
          .http = http != nullptr ? http->stats() : net::HttpServerStats{},
          .readers = api_.readers_stats(),
          .requests = requests_->rows(),
          .grpc_calls = calls_->rows(),
          .received_bytes = requests_->received_bytes(),
          .grpc_received_bytes = calls_->received_bytes()};
}

void Server::stop(int grace_ms) {
  api_.begin_stop(std::chrono::milliseconds(std::min(grace_ms, k_questions_grace_ms)));
  if (http_) http_->stop(grace_ms);
  api_.stop();
}

}  // namespace strobe::server
