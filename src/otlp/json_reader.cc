#include "otlp/json_reader.h"

#include <cctype>
#include <limits>

#include "base/base64.h"
#include "base/hex.h"
#include "base/ids.h"
#include "json/number.h"

namespace strobe::otlp::from_json {

namespace {

void append_path(std::string& path, const Place& place) {
  if (place.parent != nullptr) append_path(path, *place.parent);
  if (place.index) {
    path += '[' + std::to_string(*place.index) + ']';
  } else if (!place.key.empty()) {
    if (!path.empty()) path += '.';
    path += place.key;
  }
}

bool equal_without_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(a[i])) != std::toupper(static_cast<unsigned char>(b[i]))) return false;
  }
  return true;
}

bool is_number_or_text(const Node& node) { return node.type == json::Type::number || node.is_string(); }

}  // namespace

void Reader::fail(const Place& at, std::string_view complaint, ErrorCode code) {
  if (failed()) return;
  std::string path;
  append_path(path, at);
  if (path.empty()) path = "document";
  error_ = Error{code, path + ": " + std::string(complaint)};
}

std::string_view Reader::text(const Node& node, const Place& at) {
  return expect(node, json::Type::string, at, "expected a string") ? node.text : std::string_view();
}

std::string_view Reader::id(const Node& node, const Place& at) {
  const std::string_view hex = text(node, at);
  if (hex.empty() || hex.size() % 2 != 0) return hex;
  for (const char c : hex) {
    if (hex_digit(c) < 0) return hex;
  }
  char* const bytes = arena_.allocate_bytes(hex.size() / 2);
  for (size_t i = 0; i < hex.size() / 2; ++i) {
    bytes[i] = static_cast<char>(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
  }
  return {bytes, hex.size() / 2};
}

std::string_view Reader::base64(const Node& node, const Place& at) {
  const auto bytes = from_base64(text(node, at));
  if (!bytes) fail(at, "expected base64");
  return bytes ? arena_.copy(*bytes) : std::string_view();
}

int64_t Reader::int64(const Node& node, const Place& at) {
  const auto number = is_number_or_text(node) ? json::to_int64(node.text) : std::nullopt;
  if (!number) fail(at, "expected a 64-bit integer");
  return number.value_or(0);
}

uint64_t Reader::uint64(const Node& node, const Place& at) {
  const auto number = is_number_or_text(node) ? json::to_uint64(node.text) : std::nullopt;
  if (!number) fail(at, "expected an unsigned 64-bit integer");
  return number.value_or(0);
}

int32_t Reader::int32(const Node& node, const Place& at) {
  const auto number = is_number_or_text(node) ? json::to_int64(node.text) : std::nullopt;
  if (!number || *number < std::numeric_limits<int32_t>::min() || *number > std::numeric_limits<int32_t>::max()) {
    fail(at, "expected a 32-bit integer");
    return 0;
  }
  return static_cast<int32_t>(*number);
}

uint32_t Reader::uint32(const Node& node, const Place& at) {
  const auto number = is_number_or_text(node) ? json::to_uint64(node.text) : std::nullopt;
  if (!number || *number > std::numeric_limits<uint32_t>::max()) {
    fail(at, "expected an unsigned 32-bit integer");
    return 0;
  }
  return static_cast<uint32_t>(*number);
}

double Reader::float64(const Node& node, const Place& at) {
  if (node.is_string()) {
    if (node.text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (node.text == "Infinity") return std::numeric_limits<double>::infinity();
    if (node.text == "-Infinity") return -std::numeric_limits<double>::infinity();
  }
  const auto number = is_number_or_text(node) ? json::to_double(node.text) : std::nullopt;
  if (!number) fail(at, "expected a number");
  return number.value_or(0);
}

bool Reader::boolean(const Node& node, const Place& at) {
  if (node.is_string() && (node.text == "true" || node.text == "false")) return node.text == "true";
  return expect(node, json::Type::boolean, at, "expected true or false") && node.boolean;
}

int32_t Reader::enumeration(const Node& node, const Place& at, std::string_view prefix,
                            std::span<const std::string_view> names) {
  const bool is_name = node.is_string() && !node.text.empty() && std::isalpha(static_cast<unsigned char>(node.text[0]));
  if (!is_name) return int32(node, at);
  std::string_view name = node.text;
  if (name.size() > prefix.size() && equal_without_case(name.substr(0, prefix.size()), prefix)) {
    name.remove_prefix(prefix.size());
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (equal_without_case(name, names[i])) return static_cast<int32_t>(i);
  }
  return 0;
}

std::string_view camel_case(std::string_view key, std::span<char> buffer) {
  if (key.find('_') == std::string_view::npos || key.size() > buffer.size()) return key;
  size_t size = 0;
  bool upper = false;
  for (const char c : key) {
    if (c == '_') {
      upper = true;
    } else {
      buffer[size++] = upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      upper = false;
    }
  }
  return {buffer.data(), size};
}

}  // namespace strobe::otlp::from_json
