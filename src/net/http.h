#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/grpc.h"

namespace strobe::net {

struct Request {
  std::string method;        // upper case
  std::string path;          // without the query, percent-decoding left to the handler
  std::string query;         // behind the '?'
  std::string content_type;  // media type only, lower case, without parameters
  std::string accept;
  std::string authorization;
  std::shared_ptr<const std::string> body;  // after content decoding
  uint64_t connection = 0;                  // which one it came over: a number that no other one has
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones: {"Retry-After", "1"}
};

// Sends the answer to one request. Callable once, from any thread, also after the client or the server has gone;
// further calls do nothing. When the last copy goes without a call the client gets a 500.
using Respond = std::function<void(Response)>;
// Called on the I/O thread; must not block. May keep `respond` and answer later: the next request of that connection
// waits until then. An exception out of it is a 500.
using Handler = std::function<void(Request, Respond)>;

struct Listen {
  std::string host;
  uint16_t port = 0;
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;                         // 0: the kernel chooses
  size_t body_bytes_max = size_t{64} << 20;  // after content decoding; 413 beyond
  size_t header_bytes_max = size_t{64} << 10;
  // Of all bodies that are arriving at once. One may be as large as what is then still free: alone half of this, so
  // that there is room for others beside those that never end. 503 beyond.
  size_t receiving_bytes_max = size_t{128} << 20;
  size_t sending_bytes_max =
      size_t{64} << 20;           // of all answers that clients have not taken yet (one may be larger); 503
  size_t connections_max = 1024;  // beyond, that which has been idle longest is closed, or the new one refused
  // 0: no timeout.
  int idle_timeout_seconds = 75;    // between requests, and for a client that does not read its answer
  int header_timeout_seconds = 10;  // from the first byte of a request to the end of its headers
  int body_timeout_seconds = 60;
  // gRPC, for a server that has a handler for it: taken on the address above, where the first bytes tell it from
  // HTTP/1.1, and on this one, which answers nothing else. The limits above hold for both; bodies and connections are
  // counted together.
  std::optional<Listen> grpc_listen = std::nullopt;
  size_t grpc_calls_max = 4096;  // open at once; one connection has at most as many as are free; UNAVAILABLE beyond
  int grpc_idle_timeout_seconds = 600;  // clients keep a connection between exports that are a minute apart
  // Host header names that are answered; others get 403 (DNS rebinding). Loopback names and addresses, the listening
  // address and the address the client connected to are always allowed; "*" allows all.
  std::vector<std::string> allowed_hosts;
};

// Counters since start, for /metrics and tests.
struct HttpServerStats {
  // `idle_closed`: connections that said nothing for too long, or for longest when there were too many. `cut_off`:
  // requests that their clients left in the middle.
  uint64_t connections = 0, connections_refused = 0, requests = 0, bad_requests = 0, too_large = 0, forbidden_host = 0,
           timeouts = 0, overloads = 0, idle_closed = 0, cut_off = 0;
  // `connections` counts those that speak gRPC too. Calls that reached the handler, and those refused before it.
  uint64_t grpc_connections = 0, grpc_calls = 0, grpc_bad_calls = 0, grpc_too_large = 0, grpc_forbidden_host = 0,
           grpc_timeouts = 0, grpc_overloads = 0, grpc_cut_off = 0;
  // Now.
  uint64_t connections_open = 0, grpc_calls_open = 0, receiving_bytes = 0, sending_bytes = 0;
};

// Content codings gzip, deflate (zlib and raw), zstd and identity are undone before the handler sees the request (415
// for others). HTTP/1.1 keep-alive, pipelining (answers in order), chunked bodies, Expect: 100-continue, HEAD. gRPC:
// unary calls over HTTP/2 without TLS; gzip, deflate, zstd and identity (UNIMPLEMENTED for others), undone up to
// `body_bytes_max`.
class HttpServer {
 public:
  // Binds at once. Errors: conflict ("127.0.0.1:4318 is in use"), io, invalid (bad host).
  static Result<std::unique_ptr<HttpServer>> listen(HttpServerOptions options, Handler handler,
                                                    GrpcHandler grpc_handler = {});
  virtual ~HttpServer() = default;

  virtual uint16_t port() const = 0;
  virtual uint16_t grpc_port() const = 0;  // of `grpc_listen`; 0 without it
  virtual HttpServerStats stats() const = 0;
  // Stops accepting, lets answers that are under way finish for at most `grace_ms`, joins the thread. Idempotent.
  virtual void stop(int grace_ms) = 0;
  // How an error body looks is the product's business: {status, message} -> body and content type, given the request's
  // content type. The default is one line of text.
  using ErrorBody = std::function<Response(int status, std::string_view message, std::string_view content_type)>;
  virtual void set_error_body(ErrorBody error_body) = 0;
};

struct ClientRequest {
  std::string method = "GET";
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  std::string target = "/";
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int timeout_ms = 10'000;  // for the whole exchange; looking up a name may take longer, as the system does that
  size_t response_bytes_max = size_t{256} << 20;  // of the answer's body
};

struct ClientResponse {
  int status = 0;
  std::string content_type;
  std::map<std::string, std::string> headers;  // lower-case names
  std::string body;
};

// One blocking request over a fresh connection. Errors: unavailable (cannot connect), timeout, io,
// too_large (the answer), invalid (line breaks in headers).
Result<ClientResponse> http_request(const ClientRequest& request);

// "127.0.0.1:4318", ":4318", "localhost:0", "[::1]:4318", "4318" -> host and port. Without a host it is
// 127.0.0.1: what listens on all addresses has to be asked for by name ("0.0.0.0:4318"). Errors: invalid.
Result<std::pair<std::string, uint16_t>> parse_address(std::string_view address);
// The other way round, with brackets where they are needed.
std::string format_address(const std::string& host, uint16_t port);

}  // namespace strobe::net
