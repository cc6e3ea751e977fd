#include "net/grpc_connection.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace strobe::net {

namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;

constexpr uint32_t k_calls_per_connection_max = 128;
// How much a client may send ahead of us, per call and per connection. Bodies are taken from the socket at once, so
// this bounds nothing but what is on its way; the limits on bodies are ours.
constexpr uint32_t k_window_bytes = uint32_t{1} << 20;
constexpr int32_t k_connection_window_bytes = int32_t{8} << 20;
constexpr size_t k_scratch_bytes = size_t{256} << 10;
// Output is asked of nghttp2 up to about this much at a time.
constexpr size_t k_out_bytes = size_t{64} << 10;
// Reads of one connection before others get their turn.
constexpr int k_reads_at_once = 4;
constexpr auto k_linger = std::chrono::seconds(5);
constexpr auto k_linger_while_stopping = std::chrono::milliseconds(100);

TimePoint now() { return std::chrono::steady_clock::now(); }

}  // namespace

// What nghttp2 calls while it takes bytes in. It is C: no exception may pass through it, and out of memory is the only
// one there is.
struct GrpcCallbacks {
  template <typename Function>
  static int guarded(void* user, Function function) {
    try {
      return function(*static_cast<GrpcConnection*>(user));
    } catch (const std::exception&) {
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded(user, [&](GrpcConnection& connection) {
      if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) connection.begin_call(frame->hd.stream_id);
      return 0;
    });
  }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                       const uint8_t* value, size_t value_size, uint8_t, void* user) {
    return guarded(user, [&](GrpcConnection& connection) -> int {
      const std::string_view name_text(reinterpret_cast<const char*>(name), name_size);
      const std::string_view value_text(reinterpret_cast<const char*>(value), value_size);
      const bool fits = connection.take_header(frame->hd.stream_id, name_text, value_text);
      return fits ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream
    });
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded(user, [&](GrpcConnection& connection) {
      const int32_t stream = frame->hd.stream_id;
      const bool is_head = frame->hd.type == NGHTTP2_HEADERS;
      if (!is_head && frame->hd.type != NGHTTP2_DATA) return 0;
      GrpcCall* call = connection.find(stream);
      if (call == nullptr) return 0;
      call->client_is_done = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
      if (is_head && frame->headers.cat == NGHTTP2_HCAT_REQUEST) connection.head_is_complete(*call, stream);
      if (call->client_is_done) connection.client_is_done(stream);
      return 0;
    });
  }
  static int on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes, size_t size, void* user) {
    return guarded(user, [&](GrpcConnection& connection) {
      connection.take_data(stream, std::string_view(reinterpret_cast<const char*>(bytes), size));
      return 0;
    });
  }
  static int on_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded(user, [&](GrpcConnection& connection) {
      const bool is_last = frame->hd.type == NGHTTP2_HEADERS && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
      if (is_last) connection.answer_was_sent(frame->hd.stream_id);
      return 0;
    });
  }
  static int on_stream_close(nghttp2_session*, int32_t stream, uint32_t, void* user) {
    return guarded(user, [&](GrpcConnection& connection) {
      connection.end_call(stream);
      return 0;
    });
  }
};

GrpcConnection::GrpcConnection(ServerContext& context, Socket socket, uint64_t id)
    : context_(context),
      socket_(std::move(socket)),
      id_(id),
      local_address_(local_address_text(socket_)),
      idle_since_(now()) {}

GrpcConnection::~GrpcConnection() { nghttp2_session_del(session_); }

bool GrpcConnection::open_session() {
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) return false;
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, GrpcCallbacks::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, GrpcCallbacks::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, GrpcCallbacks::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, GrpcCallbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, GrpcCallbacks::on_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, GrpcCallbacks::on_stream_close);
  nghttp2_option* option = nullptr;
  int failed = nghttp2_option_new(&option);
  if (failed == 0) {
    nghttp2_option_set_no_closed_streams(option, 1);  // they are of use to priorities only
    failed = nghttp2_session_server_new2(&session_, callbacks, this, option);
    nghttp2_option_del(option);
  }
  nghttp2_session_callbacks_del(callbacks);
  if (failed != 0) return false;
  const std::array settings = {
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, k_calls_per_connection_max},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, k_window_bytes},
      // Frames are not collected: their bytes are handed on as they come.
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_FRAME_SIZE, k_scratch_bytes},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                             static_cast<uint32_t>(context_.options.header_bytes_max)},
  };
  return nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) == 0 &&
         nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, k_connection_window_bytes) == 0;
}

void GrpcConnection::start(std::string_view received) {
  Error error;
  socket_.non_blocking(true, error);
  if (error || !open_session()) return close();
  if (context_.scratch.empty()) context_.scratch.resize(k_scratch_bytes);
  take_in(received);
  flush();
}

