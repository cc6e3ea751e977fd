#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace strobe::net {

// A request's lines before the body, checked for everything over which two readers could disagree where it ends.
struct RequestHead {
  std::string method;
  std::string path;
  std::string query;
  std::string host;          // the authority of an absolute target, else the Host header; may be empty in HTTP/1.0 only
  std::string content_type;  // media type only, lower case
  std::string content_encoding;
  std::string accept;
  std::string authorization;
  std::optional<uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = false;
  bool http_1_0 = false;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length.value_or(0) != 0; }
};

// Why a request is not served: an HTTP status and one line for its sender.
struct Refusal {
  int status = 400;
  std::string message;
};

enum class HeadState { incomplete, complete, malformed };

// Looks for the empty line behind a head. `scanned` remembers between calls how far earlier bytes were looked at, so
// that a head that trickles in is not searched again and again; when complete it is the size of the head.
// A line that ends in a bare LF is malformed: other readers see other lines there.
HeadState scan_head(std::string_view bytes, size_t& scanned);

// Takes one whole head, empty line included (RFC 9112). Both Content-Length and Transfer-Encoding, lengths that differ,
// codings other than chunked, folded lines, several Host headers: refused.
std::expected<RequestHead, Refusal> parse_request_head(std::string_view head);

}  // namespace strobe::net
