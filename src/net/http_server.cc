#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "base/assert.h"
#include "net/http_connection.h"

namespace strobe::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using SystemError = boost::system::error_code;

// Deadlines are looked at this often, for all connections at once: cheaper than a timer for each of them.
constexpr auto k_sweep_interval = std::chrono::milliseconds(250);
constexpr auto k_sweep_interval_while_stopping = std::chrono::milliseconds(20);
// Out of file descriptors or memory: accepting again at once would only spin.
constexpr auto k_accept_pause = std::chrono::milliseconds(100);
// A connection that has just come is not idle: its request is on the way.
constexpr auto k_idle_at_least = std::chrono::seconds(1);
constexpr std::string_view k_refusal =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";

// Children that the process starts must not hold our connections open. Asio does not ask for this.
void close_on_exec(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

Result<tcp::endpoint> resolve(asio::io_context& io, const Listen& where) {
  SystemError error;
  const auto address = asio::ip::make_address(where.host, error);
  if (!error) return tcp::endpoint(address, where.port);
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(where.host, "", tcp::resolver::passive, error);
  if (error || found.empty()) {
    return fail(ErrorCode::invalid, "cannot listen on \"" + where.host + "\": not an address of this machine");
  }
  // "localhost" is both; most clients are told 127.0.0.1.
  for (const auto& entry : found) {
    if (entry.endpoint().address().is_v4()) return tcp::endpoint(entry.endpoint().address(), where.port);
  }
  return tcp::endpoint(found.begin()->endpoint().address(), where.port);
}

// Gives the port that the kernel chose, or the one asked for.
Result<uint16_t> bind(tcp::acceptor& acceptor, const Listen& where, const tcp::endpoint& endpoint) {
  SystemError error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) {
    close_on_exec(acceptor.native_handle());
    // Restarting must not wait for old connections to time out; it does not let two servers share a port on Linux.
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) {
    const uint16_t port = acceptor.local_endpoint(error).port();
    if (!error) return port;
  }
  const std::string shown = format_address(where.host, where.port);
  if (error == asio::error::address_in_use) return fail(ErrorCode::conflict, shown + " is in use");
  const bool foreign = error == boost::system::errc::address_not_available;
  return fail(foreign ? ErrorCode::invalid : ErrorCode::io, "cannot listen on " + shown + ": " + error.message());
}

class Server final : public HttpServer {
 public:
  Server(HttpServerOptions options, Handler handler, GrpcHandler grpc_handler)
      : context_(std::move(options), std::move(handler), std::move(grpc_handler)) {
    context_.mailbox = mailbox_;
    context_.on_closed = [this] { finish_if_stopped(); };
  }
  ~Server() override {
    stop(0);
    // Whoever still has something queued for a connection loses it here, before the members it refers to.
    context_.connections.clear();
  }

  Result<void> start();
  uint16_t port() const override { return http_.port; }
  uint16_t grpc_port() const override { return grpc_.port; }
  HttpServerStats stats() const override;
  void stop(int grace_ms) override;
  void set_error_body(ErrorBody error_body) override {
    auto shared = std::make_shared<const ErrorBody>(std::move(error_body));
    MutexLock lock(context_.error_body_mutex);
    context_.error_body = std::move(shared);
  }

 private:
  // One address listened on. `port` is constant after start(), the rest belongs to the I/O thread.
  struct Door {
    Door(asio::io_context& io, Entrance e) : entrance(e), acceptor(io), pause(io) {}
    const Entrance entrance;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    uint16_t port = 0;
  };

  Result<void> open(Door& door, const Listen& where);
  void run();
  void accept(Door& door);
  void welcome(tcp::socket socket, Entrance entrance);
  bool close_idlest();
  void schedule_sweep();
  void sweep();
  void begin_stop();
  void finish_if_stopped();

  // I/O thread only, once it runs. Declared so that connections go before the sockets' io_context.
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  Door http_{io_, Entrance::http};
  Door grpc_{io_, Entrance::grpc};
  asio::steady_timer sweep_timer_{io_};
  bool sweeping_ = false;
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>(io_);
  ServerContext context_;

  std::thread thread_;  // constant after start()

  Mutex stop_mutex_;  // held for the whole of stop(): a second caller waits for the first
  Mutex done_mutex_;
  ConditionVariable done_changed_;
  bool done_ STROBE_GUARDED_BY(done_mutex_) = false;
};

Result<void> Server::open(Door& door, const Listen& where) {
  const auto endpoint = TRY(resolve(io_, where));
  door.port = TRY(bind(door.acceptor, where, endpoint));
  accept(door);
  return {};
}

Result<void> Server::start() {
  const HttpServerOptions& options = context_.options;
  TRY_VOID(open(http_, {options.host, options.port}));
  if (options.grpc_listen && context_.grpc_handler) TRY_VOID(open(grpc_, *options.grpc_listen));
  // Signals are for the threads of the program, which know what they mean. But a profiler has to reach every thread.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigdelset(&all, SIGPROF);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& failure) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return fail(ErrorCode::io, std::string("cannot start the HTTP thread: ") + failure.what());
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return {};
}

void Server::run() {
  pthread_setname_np(pthread_self(), "strobe-http");
  for (;;) {
    try {
      io_.run();
      break;
    } catch (const std::bad_alloc&) {
      // The connection that wanted too much has no operation under way any more; its deadline closes it.
      ++context_.counters.bad_requests;
    }
  }
  MutexLock lock(done_mutex_);
  done_ = true;
  done_changed_.notify_all();
}

