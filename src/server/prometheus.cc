#include "server/prometheus.h"

#include <charconv>

namespace strobe::server {

namespace {

void append_label_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

PrometheusWriter& PrometheusWriter::begin(std::string_view name, std::string_view help, std::string_view type) {
  name_ = name;
  out_ += "# HELP " + name_ + ' ' + std::string(help) + '\n';
  out_ += "# TYPE " + name_ + ' ' + std::string(type) + '\n';
  return *this;
}

PrometheusWriter& PrometheusWriter::sample(uint64_t value, Labels labels) {
  return write(std::to_string(value), labels);
}

PrometheusWriter& PrometheusWriter::sample_seconds(double value, Labels labels) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  return write(error == std::errc() ? std::string_view(digits, static_cast<size_t>(end - digits)) : "0", labels);
}

PrometheusWriter& PrometheusWriter::write(std::string_view value, Labels labels) {
  out_ += name_;
  std::string_view separator = "{";
  for (const auto& [label, text] : labels) {
    out_ += separator;
    out_ += label;
    out_ += "=\"";
    append_label_value(out_, text);
    out_ += '"';
    separator = ",";
  }
  if (labels.size() > 0) out_ += '}';
  out_ += ' ';
  out_ += value;
  out_ += '\n';
  return *this;
}

}  // namespace strobe::server
