#include "server/api.h"

#include "server/api_error.h"
#include "server/api_routes.h"
#include "server/metrics.h"

namespace strobe::server {

namespace {

net::Response call_handler(const Route& route, const ApiCall& call) {
  auto response = route.handler(call);
  if (response) return *std::move(response);
  return api_error(response.error());
}

}  // namespace

bool is_reading(const net::Request& request, const net::Respond& respond) {
  if (request.method == "GET" || request.method == "HEAD") return true;
  net::Response response = api_error(405, "this is only read", "use GET");
  response.headers.push_back({"Allow", "GET, HEAD"});
  respond(std::move(response));
  return false;
}

Api::Api(ApiOptions options, std::function<Figures()> figures)
    : clock_(*options.clock), figures_(std::move(figures)), outlines_(options.outlines_bytes_max) {
  if (options.open_store) readers_ = std::make_unique<Readers>(std::move(options.open_store), options.readers);
}

void Api::handle(net::Request request, net::Respond respond) {
  auto match = match_route(request.path);
  if (!match) return respond(api_error(match.error()));
  if (!is_reading(request, respond)) return;
  if (const auto read = read_query(request.query, match->route->parameters, match->arguments); !read) {
    return respond(api_error(read.error()));
  }
  if (!readers_) return respond(api_error(404, "this server only receives", "strobe serve answers questions"));
  auto work = [this, match = *std::move(match), accept = std::move(request.accept)](store::Store& store) {
    const Figures figures = figures_();
    const ApiCall call{store, match.arguments, accept, clock_.now(), figures, outlines_};
    return call_handler(*match.route, call);
  };
  if (!readers_->submit(std::move(work), respond))
    respond(api_error(503, "too many questions at once", "ask again in a moment"));
}

void Api::handle_metrics(const net::Request& request, net::Respond respond) {
  if (!is_reading(request, respond)) return;
  const auto work = [this](store::Store& store) { return metrics_answer(figures_(), &store); };
  // A busy server is the one whose figures are wanted.
  // What the server knows of itself is told even when the store cannot be read.
  const auto answer = [this, respond](net::Response response) {
    respond(response.status == 200 ? std::move(response) : metrics_answer(figures_(), nullptr));
  };
  if (!readers_ || !readers_->submit(work, answer)) respond(metrics_answer(figures_(), nullptr));
}

void Api::begin_stop(std::chrono::milliseconds grace) {
  if (readers_) readers_->begin_stop(grace);
}

void Api::stop() {
  if (readers_) readers_->stop();
}

}  // namespace strobe::server
