#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "net/http.h"
#include "query/outline.h"
#include "server/figures.h"
#include "server/readers.h"

namespace strobe::server {

struct ApiOptions {
  OpenStore open_store;  // empty: this server only receives, and says so
  ReadersOptions readers;
  size_t outlines_bytes_max = size_t{64} << 20;  // what is kept between pages of sessions: query/outline.h
  const Clock* clock = &system_clock();
};

// Answers /api/... and /metrics. Everything about a request is checked on the I/O thread; the store is read by readers.
class Api {
 public:
  // `figures` is called on any thread.
  Api(ApiOptions options, std::function<Figures()> figures);

  // `respond` is called now or by a reader.
  void handle(net::Request request, net::Respond respond);
  void handle_metrics(const net::Request& request, net::Respond respond);
  ReadersStats readers_stats() const { return readers_ ? readers_->stats() : ReadersStats{}; }
  // Readers::begin_stop and stop.
  void begin_stop(std::chrono::milliseconds grace);
  void stop();

 private:
  const Clock& clock_;
  const std::function<Figures()> figures_;
  query::OutlineCache outlines_;      // locks itself
  std::unique_ptr<Readers> readers_;  // null: this server only receives
};

// GET and HEAD pass; others are answered 405.
bool is_reading(const net::Request& request, const net::Respond& respond);

}  // namespace strobe::server
