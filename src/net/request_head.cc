#include "net/request_head.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <limits>

namespace strobe::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;
using Fields = http::request<http::empty_body>;

std::unexpected<Refusal> refuse(int status, std::string message) {
  return std::unexpected(Refusal{status, std::move(message)});
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// "Application/JSON; charset=utf-8" -> "application/json".
std::string media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  const size_t last = value.find_last_not_of(" \t");
  return last == std::string_view::npos ? std::string() : lower(value.substr(0, last + 1));
}

std::string_view field(const Fields& fields, http::field name) {
  const auto value = fields[name];
  return {value.data(), value.size()};
}

// Splits the request target. An absolute one (RFC 9112 section 3.2.2) names the host, whatever the Host header says.
bool split_target(std::string_view target, RequestHead& head) {
  constexpr std::string_view k_scheme = "http://";
  if (lower(target.substr(0, k_scheme.size())) == k_scheme) {
    target.remove_prefix(k_scheme.size());
    const size_t end = std::min(target.find_first_of("/?"), target.size());
    head.host = target.substr(0, end);
    target.remove_prefix(end);
    if (head.host.empty()) return false;
    if (target.empty() || target.front() == '?') {
      head.path = "/";
      head.query = target.empty() ? target : target.substr(1);
      return true;
    }
  } else if (target == "*" && head.method == "OPTIONS") {
    head.path = "*";
    return true;
  }
  if (target.empty() || target.front() != '/') return false;
  const size_t question = target.find('?');
  head.path = target.substr(0, question);
  if (question != std::string_view::npos) head.query = target.substr(question + 1);
  return true;
}

std::expected<void, Refusal> take_framing(const Fields& fields, const Parser& parser, RequestHead& head) {
  const size_t lengths = fields.count(http::field::content_length);
  const size_t codings = fields.count(http::field::transfer_encoding);
  if (lengths != 0 && codings != 0) return refuse(400, "both Content-Length and Transfer-Encoding");
  if (lengths > 1 || codings > 1) return refuse(400, "repeated body framing header");
  if (codings != 0) {
    if (head.http_1_0) return refuse(400, "Transfer-Encoding in HTTP/1.0");
    if (lower(field(fields, http::field::transfer_encoding)) != "chunked") {
      return refuse(501, "only the transfer coding chunked is understood");
    }
    head.chunked = true;
  }
  if (lengths != 0) {
    const auto length = parser.content_length();
    // A list of equal numbers is read as one by some and not by others (RFC 9110 section 8.6 leaves the choice).
    const std::string_view text = field(fields, http::field::content_length);
    const bool is_number = text.find_first_not_of("0123456789") == std::string_view::npos;
    if (!length || !is_number) return refuse(400, "bad Content-Length");
    head.content_length = *length;
  }
  return {};
}

std::expected<void, Refusal> take_expectation(const Fields& fields, RequestHead& head) {
  const std::string expectation = lower(field(fields, http::field::expect));
  if (expectation.empty()) return {};
  if (expectation != "100-continue") return refuse(417, "only the expectation 100-continue is understood");
  head.expects_continue = !head.http_1_0;
  return {};
}

bool is_token(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::expected<RequestHead, Refusal> take_head(const Parser& parser) {
  const Fields& fields = parser.get();
  RequestHead head;
  head.method = std::string_view(fields.method_string().data(), fields.method_string().size());
  head.http_1_0 = fields.version() == 10;
  head.keep_alive = parser.keep_alive();
  const size_t hosts = fields.count(http::field::host);
  if (hosts > 1) return refuse(400, "several Host headers");
  if (hosts == 0 && !head.http_1_0) return refuse(400, "no Host header");
  head.host = field(fields, http::field::host);
  if (!split_target({fields.target().data(), fields.target().size()}, head)) return refuse(400, "bad request target");
  if (auto framing = take_framing(fields, parser, head); !framing) return std::unexpected(framing.error());
  if (auto expectation = take_expectation(fields, head); !expectation) return std::unexpected(expectation.error());
  head.content_type = media_type(field(fields, http::field::content_type));
  // Several header lines of one name are one list (RFC 9110 section 5.3); looking at the first only would let the
  // second coding through unseen.
  for (auto [at, end] = fields.equal_range(http::field::content_encoding); at != end; ++at) {
    if (!head.content_encoding.empty()) head.content_encoding += ',';
    head.content_encoding += lower({at->value().data(), at->value().size()});
  }
  head.accept = field(fields, http::field::accept);
  head.authorization = field(fields, http::field::authorization);
  return head;
}

}  // namespace

HeadState scan_head(std::string_view bytes, size_t& scanned) {
  // A TLS greeting or a binary protocol shows in its first byte; waiting for an empty line would take until the
  // timeout.
  if (scanned == 0 && !bytes.empty() && !is_token(bytes.front())) return HeadState::malformed;
  for (;;) {
    const size_t at = bytes.find('\n', scanned);
    if (at == std::string_view::npos) {
      scanned = bytes.size();
      return HeadState::incomplete;
    }
    if (at == 0 || bytes[at - 1] != '\r') return HeadState::malformed;
    scanned = at + 1;
    if (at >= 3 && bytes.substr(at - 3, 4) == "\r\n\r\n") return HeadState::complete;
  }
}

std::expected<RequestHead, Refusal> parse_request_head(std::string_view head) {
  if (head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos) {
    return refuse(400, "folded header line");
  }
  try {
    Parser parser;
    parser.header_limit(std::numeric_limits<uint32_t>::max());
    parser.body_limit(boost::none);
    beast::error_code error;
    parser.put(boost::asio::buffer(head.data(), head.size()), error);
    if (error && error != http::error::need_more) return refuse(400, error.message());
    if (!parser.is_header_done()) return refuse(400, "incomplete request head");
    return take_head(parser);
  } catch (const std::exception& failure) {
    return refuse(400, failure.what());
  }
}

}  // namespace strobe::net
