#pragma once

// Internal to this room: pulls in Asio.
#include <memory>
#include <optional>

#include "codec/inflate.h"
#include "net/buffers.h"
#include "net/chunked.h"
#include "net/request_head.h"
#include "net/response_head.h"
#include "net/server_context.h"

namespace strobe::net {

// Which of the server's addresses a client came to.
enum class Entrance { http, grpc };

// One client. Reads a request, hands it over, writes the answer, then reads the next: answers are in order, and what
// a pipelining client sends ahead waits in the kernel's buffer, so that it cannot pile up here. I/O thread only.
class Connection final : public AnyConnection, public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // `id`: its number among the server's connections.
  Connection(ServerContext& context, Socket socket, Entrance entrance, uint64_t id);
  void start();
  // The answer to request `number`; none when the handler dropped it. Ignored when that request is not waited for.
  void answer(uint64_t number, std::optional<Response> response);
  void check_deadline(TimePoint now) override;
  void stop_when_idle() override;
  void close() override;
  std::optional<TimePoint> idle_since() const override;

 private:
  enum class Phase { idle, head, body, chunked_body, handling, writing, lingering, closed };
  bool is_reading() const { return phase_ <= Phase::chunked_body; }
  void enter(Phase phase, int timeout_seconds);

  // http_connection.cc: reading.
  void next_request();
  void continue_reading();
  void continue_head();
  bool begins_http2() const;
  void become_grpc();
  void take_head(size_t head_bytes);
  std::optional<Refusal> check_head();
  void start_body();
  void invite_body();
  void continue_body();
  void continue_chunked_body();
  void read_input();
  void client_left();
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
  void drop_answer();
  void linger();
  void discard_some();

  ServerContext& context_;
  Socket socket_;
  const Entrance entrance_;
  const uint64_t id_;
  std::string local_address_;
  Phase phase_ = Phase::idle;
  TimePoint deadline_ = TimePoint::max();
  TimePoint idle_since_;
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
