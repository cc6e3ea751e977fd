#pragma once

// Internal to this room: pulls in Asio.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <unordered_set>

#include "base/mutex.h"
#include "codec/inflate.h"
#include "net/buffers.h"
#include "net/chunked.h"
#include "net/host_check.h"
#include "net/http.h"
#include "net/request_head.h"
#include "net/response_head.h"

namespace strobe::net {

class Connection;

// The way from any thread to the I/O thread. Outlives the server in the hands of those who kept a Respond; after
// close() what is posted is dropped. Locks itself.
class Mailbox {
 public:
  explicit Mailbox(boost::asio::io_context& io) : io_(&io) {}
  template <typename Function>
  void post(Function function) {
    MutexLock lock(mutex_);
    if (io_ != nullptr) boost::asio::post(*io_, std::move(function));
  }
  bool on_io_thread() {
    MutexLock lock(mutex_);
    return io_ != nullptr && io_->get_executor().running_in_this_thread();
  }
  void close() {
    MutexLock lock(mutex_);
    io_ = nullptr;
  }

 private:
  Mutex mutex_;
  boost::asio::io_context* io_ STROBE_GUARDED_BY(mutex_);
};

// Counted on the I/O thread, read from any.
struct ServerCounters {
  std::atomic<uint64_t> connections = 0, connections_refused = 0, requests = 0, bad_requests = 0, too_large = 0,
                        forbidden_host = 0, timeouts = 0, overloads = 0;
};

// What the connections of one server share. Belongs to the I/O thread, but for what locks itself.
struct ServerContext {
  ServerContext(HttpServerOptions o, Handler h)
      : options(std::move(o)), handler(std::move(h)), hosts(options.host, options.allowed_hosts) {}

  const HttpServerOptions options;
  const Handler handler;
  const HostCheck hosts;
  std::shared_ptr<Mailbox> mailbox;
  ServerCounters counters;

  std::unordered_set<std::shared_ptr<Connection>> connections;
  bool stopping = false;
  size_t receiving_bytes = 0;  // in the body buffers of all connections
  // Called after a connection left `connections`.
  std::function<void()> on_closed;

  Response error_response(int status, std::string_view message, std::string_view content_type);

  Mutex error_body_mutex;
  std::shared_ptr<const HttpServer::ErrorBody> error_body STROBE_GUARDED_BY(error_body_mutex);
};

// One client. Reads a request, hands it over, writes the answer, then reads the next: answers are in order, and what
// a pipelining client sends ahead waits in the kernel's buffer, so that it cannot pile up here. I/O thread only.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using TimePoint = std::chrono::steady_clock::time_point;

  Connection(ServerContext& context, Socket socket);
  void start();
  // The answer to request `number`; none when the handler dropped it. Ignored when that request is not waited for.
  void answer(uint64_t number, std::optional<Response> response);
  // Gives up what takes too long.
  void check_deadline(TimePoint now);
  // The server stops: closes if nothing is under way, else after the answer.
  void stop_when_idle();
  void close();

 private:
  enum class Phase { idle, head, body, chunked_body, handling, writing, lingering, closed };
  bool is_reading() const { return phase_ <= Phase::chunked_body; }
  void enter(Phase phase, int timeout_seconds);

  // http_connection.cc: reading.
  void next_request();
  void continue_reading();
  void continue_head();
  void take_head(size_t head_bytes);
  std::optional<Refusal> check_head();
  void start_body();
  void invite_body();
  void continue_body();
  void continue_chunked_body();
  void read_input();
  void read_into_body(size_t left);
  // Keeps receiving_bytes right. False when that is too much.
  bool account_body();
  void release_body();
  void finish_body();
  void hand_over(std::string body);

  // http_answer.cc: writing.
  enum class Framing { intact, lost };
  void refuse(const Refusal& refusal, Framing framing);
  void send(Response response);
  void write_some(size_t written);
  void finish_answer();
  void linger();
  void discard_some();

  ServerContext& context_;
  Socket socket_;
  std::string local_address_;
  Phase phase_ = Phase::idle;
  TimePoint deadline_ = TimePoint::max();
  InputBuffer in_;

  // Of the request at hand.
  uint64_t number_ = 0;
  size_t scanned_ = 0;
  RequestHead head_;
  codec::ContentCoding coding_ = codec::ContentCoding::identity;
  ChunkedDecoder chunks_;
  BodyBuffer body_;
  size_t body_bytes_accounted_ = 0;
  bool in_handler_ = false;
  std::optional<Response> early_answer_;  // given while the handler was still running

  // Of the answer at hand.
  AfterAnswer after_ = AfterAnswer::keep;
  std::string out_head_;
  std::string out_body_;
};

}  // namespace strobe::net
