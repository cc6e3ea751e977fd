#include "net/http_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "net/grpc_connection.h"

namespace strobe::net {
namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;

// The head that every HTTP/2 client begins with (RFC 9113 section 3.4); no HTTP/1.1 request looks like it.
constexpr std::string_view k_http2_begin = "PRI * HTTP/2.0\r\n\r\n";

// One coding at most: nobody sends two, and each more multiplies what a bomb can cost.
std::optional<codec::ContentCoding> parse_coding(std::string_view list) {
  std::optional<codec::ContentCoding> found;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (name.starts_with(' ') || name.starts_with('\t')) name.remove_prefix(1);
    while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
    if (name.empty() || name == "identity") continue;
    if (found) return std::nullopt;
    if (name == "gzip" || name == "x-gzip")
      found = codec::ContentCoding::gzip;
    else if (name == "deflate")
      found = codec::ContentCoding::deflate;
    else if (name == "zstd")
      found = codec::ContentCoding::zstd;
    else
      return std::nullopt;
  }
  return found.value_or(codec::ContentCoding::identity);
}

using Slot = AnswerSlot<Connection, uint64_t, Response>;

}  // namespace

std::string local_address_text(const asio::ip::tcp::socket& socket) {
  Error error;
  const auto endpoint = socket.local_endpoint(error);
  if (error) return {};
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

Connection::Connection(ServerContext& context, Socket socket, Entrance entrance, uint64_t id)
    : context_(context),
      socket_(std::move(socket)),
      entrance_(entrance),
      id_(id),
      local_address_(local_address_text(socket_)) {}

void Connection::start() {
  Error ignored;  // An answer that leaves a little later is still an answer.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  next_request();
}

void Connection::enter(Phase phase, int timeout_seconds) {
  phase_ = phase;
  deadline_ = timeout_seconds == 0 ? TimePoint::max()
                                   : std::chrono::steady_clock::now() + std::chrono::seconds(timeout_seconds);
}

void Connection::next_request() {
  ++number_;
  scanned_ = 0;
  head_ = {};
  chunks_ = {};
  if (context_.stopping && in_.empty()) return close();
  in_.shrink();
  idle_since_ = std::chrono::steady_clock::now();
  enter(Phase::idle, context_.options.idle_timeout_seconds);
  continue_head();
}

void Connection::continue_reading() {
  switch (phase_) {
    case Phase::idle:
    case Phase::head: return continue_head();
    case Phase::body: return continue_body();
    case Phase::chunked_body: return continue_chunked_body();
    default: return;
  }
}

void Connection::continue_head() {
  if (phase_ == Phase::idle) {
    // Some clients send an empty line behind a body (RFC 9112 section 2.2).
    const size_t first = in_.bytes().find_first_not_of("\r\n");
    in_.consume(std::min(first, in_.bytes().size()));
    if (in_.empty()) return read_input();
    enter(Phase::head, context_.options.header_timeout_seconds);
  }
  if (begins_http2()) return become_grpc();
  const size_t bytes_max = context_.options.header_bytes_max;
  const HeadState state = scan_head(in_.bytes(), scanned_);
  if (state == HeadState::malformed) return refuse({400, "malformed request"}, Framing::lost);
  // `scanned_` is the size of the head, or of what there is of it.
  if (scanned_ > bytes_max) return refuse({431, "request header too large"}, Framing::lost);
  if (state == HeadState::incomplete) return read_input();
  take_head(scanned_);
}

bool Connection::begins_http2() const {
  return context_.grpc_handler && number_ == 1 && in_.bytes().starts_with(k_http2_begin);
}

// Hands the socket to one that speaks HTTP/2, with what was read from it.
void Connection::become_grpc() {
  const auto self = shared_from_this();
  phase_ = Phase::closed;
  ++context_.counters.grpc_connections;
  const auto next = std::make_shared<GrpcConnection>(context_, std::move(socket_), id_);
  context_.connections.insert(next);
  context_.connections.erase(self);
  next->start(in_.bytes());
}

void Connection::take_head(size_t head_bytes) {
  auto head = parse_request_head(in_.bytes().substr(0, head_bytes));
  in_.consume(head_bytes);
  if (!head) return refuse(head.error(), Framing::lost);
  head_ = std::move(*head);
  if (const auto refusal = check_head()) {
    return refuse(*refusal, head_.has_body() ? Framing::lost : Framing::intact);
  }
  start_body();
}

// What can be refused before any of the body was read.
std::optional<Refusal> Connection::check_head() {
  if (entrance_ == Entrance::grpc) return Refusal{400, "this address takes gRPC only"};
  const bool nameless = head_.http_1_0 && head_.host.empty();  // no browser sends such
  if (!nameless && !context_.hosts.allows(head_.host, local_address_)) {
    return Refusal{403, "this Host is not served here; see the setting for allowed hosts"};
  }
  const auto coding = parse_coding(head_.content_encoding);
  if (!coding) return Refusal{415, "Content-Encoding must be gzip, deflate, zstd or identity"};
  coding_ = *coding;
  const size_t bytes_max = context_.options.body_bytes_max;
  if (head_.content_length.value_or(0) > bytes_max) {
    return Refusal{413, "body is larger than " + std::to_string(bytes_max) + " bytes"};
  }
  return std::nullopt;
}

void Connection::start_body() {
  if (!head_.has_body()) return hand_over({});
  body_.reset(head_.chunked ? context_.options.body_bytes_max : static_cast<size_t>(*head_.content_length));
  enter(head_.chunked ? Phase::chunked_body : Phase::body, context_.options.body_timeout_seconds);
  if (head_.expects_continue && in_.empty()) return invite_body();
  continue_reading();
}

void Connection::invite_body() {
  static constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(k_continue), [self = shared_from_this()](Error error, size_t) {
    if (!self->is_reading() || error == asio::error::operation_aborted) return;
    if (error) return self->close();
    self->continue_reading();
  });
}

