#include "server/figures.h"

#include <filesystem>
#include <system_error>

namespace strobe::server {

RequestCounts::RequestCounts(std::vector<std::string> routes, std::vector<std::string_view> codes)
    : routes_(std::move(routes)),
      codes_(std::move(codes)),
      counts_(new std::atomic<uint64_t>[routes_.size() * codes_.size()]()) {}

std::vector<RequestCounts::Row> RequestCounts::rows() const {
  std::vector<Row> rows;
  for (size_t i = 0; i < routes_.size() * codes_.size(); ++i) {
    const uint64_t requests = counts_[i];
    if (requests > 0) rows.push_back({routes_[i / codes_.size()], codes_[i % codes_.size()], requests});
  }
  return rows;
}

uint64_t file_bytes(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace strobe::server
