#pragma once

// Internal to this room: pulls in Asio. What the connections of one server share, whichever protocol they speak.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "net/host_check.h"
#include "net/http.h"

namespace strobe::net {

using TimePoint = std::chrono::steady_clock::time_point;

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
                        forbidden_host = 0, timeouts = 0, overloads = 0, idle_closed = 0, cut_off = 0;
  std::atomic<uint64_t> grpc_connections = 0, grpc_calls = 0, grpc_bad_calls = 0, grpc_too_large = 0,
                        grpc_forbidden_host = 0, grpc_timeouts = 0, grpc_overloads = 0, grpc_cut_off = 0;
};

// One client, as the server sees it. I/O thread only.
class AnyConnection {
 public:
  virtual ~AnyConnection() = default;
  // Gives up what takes too long.
  virtual void check_deadline(TimePoint now) = 0;
  // The server stops: closes if nothing is under way, else after the answer.
  virtual void stop_when_idle() = 0;
  virtual void close() = 0;
  // Since when nothing is under way; nothing: something is.
  virtual std::optional<TimePoint> idle_since() const = 0;
};

// Belongs to the I/O thread, but for what locks itself.
struct ServerContext {
  ServerContext(HttpServerOptions o, Handler h, GrpcHandler g)
      : options(std::move(o)),
        handler(std::move(h)),
        grpc_handler(std::move(g)),
        hosts(options.host, options.allowed_hosts) {}

  const HttpServerOptions options;
  const Handler handler;
  const GrpcHandler grpc_handler;  // empty: HTTP/1.1 only
  const HostCheck hosts;
  std::shared_ptr<Mailbox> mailbox;
  ServerCounters counters;

  std::unordered_set<std::shared_ptr<AnyConnection>> connections;
  bool stopping = false;
  uint64_t connection_number = 0;  // of the newest one
  // Written by the I/O thread, read by any. In the body buffers of all connections, in answers not taken yet, calls.
  std::atomic<size_t> receiving_bytes = 0, sending_bytes = 0, grpc_calls_open = 0, connections_open = 0;
  // Whether `own` of receiving_bytes are not too many for one connection.
  bool may_receive(size_t own) const {
    const size_t all = receiving_bytes;
    return all <= options.receiving_bytes_max && own <= options.receiving_bytes_max - all;
  }
  // Where bytes of HTTP/2 connections are read to before they are looked at: one for all, since one is read at a time.
  std::vector<char> scratch;
  // Called after a connection left `connections`.
  std::function<void()> on_closed;

  void enter(const std::shared_ptr<AnyConnection>& connection);
  // Closes its socket and forgets it.
  void leave(const std::shared_ptr<AnyConnection>& connection, boost::asio::ip::tcp::socket& socket);

  Response error_response(int status, std::string_view message, std::string_view content_type);

  Mutex error_body_mutex;
  std::shared_ptr<const HttpServer::ErrorBody> error_body STROBE_GUARDED_BY(error_body_mutex);
};

// One answer owed for one request; whoever holds the last copy and lets it go without answering owes an error.
// `Connection` has answer(Number, std::optional<Answer>), called on the I/O thread.
template <typename Connection, typename Number, typename Answer>
class AnswerSlot {
 public:
  AnswerSlot(std::shared_ptr<Mailbox> mailbox, std::weak_ptr<Connection> connection, Number number)
      : mailbox_(std::move(mailbox)), connection_(std::move(connection)), number_(number) {}
  AnswerSlot(const AnswerSlot&) = delete;
  AnswerSlot& operator=(const AnswerSlot&) = delete;
  ~AnswerSlot() { deliver(std::nullopt); }
  void deliver(std::optional<Answer> answer) {
    if (delivered_.exchange(true)) return;
    if (mailbox_->on_io_thread()) {
      if (const auto connection = connection_.lock()) connection->answer(number_, std::move(answer));
      return;
    }
    // The connection is looked up on its own thread only, so that its last owner is never another one.
    mailbox_->post([connection = connection_, number = number_, given = std::move(answer)]() mutable {
      if (const auto alive = connection.lock()) alive->answer(number, std::move(given));
    });
  }

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  const std::weak_ptr<Connection> connection_;
  const Number number_;
  std::atomic<bool> delivered_ = false;
};

// The address the client connected to, as text; empty when the kernel does not tell.
std::string local_address_text(const boost::asio::ip::tcp::socket& socket);

}  // namespace strobe::net