void GrpcConnection::take_in(std::string_view bytes) {
  is_taking_in_ = true;
  const ssize_t taken =
      nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  is_taking_in_ = false;
  // What is wrong with a frame nghttp2 answers by itself; this is no HTTP/2, a flood, or no memory.
  if (taken < 0) {
    ++context_.counters.grpc_bad_calls;
    close();
  }
}

// Whether there is something to write now.
bool GrpcConnection::fill_output() {
  out_.clear();
  while (out_.size() < k_out_bytes) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) {
      close();
      return false;
    }
    if (size == 0) break;
    out_.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  }
  return !out_.empty();
}

void GrpcConnection::flush() {
  if (phase_ != Phase::open || is_writing_ || is_taking_in_) return;
  is_taking_in_ = true;  // an answer that comes while nghttp2 is asked for output waits for the next round
  const bool has_output = fill_output();
  is_taking_in_ = false;
  if (phase_ != Phase::open) return;
  if (!has_output) {
    const bool is_over = nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
    if (is_over || (context_.stopping && calls_.empty())) return linger();
    return read_more();
  }
  is_writing_ = true;
  const int timeout_seconds = context_.options.idle_timeout_seconds;
  deadline_ = timeout_seconds == 0 ? TimePoint::max() : now() + std::chrono::seconds(timeout_seconds);
  asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](Error error, size_t) {
    self->is_writing_ = false;
    self->deadline_ = TimePoint::max();
    if (self->phase_ != Phase::open) return;
    if (error) return self->close();
    self->flush();
  });
}

void GrpcConnection::read_more() {
  if (is_reading_ || phase_ == Phase::closed) return;
  is_reading_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](Error error) {
    self->is_reading_ = false;
    if (self->phase_ == Phase::closed) return;
    if (error) return self->close();
    if (!self->is_writing_) self->on_readable();
  });
}

void GrpcConnection::on_readable() {
  for (int i = 0; i < k_reads_at_once && phase_ != Phase::closed; ++i) {
    Error error;
    const size_t size = socket_.read_some(asio::buffer(context_.scratch), error);
    if (error == asio::error::would_block) break;
    if (error) return close();
    if (phase_ == Phase::lingering) continue;
    take_in(std::string_view(context_.scratch.data(), size));
  }
  if (phase_ == Phase::lingering) return read_more();
  flush();
}

// As for HTTP/1.1: closing with unread input would send a reset, which can overtake the last answer.
void GrpcConnection::linger() {
  phase_ = Phase::lingering;
  Error error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) return close();
  deadline_ = now() + (context_.stopping ? std::chrono::milliseconds(k_linger_while_stopping) : k_linger);
  read_more();
}

void GrpcConnection::check_deadline(TimePoint now) {
  if (phase_ == Phase::closed) return;
  if (now >= deadline_) {
    if (is_writing_) ++context_.counters.grpc_timeouts;
    return close();
  }
  if (phase_ == Phase::lingering) return;
  for (auto& [stream, call] : calls_) {
    if (now < call.deadline) continue;
    ++context_.counters.grpc_timeouts;
    // Nothing else may be said on a connection while a head is under way.
    if (call.phase == GrpcCall::Phase::head) return close();
    give_up(call, stream);
  }
  const int idle_seconds = context_.options.grpc_idle_timeout_seconds;
  if (calls_.empty() && idle_seconds != 0 && now >= idle_since_ + std::chrono::seconds(idle_seconds)) {
    ++context_.counters.idle_closed;
    if (nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR) != 0) return close();
  }
  flush();
}

void GrpcConnection::stop_when_idle() {
  if (phase_ == Phase::lingering) {
    deadline_ = std::min(deadline_, now() + k_linger_while_stopping);
    return;
  }
  if (phase_ == Phase::closed) return;
  // Calls that come from now on were never seen: clients send them again elsewhere.
  const int32_t last = nghttp2_session_get_last_proc_stream_id(session_);
  if (nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0) != 0) return close();
  flush();
}

void GrpcConnection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  for (auto& [stream, call] : calls_) {
    if (call.phase <= GrpcCall::Phase::handling && !context_.stopping) ++context_.counters.grpc_cut_off;
    release(call);
  }
  context_.grpc_calls_open -= calls_.size();
  // The calls themselves go with the connection: nghttp2 may be in the middle of one.
  context_.leave(shared_from_this(), socket_);
}

std::optional<TimePoint> GrpcConnection::idle_since() const {
  return phase_ == Phase::open && calls_.empty() ? std::optional(idle_since_) : std::nullopt;
}

}  // namespace strobe::net
