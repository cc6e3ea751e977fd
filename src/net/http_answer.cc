#include <array>
#include <boost/asio/buffer.hpp>

#include "net/http_connection.h"

namespace strobe::net {
namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;

// How long a client may take to read our last answer and hang up.
constexpr int k_linger_seconds = 5;
constexpr auto k_linger_while_stopping = std::chrono::milliseconds(100);
// Those that are refused at the same moment shall not all come back at the same moment.
constexpr uint64_t k_retry_spread_seconds = 3;

std::string retry_after_seconds(uint64_t refusals) { return std::to_string(1 + refusals % k_retry_spread_seconds); }

}  // namespace

void ServerContext::enter(const std::shared_ptr<AnyConnection>& connection) {
  ++counters.connections;
  connections.insert(connection);
  connections_open = connections.size();
}

void ServerContext::leave(const std::shared_ptr<AnyConnection>& connection, asio::ip::tcp::socket& socket) {
  Error ignored;  // There is nobody left to tell.
  socket.close(ignored);
  connections.erase(connection);
  connections_open = connections.size();
  if (on_closed) on_closed();
}

Response ServerContext::error_response(int status, std::string_view message, std::string_view content_type) {
  std::shared_ptr<const HttpServer::ErrorBody> body;
  {
    MutexLock lock(error_body_mutex);
    body = error_body;
  }
  if (body != nullptr && *body) {
    try {
      Response response = (*body)(status, message, content_type);
      response.status = status;
      return response;
    } catch (const std::exception&) {
      // The plain line below says the same.
    }
  }
  Response response;
  response.status = status;
  response.body = std::string(message) + "\n";
  return response;
}

void Connection::refuse(const Refusal& refusal, Framing framing) {
  auto& counters = context_.counters;
  if (refusal.status == 413)
    ++counters.too_large;
  else if (refusal.status == 403)
    ++counters.forbidden_host;
  else if (refusal.status == 503)
    ++counters.overloads;
  else if (refusal.status != 408)
    ++counters.bad_requests;
  release_body();
  if (framing == Framing::lost) head_.keep_alive = false;
  Response response = context_.error_response(refusal.status, refusal.message, head_.content_type);
  if (refusal.status == 503) response.headers.emplace_back("Retry-After", retry_after_seconds(counters.overloads));
  send(std::move(response));
}

void Connection::send(Response response) {
  // A status that is none would make the line unreadable, and an informational one would not end the exchange.
  if (response.status < 200 || response.status > 599) response.status = 500;
  // Clients that ask for much and take little: their answers must not pile up here.
  const size_t sending = context_.sending_bytes;
  if (sending != 0 && sending + response.body.size() > context_.options.sending_bytes_max) {
    const std::string wait = retry_after_seconds(++context_.counters.overloads);
    response = context_.error_response(503, "too many answers wait for clients that do not read", head_.content_type);
    response.headers.emplace_back("Retry-After", wait);
  }
  after_ = head_.keep_alive && !context_.stopping ? AfterAnswer::keep : AfterAnswer::close;
  out_head_ = format_response_head(response, after_, std::time(nullptr));
  out_body_ = std::move(response.body);
  if (head_.method == "HEAD" || !status_has_body(response.status)) out_body_ = {};
  context_.sending_bytes += out_body_.size();
  write_some(0);
}

// Not asio::async_write, which hands the kernel 64 KiB at a time.
void Connection::write_some(size_t written) {
  // The timeout is for one step: a slow reader of a long answer is served as long as it reads.
  enter(Phase::writing, context_.options.idle_timeout_seconds);
  const size_t of_head = std::min(written, out_head_.size());
  const std::array buffers = {
      asio::const_buffer(out_head_.data() + of_head, out_head_.size() - of_head),
      asio::const_buffer(out_body_.data() + (written - of_head), out_body_.size() - (written - of_head)),
  };
  socket_.async_write_some(buffers, [self = shared_from_this(), written](Error error, size_t size) {
    if (self->phase_ != Phase::writing || error == asio::error::operation_aborted) return;
    if (error) return self->client_left();
    const size_t now_written = written + size;
    if (now_written < self->out_head_.size() + self->out_body_.size()) return self->write_some(now_written);
    self->finish_answer();
  });
}

void Connection::drop_answer() {
  context_.sending_bytes -= out_body_.size();
  out_body_ = {};
}

void Connection::finish_answer() {
  drop_answer();
  if (after_ == AfterAnswer::keep) return next_request();
  linger();
}

// Closing a socket with unread input makes the kernel send a reset, which can overtake the answer: a client in the
// middle of a too large body would see a broken connection instead of the 413. So its input is read over for a while.
void Connection::linger() {
  Error error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) return close();
  enter(Phase::lingering, k_linger_seconds);
  if (context_.stopping) deadline_ = std::chrono::steady_clock::now() + k_linger_while_stopping;
  in_ = {};
  discard_some();
}

void Connection::discard_some() {
  const auto room = in_.room();
  socket_.async_read_some(asio::buffer(room.data(), room.size()), [self = shared_from_this()](Error error, size_t) {
    if (self->phase_ != Phase::lingering || error == asio::error::operation_aborted) return;
    if (error) return self->close();
    self->discard_some();
  });
}

void Connection::check_deadline(TimePoint now) {
  if (now < deadline_ || phase_ == Phase::closed) return;
  switch (phase_) {
    case Phase::head:
    case Phase::body:
    case Phase::chunked_body: {
      ++context_.counters.timeouts;
      const bool in_head = phase_ == Phase::head;
      Error ignored;  // Fails only for a socket that is broken, which the write below will find.
      socket_.cancel(ignored);
      return refuse({408, in_head ? "request header took too long" : "request body took too long"}, Framing::lost);
    }
    case Phase::writing: ++context_.counters.timeouts; return close();
    case Phase::idle: ++context_.counters.idle_closed; return close();
    default: return close();
  }
}

void Connection::stop_when_idle() {
  if (phase_ == Phase::idle) return close();
  if (phase_ == Phase::lingering) {
    deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + k_linger_while_stopping);
  }
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  release_body();
  drop_answer();
  context_.leave(shared_from_this(), socket_);
}

std::optional<TimePoint> Connection::idle_since() const {
  return phase_ == Phase::idle ? std::optional(idle_since_) : std::nullopt;
}

}  // namespace strobe::net
