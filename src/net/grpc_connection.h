#pragma once

// Internal to this room: pulls in Asio and nghttp2.
#include <nghttp2/nghttp2.h>

#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/grpc_message.h"
#include "net/server_context.h"

namespace strobe::net {

// One call: a stream of HTTP/2.
struct GrpcCall {
  explicit GrpcCall(size_t message_bytes_max) : reader(message_bytes_max) {}

  // What was read of the head.
  std::string method, path, authority, content_type, encoding;
  size_t head_bytes = 0;
  // The message.
  GrpcMessageReader reader;
  size_t bytes_accounted = 0;
  // When the head and then the message have to be there, and the answer taken.
  TimePoint deadline = TimePoint::max();
  enum class Phase { head, receiving, handling, answering };
  Phase phase = Phase::head;
  bool client_is_done = false;  // it said that nothing more comes
  // The answer's message with its prefix.
  std::string out;
  size_t out_sent = 0;
};

// One client that speaks gRPC. nghttp2 does HTTP/2: frames, header compression, flow control, and the limits against
// those who abuse them; it sees bytes only. Nothing is read while something waits to be written, so that a client that
// does not read cannot make answers pile up. I/O thread only.
class GrpcConnection final : public AnyConnection, public std::enable_shared_from_this<GrpcConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  GrpcConnection(ServerContext& context, Socket socket, uint64_t id);
  ~GrpcConnection() override;
  // `received` is what was read of the connection so far: its first bytes.
  void start(std::string_view received);
  // The answer to a call; none when the handler dropped it. Ignored when that call is not waited for.
  void answer(int32_t stream, std::optional<GrpcAnswer> answer);

  void check_deadline(TimePoint now) override;
  void stop_when_idle() override;
  void close() override;
  std::optional<TimePoint> idle_since() const override;

 private:
  friend struct GrpcCallbacks;  // what nghttp2 calls

  // grpc_connection.cc: bytes.
  bool open_session();
  void take_in(std::string_view bytes);
  void flush();
  bool fill_output();
  void read_more();
  void on_readable();
  void linger();

  // grpc_calls.cc: calls. What nghttp2 reports while it takes bytes in.
  void begin_call(int32_t stream);
  bool take_header(int32_t stream, std::string_view name, std::string_view value);
  void head_is_complete(GrpcCall& call, int32_t stream);
  std::optional<GrpcAnswer> check_head(const GrpcCall& call);
  void take_data(int32_t stream, std::string_view bytes);
  void client_is_done(int32_t stream);
  void answer_was_sent(int32_t stream);
  void end_call(int32_t stream);

  std::optional<GrpcAnswer> check_message(const GrpcCall& call) const;
  void hand_over(GrpcCall& call, int32_t stream);
  void refuse(GrpcCall& call, int32_t stream, GrpcAnswer answer);
  void submit(GrpcCall& call, int32_t stream, const GrpcAnswer& answer);
  void give_up(GrpcCall& call, int32_t stream);
  void submit_bare(int32_t stream, std::string_view http_status);
  bool account(GrpcCall& call);
  void release(GrpcCall& call);
  GrpcCall* find(int32_t stream);

  ServerContext& context_;
  Socket socket_;
  const uint64_t id_;
  const std::string local_address_;
  nghttp2_session* session_ = nullptr;
  std::map<int32_t, GrpcCall> calls_;
  TimePoint idle_since_;  // when the last call ended

  enum class Phase { open, lingering, closed };
  Phase phase_ = Phase::open;
  bool is_taking_in_ = false;  // nghttp2 is at work below us: answers are queued and written afterwards
  bool is_reading_ = false;    // waits until there is something to read
  bool is_writing_ = false;
  TimePoint deadline_ = TimePoint::max();  // of the write, or of lingering
  std::string out_;
};

}  // namespace strobe::net
