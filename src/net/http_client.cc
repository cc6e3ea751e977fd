#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>

#include "net/http.h"
#include "net/response_head.h"

namespace strobe::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using HttpRequest = http::request<http::string_body>;
using ResponseParser = http::response_parser<http::string_body>;

constexpr size_t k_read_buffer_bytes_max = size_t{1} << 20;

std::string bare_host(const std::string& host) {
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return brackets ? host.substr(1, host.size() - 2) : host;
}

std::string display_address(const ClientRequest& request) {
  const std::string host = bare_host(request.host);
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(request.port);
}

// A line break in any of these would let a caller's data become headers.
Result<void> check(const ClientRequest& request) {
  const auto is_word = [](std::string_view text) {
    return !text.empty() && is_header_text(text) && text.find_first_of(" \t") == std::string_view::npos;
  };
  bool clean = is_word(request.method) && is_word(request.target) && is_word(request.host) &&
               is_header_text(request.content_type);
  for (const auto& [name, value] : request.headers) {
    clean = clean && is_word(name) && name.find(':') == std::string::npos && is_header_text(value);
  }
  if (!clean) return fail(ErrorCode::invalid, "request contains characters that HTTP headers cannot carry");
  return {};
}

HttpRequest build(const ClientRequest& request) {
  HttpRequest out;
  out.version(11);
  out.method_string(request.method);
  out.target(request.target);
  out.set(http::field::host, display_address(request));
  out.set(http::field::connection, "close");
  if (!request.content_type.empty()) out.set(http::field::content_type, request.content_type);
  for (const auto& [name, value] : request.headers) out.set(name, value);
  out.body() = request.body;
  out.prepare_payload();
  return out;
}

ClientResponse take(ResponseParser& parser) {
  ClientResponse out;
  auto& message = parser.get();
  out.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    std::string name(field.name_string().data(), field.name_string().size());
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    out.headers[name] = std::string(field.value().data(), field.value().size());
  }
  out.content_type = out.headers["content-type"];
  if (out.content_type.empty()) out.headers.erase("content-type");
  out.body = std::move(message.body());
  return out;
}

// One exchange: its own event loop, run in the caller's thread until done or out of time.
class Exchange {
 public:
  explicit Exchange(const ClientRequest& request)
      : request_(request),
        deadline_(std::chrono::steady_clock::now() + std::chrono::milliseconds(request.timeout_ms)) {}

  Result<ClientResponse> run() {
    TRY_VOID(connect());
    HttpRequest message = build(request_);
    beast::error_code write_error;
    http::async_write(stream_, message, [&](beast::error_code error, size_t) { write_error = error; });
    TRY_VOID(finish("sending to"));
    // A server that refuses early hangs up on our writing; its answer says more than the broken pipe.
    ResponseParser parser;
    parser.body_limit(request_.response_bytes_max);
    parser.skip(request_.method == "HEAD");
    beast::flat_buffer buffer(k_read_buffer_bytes_max);
    beast::error_code read_error;
    http::async_read(stream_, buffer, parser, [&](beast::error_code error, size_t) { read_error = error; });
    TRY_VOID(finish("waiting for"));
    if (read_error == http::error::body_limit) {
      return fail(ErrorCode::too_large, "answer of " + display_address(request_) + " is too large");
    }
    if (read_error) {
      const auto& cause = write_error ? write_error : read_error;
      return fail(ErrorCode::io, "no answer from " + display_address(request_) + ": " + cause.message());
    }
    return take(parser);
  }

 private:
  Result<void> connect() {
    beast::error_code error;
    tcp::resolver resolver(io_);
    tcp::resolver::results_type found;
    resolver.async_resolve(bare_host(request_.host), std::to_string(request_.port),
                           [&](beast::error_code e, tcp::resolver::results_type results) {
                             error = e;
                             found = std::move(results);
                           });
    TRY_VOID(finish("looking up"));
    if (!error) {
      asio::async_connect(stream_.socket(), found, [&](beast::error_code e, const tcp::endpoint&) { error = e; });
      TRY_VOID(finish("connecting to"));
    }
    if (error) {
      return fail(ErrorCode::unavailable, "cannot connect to " + display_address(request_) + ": " + error.message());
    }
    stream_.socket().set_option(tcp::no_delay(true), error);
    return {};
  }

  // Runs what was started. When the time is over the handlers, which point into the caller's frame, are run out first.
  Result<void> finish(std::string_view what) {
    io_.restart();
    io_.run_until(deadline_);
    if (io_.stopped()) return {};
    beast::error_code ignored;
    stream_.socket().close(ignored);
    io_.run();
    return fail(ErrorCode::timeout, std::string(what) + " " + display_address(request_) + " took too long");
  }

  const ClientRequest& request_;
  const std::chrono::steady_clock::time_point deadline_;
  asio::io_context io_{1};
  beast::tcp_stream stream_{io_};
};

}  // namespace

Result<ClientResponse> http_request(const ClientRequest& request) {
  TRY_VOID(check(request));
  try {
    return Exchange(request).run();
  } catch (const std::exception& failure) {
    return fail(ErrorCode::io, "request to " + display_address(request) + ": " + failure.what());
  }
}

}  // namespace strobe::net
