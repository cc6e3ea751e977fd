#include "server/figures.h"

#include <filesystem>
#include <system_error>

namespace strobe::server {

namespace {

constexpr std::string_view k_class_names[] = {"2xx", "4xx", "5xx"};

size_t class_of(int status) { return status < 400 ? 0 : status < 500 ? 1 : 2; }

}  // namespace

RequestCounts::RequestCounts(std::vector<std::string> routes)
    : routes_(std::move(routes)), counts_(new std::atomic<uint64_t>[routes_.size() * k_classes]()) {}

void RequestCounts::add(size_t route, int status) { ++counts_[route * k_classes + class_of(status)]; }

std::vector<RequestCounts::Row> RequestCounts::rows() const {
  std::vector<Row> rows;
  for (size_t i = 0; i < routes_.size() * k_classes; ++i) {
    const uint64_t requests = counts_[i];
    if (requests > 0) rows.push_back({routes_[i / k_classes], k_class_names[i % k_classes], requests});
  }
  return rows;
}

uint64_t file_bytes(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace strobe::server