void Server::accept(Door& door) {
  door.acceptor.async_accept([this, &door](SystemError error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !door.acceptor.is_open()) return;
    if (!error) {
      welcome(std::move(socket), door.entrance);
      return accept(door);
    }
    door.pause.expires_after(k_accept_pause);
    door.pause.async_wait([this, &door](SystemError cancelled) {
      if (!cancelled && door.acceptor.is_open()) accept(door);
    });
  });
}

// The connection that has had nothing to say for longest makes room for one that may have. False: none is idle.
bool Server::close_idlest() {
  std::shared_ptr<AnyConnection> idlest;
  TimePoint since = std::chrono::steady_clock::now() - k_idle_at_least;
  for (const auto& connection : context_.connections) {
    const auto idle_since = connection->idle_since();
    if (!idle_since || *idle_since > since) continue;
    since = *idle_since;
    idlest = connection;
  }
  if (idlest == nullptr) return false;
  ++context_.counters.idle_closed;
  idlest->close();
  return true;
}

void Server::welcome(tcp::socket socket, Entrance entrance) {
  close_on_exec(socket.native_handle());
  if (context_.connections.size() >= context_.options.connections_max && !close_idlest()) {
    ++context_.counters.connections_refused;
    SystemError ignored;  // A courtesy; the count says what happened.
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(k_refusal), ignored);
    return;
  }
  const auto connection =
      std::make_shared<Connection>(context_, std::move(socket), entrance, ++context_.connection_number);
  context_.enter(connection);
  connection->start();
  if (!sweeping_) schedule_sweep();
}

void Server::schedule_sweep() {
  sweeping_ = true;
  sweep_timer_.expires_after(context_.stopping ? k_sweep_interval_while_stopping : k_sweep_interval);
  sweep_timer_.async_wait([this](SystemError) { sweep(); });
}

void Server::sweep() {
  sweeping_ = false;
  const auto now = std::chrono::steady_clock::now();
  // A copy: connections leave the set while it is walked.
  const std::vector<std::shared_ptr<AnyConnection>> all(context_.connections.begin(), context_.connections.end());
  for (const auto& connection : all) connection->check_deadline(now);
  if (!context_.connections.empty() && !sweeping_) schedule_sweep();
}

HttpServerStats Server::stats() const {
  const ServerCounters& c = context_.counters;
  HttpServerStats out;
  out.connections = c.connections;
  out.connections_refused = c.connections_refused;
  out.requests = c.requests;
  out.bad_requests = c.bad_requests;
  out.too_large = c.too_large;
  out.forbidden_host = c.forbidden_host;
  out.timeouts = c.timeouts;
  out.overloads = c.overloads;
  out.idle_closed = c.idle_closed;
  out.cut_off = c.cut_off;
  out.grpc_connections = c.grpc_connections;
  out.grpc_calls = c.grpc_calls;
  out.grpc_bad_calls = c.grpc_bad_calls;
  out.grpc_too_large = c.grpc_too_large;
  out.grpc_forbidden_host = c.grpc_forbidden_host;
  out.grpc_timeouts = c.grpc_timeouts;
  out.grpc_overloads = c.grpc_overloads;
  out.grpc_cut_off = c.grpc_cut_off;
  out.connections_open = context_.connections_open;
  out.grpc_calls_open = context_.grpc_calls_open;
  out.receiving_bytes = context_.receiving_bytes;
  out.sending_bytes = context_.sending_bytes;
  return out;
}

void Server::begin_stop() {
  context_.stopping = true;
  SystemError ignored;  // A listening socket that cannot be closed is not listening.
  for (Door* door : {&http_, &grpc_}) {
    door->acceptor.close(ignored);
    door->pause.cancel();
  }
  const std::vector<std::shared_ptr<AnyConnection>> all(context_.connections.begin(), context_.connections.end());
  for (const auto& connection : all) connection->stop_when_idle();
  sweep_timer_.cancel();  // It comes back at the shorter interval.
  finish_if_stopped();
}

void Server::finish_if_stopped() {
  if (!context_.stopping || !context_.connections.empty()) return;
  sweep_timer_.cancel();
  work_.reset();
}

void Server::stop(int grace_ms) {
  MutexLock stopping(stop_mutex_);
  if (!thread_.joinable()) return;
  STROBE_ASSERT(thread_.get_id() != std::this_thread::get_id());  // It would wait for itself.
  asio::post(io_, [this] { begin_stop(); });
  {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(std::max(0, grace_ms));
    MutexLock lock(done_mutex_);
    while (!done_ && done_changed_.wait_until(done_mutex_, deadline)) {
    }
  }
  asio::post(io_, [this] {
    const std::vector<std::shared_ptr<AnyConnection>> all(context_.connections.begin(), context_.connections.end());
    for (const auto& connection : all) connection->close();
  });
  thread_.join();
  mailbox_->close();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(HttpServerOptions options, Handler handler,
                                                       GrpcHandler grpc_handler) {
  try {
    auto server = std::make_unique<Server>(std::move(options), std::move(handler), std::move(grpc_handler));
    TRY_VOID(server->start());
    return std::unique_ptr<HttpServer>(std::move(server));
  } catch (const std::exception& failure) {
    return fail(ErrorCode::io, std::string("cannot start the HTTP server: ") + failure.what());
  }
}

}  // namespace strobe::net
