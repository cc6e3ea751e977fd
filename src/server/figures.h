#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "ingest/pipeline.h"
#include "net/http.h"
#include "server/readers.h"

// What the server can tell about itself: /metrics and /api/health.

namespace strobe::server {

// Requests of one transport by route and kind of answer. Any thread.
class RequestCounts {
 public:
  // `routes` and `codes` are labels, given once: patterns, never what a client sent.
  RequestCounts(std::vector<std::string> routes, std::vector<std::string_view> codes);

  // By position among the labels.
  void add(size_t route, size_t code) { ++counts_[route * codes_.size() + code]; }
  void add_received(size_t bytes) { received_bytes_ += bytes; }
  uint64_t received_bytes() const { return received_bytes_; }
  struct Row {
    std::string_view route;
    std::string_view code;
    uint64_t requests = 0;
  };
  // Those that are not zero.
  std::vector<Row> rows() const;

 private:
  const std::vector<std::string> routes_;
  const std::vector<std::string_view> codes_;
  const std::unique_ptr<std::atomic<uint64_t>[]> counts_;
  std::atomic<uint64_t> received_bytes_ = 0;
};

// All figures at one moment.
struct Figures {
  TimeNs started;
  std::string version;
  std::string store_path;  // empty: unknown
  size_t memory_limit_bytes = 0;
  ingest::PipelineStats pipeline;
  net::HttpServerStats http;
  ReadersStats readers;
  std::vector<RequestCounts::Row> requests, grpc_calls;
  uint64_t received_bytes = 0, grpc_received_bytes = 0;
};

// Traces whose sessions lag behind are counted up to this.
inline constexpr size_t k_traces_waiting_max = 1000;

// Bytes of a file; 0 when there is none.
uint64_t file_bytes(const std::string& path);

}  // namespace strobe::server
