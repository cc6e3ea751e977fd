#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

// The text form that Prometheus scrapes: exposition format 0.0.4.

namespace strobe::server {

inline constexpr std::string_view k_prometheus_type = "text/plain; version=0.0.4; charset=utf-8";

class PrometheusWriter {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Begins a family: all its samples follow, before the next one begins. Counters' names end in _total.
  PrometheusWriter& counter(std::string_view name, std::string_view help) { return begin(name, help, "counter"); }
  PrometheusWriter& gauge(std::string_view name, std::string_view help) { return begin(name, help, "gauge"); }
  PrometheusWriter& sample(uint64_t value, Labels labels = {});
  PrometheusWriter& sample_seconds(double value, Labels labels = {});

  std::string take() { return std::move(out_); }

 private:
  PrometheusWriter& begin(std::string_view name, std::string_view help, std::string_view type);
  PrometheusWriter& write(std::string_view value, Labels labels);
  std::string out_;
  std::string name_;
};

}  // namespace strobe::server