void Connection::continue_body() {
  const auto total = static_cast<size_t>(*head_.content_length);
  const auto ready = in_.bytes().substr(0, total - body_.size());
  body_.append(ready);
  in_.consume(ready.size());
  if (!account_body()) return refuse({503, "too many bodies are arriving at once"}, Framing::lost);
  if (body_.size() == total) return finish_body();
  read_into_body(total - body_.size());
}

void Connection::continue_chunked_body() {
  if (!account_body()) return refuse({503, "too many bodies are arriving at once"}, Framing::lost);
  for (;;) {
    std::string_view rest = in_.bytes();
    const auto state = chunks_.read_framing(rest);
    in_.consume(in_.bytes().size() - rest.size());
    switch (state) {
      case ChunkedDecoder::State::need_more: return read_input();
      case ChunkedDecoder::State::malformed: return refuse({400, "malformed chunked body"}, Framing::lost);
      case ChunkedDecoder::State::done: return finish_body();
      case ChunkedDecoder::State::data: break;
    }
    const size_t bytes_max = context_.options.body_bytes_max;
    if (chunks_.data_left() > bytes_max - body_.size()) {
      return refuse({413, "body is larger than " + std::to_string(bytes_max) + " bytes"}, Framing::lost);
    }
    if (in_.empty()) return read_into_body(static_cast<size_t>(chunks_.data_left()));
    const auto ready = in_.bytes().substr(0, static_cast<size_t>(chunks_.data_left()));
    body_.append(ready);
    in_.consume(ready.size());
    chunks_.data_taken(ready.size());
  }
}

void Connection::read_input() {
  const auto room = in_.room();
  const auto buffer = asio::buffer(room.data(), room.size());
  socket_.async_read_some(buffer, [self = shared_from_this()](Error error, size_t size) {
    // An aborted read was aborted by whoever decides what comes next.
    if (!self->is_reading() || error == asio::error::operation_aborted) return;
    if (error) return self->client_left();
    self->in_.filled(size);
    self->continue_reading();
  });
}

void Connection::client_left() {
  if (phase_ != Phase::idle) ++context_.counters.cut_off;
  close();
}

void Connection::read_into_body(size_t left) {
  const auto room = body_.room(left);
  const auto buffer = asio::buffer(room.data(), room.size());
  socket_.async_read_some(buffer, [self = shared_from_this()](Error error, size_t size) {
    if (!self->is_reading() || error == asio::error::operation_aborted) return;
    if (error) return self->client_left();
    self->body_.filled(size);
    if (self->phase_ == Phase::chunked_body) self->chunks_.data_taken(size);
    self->continue_reading();
  });
}

bool Connection::account_body() {
  context_.receiving_bytes += body_.size() - body_bytes_accounted_;
  body_bytes_accounted_ = body_.size();
  return context_.may_receive(body_.size());
}

void Connection::release_body() {
  context_.receiving_bytes -= body_bytes_accounted_;
  body_bytes_accounted_ = 0;
  body_.reset(0);
}

void Connection::finish_body() {
  std::string body = body_.take();
  release_body();
  if (coding_ == codec::ContentCoding::identity) return hand_over(std::move(body));
  auto decoded = codec::decode_content(coding_, body, context_.options.body_bytes_max);
  if (decoded) return hand_over(std::move(*decoded));
  if (decoded.error().code == ErrorCode::too_large) {
    const std::string bytes_max = std::to_string(context_.options.body_bytes_max);
    return refuse({413, "body is larger than " + bytes_max + " bytes after decompression"}, Framing::intact);
  }
  refuse({400, decoded.error().message}, Framing::intact);
}

void Connection::hand_over(std::string body) {
  enter(Phase::handling, 0);
  ++context_.counters.requests;
  early_answer_.reset();
  auto slot = std::make_shared<Slot>(context_.mailbox, weak_from_this(), number_);
  in_handler_ = true;
  try {
    Request request;
    request.method = head_.method;
    request.path = std::move(head_.path);
    request.query = std::move(head_.query);
    request.content_type = head_.content_type;
    request.accept = std::move(head_.accept);
    request.authorization = std::move(head_.authorization);
    request.body = std::make_shared<const std::string>(std::move(body));
    request.connection = id_;
    context_.handler(std::move(request), [slot](Response response) { slot->deliver(std::move(response)); });
  } catch (const std::exception&) {
    slot->deliver(std::nullopt);  // Answered as a 500, which the product's error body can count.
  }
  slot.reset();
  in_handler_ = false;
  if (early_answer_) send(std::move(*early_answer_));
}

void Connection::answer(uint64_t number, std::optional<Response> response) {
  if (phase_ != Phase::handling || number != number_) return;
  if (!response) {
    response = context_.error_response(500, "the request was not answered", head_.content_type);
  }
  if (in_handler_) {
    early_answer_ = std::move(response);
    return;
  }
  send(std::move(*response));
}

}  // namespace strobe::net
