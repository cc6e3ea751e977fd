#include <arpa/inet.h>

#include <algorithm>

#include "base/whole_number.h"
#include "net/host_check.h"
#include "net/http.h"

namespace strobe::net {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_host_text(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), is_host_character);
}

bool is_ipv6(const std::string& text) {
  in6_addr address;
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_loopback(const std::string& name) {
  if (name == "localhost" || name.ends_with(".localhost")) return true;  // RFC 6761 section 6.3
  in_addr v4;
  if (inet_pton(AF_INET, name.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, name.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

// Two spellings of one address are equal.
bool same_address(const std::string& a, const std::string& b) {
  if (a == b) return true;
  in6_addr left;
  in6_addr right;
  return inet_pton(AF_INET6, a.c_str(), &left) == 1 && inet_pton(AF_INET6, b.c_str(), &right) == 1 &&
         IN6_ARE_ADDR_EQUAL(&left, &right);
}

}  // namespace

std::string format_address(const std::string& host, uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<std::pair<std::string, uint16_t>> parse_address(std::string_view address) {
  const auto bad = [&] {
    return fail(ErrorCode::invalid, "bad address \"" + std::string(address) + "\": expected HOST:PORT, :PORT or PORT");
  };
  const size_t colon = address.rfind(':');
  const auto port = whole_number<uint16_t>(colon == std::string_view::npos ? address : address.substr(colon + 1));
  if (!port) return bad();
  if (colon == std::string_view::npos || colon == 0) return std::pair(std::string("127.0.0.1"), *port);
  const std::string_view host = address.substr(0, colon);
  if (host.front() == '[') {
    if (host.size() < 4 || host.back() != ']') return bad();
    std::string inner(host.substr(1, host.size() - 2));
    if (!is_ipv6(inner)) return bad();
    return std::pair(std::move(inner), *port);
  }
  if (!is_host_text(host)) return bad();
  return std::pair(std::string(host), *port);
}

std::string host_name(std::string_view host) {
  std::string name;
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    if (end == std::string_view::npos) return {};
    name = host.substr(1, end - 1);
    if (!is_ipv6(name)) return {};
    host.remove_prefix(end + 1);
  } else {
    const size_t end = std::min(host.find(':'), host.size());
    name = host.substr(0, end);
    if (!is_host_text(name)) return {};
    if (name.ends_with('.')) name.pop_back();
    host.remove_prefix(end);
  }
  const bool has_port = host.size() > 1;
  if (!host.empty() && host.front() != ':') return {};
  if (has_port && !whole_number<uint16_t>(host.substr(1))) return {};
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

HostCheck::HostCheck(std::string_view listening, const std::vector<std::string>& allowed) {
  const auto add = [&](const std::string& host) {
    // Settings may give an IPv6 address without the brackets that the header needs.
    std::string name = is_ipv6(host) ? host : host_name(host);
    if (!name.empty()) names_.push_back(std::move(name));
  };
  add(std::string(listening));
  for (const std::string& host : allowed) {
    if (host == "*") all_ = true;
    add(host);
  }
}

bool HostCheck::allows(std::string_view host, std::string_view local_address) const {
  if (all_) return true;
  const std::string name = host_name(host);
  if (name.empty()) return false;
  if (is_loopback(name) || same_address(name, std::string(local_address))) return true;
  return std::any_of(names_.begin(), names_.end(), [&](const std::string& own) { return same_address(name, own); });
}

}  // namespace strobe::net
