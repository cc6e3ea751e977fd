// The calls of a connection: from a stream's head to the handler, and from its answer to the trailers.
#include <algorithm>
#include <cstring>
#include <vector>

#include "net/grpc_connection.h"

namespace strobe::net {

namespace {

// Those that are refused at the same moment shall not all come back at the same moment.
int retry_after_ms(uint64_t refusals) { return 1000 + static_cast<int>(refusals % 8) * 250; }

constexpr size_t k_path_bytes_max = 1024;

using Slot = AnswerSlot<GrpcConnection, int32_t, GrpcAnswer>;

// A head to send; nghttp2 copies what it is given.
class Fields {
 public:
  Fields& add(std::string_view name, std::string value) {
    entries_.emplace_back(name, std::move(value));
    return *this;
  }
  // Points into this object.
  std::vector<nghttp2_nv> list() & {
    std::vector<nghttp2_nv> out;
    for (auto& [name, value] : entries_) {
      out.push_back({.name = reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                     .value = reinterpret_cast<uint8_t*>(value.data()),
                     .namelen = name.size(),
                     .valuelen = value.size(),
                     .flags = NGHTTP2_NV_FLAG_NONE});
    }
    return out;
  }

 private:
  std::vector<std::pair<std::string_view, std::string>> entries_;
};

TimePoint deadline_in(int seconds) {
  return seconds == 0 ? TimePoint::max() : std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
}

// The answer's message, then the trailers. `user` is the connection's call.
ssize_t read_answer(nghttp2_session* session, int32_t stream, uint8_t* to, size_t size, uint32_t* flags,
                    nghttp2_data_source* source, void*) {
  auto& call = *static_cast<GrpcCall*>(source->ptr);
  const size_t part = std::min(size, call.out.size() - call.out_sent);
  std::memcpy(to, call.out.data() + call.out_sent, part);
  call.out_sent += part;
  if (call.out_sent < call.out.size()) return static_cast<ssize_t>(part);
  *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
  try {
    Fields fields;
    fields.add("grpc-status", "0");
    const auto trailers = fields.list();
    if (nghttp2_submit_trailer(session, stream, trailers.data(), trailers.size()) != 0) {
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
  } catch (const std::exception&) {
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
  return static_cast<ssize_t>(part);
}

}  // namespace

GrpcCall* GrpcConnection::find(int32_t stream) {
  const auto found = calls_.find(stream);
  return found == calls_.end() ? nullptr : &found->second;
}

void GrpcConnection::begin_call(int32_t stream) {
  const auto [call, is_new] = calls_.emplace(stream, GrpcCall(context_.options.body_bytes_max));
  call->second.deadline = deadline_in(context_.options.header_timeout_seconds);
  ++context_.grpc_calls_open;
}

bool GrpcConnection::take_header(int32_t stream, std::string_view name, std::string_view value) {
  GrpcCall* call = find(stream);
  if (call == nullptr) return true;
  call->head_bytes += name.size() + value.size();
  if (call->head_bytes > context_.options.header_bytes_max) {
    ++context_.counters.grpc_bad_calls;
    return false;
  }
  if (call->phase != GrpcCall::Phase::head) return true;  // trailers
  if (name == ":method") call->method = value;
  if (name == ":path") call->path = value;
  if (name == ":authority") call->authority = value;
  if (name == "host" && call->authority.empty()) call->authority = value;
  if (name == "content-type") call->content_type = value;
  if (name == "grpc-encoding") call->encoding = value;
  return true;
}

void GrpcConnection::head_is_complete(GrpcCall& call, int32_t stream) {
  call.deadline = deadline_in(context_.options.body_timeout_seconds);
  call.phase = GrpcCall::Phase::receiving;
  // Not gRPC at all: answered as any HTTP server would.
  if (call.method != "POST" || !call.content_type.starts_with("application/grpc")) {
    ++context_.counters.grpc_bad_calls;
    call.phase = GrpcCall::Phase::answering;
    call.deadline = deadline_in(context_.options.idle_timeout_seconds);
    return submit_bare(stream, call.method != "POST" ? "405" : "415");
  }
  if (auto refusal = check_head(call)) refuse(call, stream, *std::move(refusal));
}

// What can be refused before any of the message was read.
std::optional<GrpcAnswer> GrpcConnection::check_head(const GrpcCall& call) {
  if (!context_.hosts.allows(call.authority, local_address_)) {
    return GrpcAnswer{.code = GrpcCode::permission_denied,
                      .message = "this authority is not served here; see the setting for allowed hosts"};
  }
  if (call.path.size() > k_path_bytes_max) {
    return GrpcAnswer{.code = GrpcCode::unimplemented, .message = "there is no such method"};
  }
  if (!parse_grpc_encoding(call.encoding)) {
    return GrpcAnswer{.code = GrpcCode::unimplemented,
                      .message = "grpc-encoding must be one of " + std::string(k_grpc_encodings)};
  }
  const size_t open = context_.grpc_calls_open;
  const size_t calls_max = context_.options.grpc_calls_max;
  const size_t others_of_this_one = calls_.size() - 1;
  if (open > calls_max || others_of_this_one > calls_max - open) {
    return GrpcAnswer{.code = GrpcCode::unavailable,
                      .message = "too many calls are open at once",
                      .retry_after_ms = retry_after_ms(context_.counters.grpc_overloads)};
  }
  return std::nullopt;
}

void GrpcConnection::take_data(int32_t stream, std::string_view bytes) {
  GrpcCall* call = find(stream);
  // Of a call that is answered already; the stream is about to be reset.
  if (call == nullptr || call->phase != GrpcCall::Phase::receiving) return;
  const size_t bytes_max = context_.options.body_bytes_max;
  switch (call->reader.take(bytes)) {
    case GrpcMessageReader::State::too_large:
      return refuse(*call, stream,
                    {.code = GrpcCode::resource_exhausted,
                     .message = "the message is larger than " + std::to_string(bytes_max) + " bytes"});
    case GrpcMessageReader::State::malformed:
      return refuse(*call, stream, {.code = GrpcCode::internal, .message = "the message's frame is malformed"});
    case GrpcMessageReader::State::surplus:
      return refuse(*call, stream, {.code = GrpcCode::unimplemented, .message = "a call takes one message"});
    default: break;
  }
  if (account(*call)) return;
  refuse(*call, stream,
         {.code = GrpcCode::unavailable,
          .message = "too many messages are arriving at once",
          .retry_after_ms = retry_after_ms(context_.counters.grpc_overloads)});
}

void GrpcConnection::client_is_done(int32_t stream) {
  GrpcCall* call = find(stream);
  if (call == nullptr || call->phase != GrpcCall::Phase::receiving) return;
  if (auto refusal = check_message(*call)) return refuse(*call, stream, *std::move(refusal));
  hand_over(*call, stream);
}

std::optional<GrpcAnswer> GrpcConnection::check_message(const GrpcCall& call) const {
  if (!call.reader.has_begun())
    return GrpcAnswer{.code = GrpcCode::unimplemented, .message = "a call takes one message"};
  if (call.reader.state() != GrpcMessageReader::State::complete) {
    return GrpcAnswer{.code = GrpcCode::internal, .message = "the message is cut short"};
  }
  if (call.reader.is_compressed() && parse_grpc_encoding(call.encoding) == codec::ContentCoding::identity) {
    return GrpcAnswer{.code = GrpcCode::internal,
                      .message = "the message is compressed, but no grpc-encoding says how"};
  }
  return std::nullopt;
}

void GrpcConnection::hand_over(GrpcCall& call, int32_t stream) {
  std::string message = call.reader.take_message();
  release(call);
  if (call.reader.is_compressed()) {
    // Never inflated beyond the limit, whatever it claims to be.
    const size_t bytes_max = context_.options.body_bytes_max;
    auto plain = codec::decode_content(*parse_grpc_encoding(call.encoding), message, bytes_max);
    if (!plain && plain.error().code == ErrorCode::too_large) {
      return refuse(
          call, stream,
          {.code = GrpcCode::resource_exhausted,
           .message = "the message is larger than " + std::to_string(bytes_max) + " bytes after decompression"});
    }
    if (!plain) {
      return refuse(call, stream, {.code = GrpcCode::invalid_argument, .message = plain.error().message});
    }
    message = *std::move(plain);
  }
  call.phase = GrpcCall::Phase::handling;
  call.deadline = TimePoint::max();
  ++context_.counters.grpc_calls;
  const auto slot = std::make_shared<Slot>(context_.mailbox, weak_from_this(), stream);
  try {
    context_.grpc_handler(
        {.path = call.path, .message = std::make_shared<const std::string>(std::move(message)), .connection = id_},
        [slot](GrpcAnswer answer) { slot->deliver(std::move(answer)); });
  } catch (const std::exception&) {
    slot->deliver(std::nullopt);
  }
}

void GrpcConnection::answer(int32_t stream, std::optional<GrpcAnswer> answer) {
  if (phase_ != Phase::open) return;
  GrpcCall* call = find(stream);
  if (call == nullptr || call->phase != GrpcCall::Phase::handling) return;
  if (!answer) answer = GrpcAnswer{.code = GrpcCode::internal, .message = "the call was not answered"};
  submit(*call, stream, *answer);
  flush();
}

void GrpcConnection::refuse(GrpcCall& call, int32_t stream, GrpcAnswer answer) {
  auto& counters = context_.counters;
  if (answer.code == GrpcCode::resource_exhausted)
    ++counters.grpc_too_large;
  else if (answer.code == GrpcCode::permission_denied)
    ++counters.grpc_forbidden_host;
  else if (answer.code == GrpcCode::unavailable)
    ++counters.grpc_overloads;
  else
    ++counters.grpc_bad_calls;
  submit(call, stream, answer);
}

void GrpcConnection::submit(GrpcCall& call, int32_t stream, const GrpcAnswer& answer) {
  call.phase = GrpcCall::Phase::answering;
  call.deadline = deadline_in(context_.options.idle_timeout_seconds);
  release(call);
  Fields fields;
  fields.add(":status", "200").add("content-type", "application/grpc");
  fields.add("grpc-accept-encoding", std::string(k_grpc_encodings));
  int failed = 0;
  if (answer.code == GrpcCode::ok) {
    call.out = grpc_prefix(answer.body.size()) + answer.body;
    const nghttp2_data_provider provider = {.source = {.ptr = &call}, .read_callback = read_answer};
    const auto list = fields.list();
    failed = nghttp2_submit_response(session_, stream, list.data(), list.size(), &provider);
  } else {
    fields.add("grpc-status", std::to_string(static_cast<int>(answer.code)));
    fields.add("grpc-message", grpc_message_text(answer.message));
    if (answer.retry_after_ms > 0) fields.add("grpc-status-details-bin", grpc_retry_details(answer));
    const auto list = fields.list();
    failed = nghttp2_submit_response(session_, stream, list.data(), list.size(), nullptr);
  }
  // Out of memory is the only reason: the client is better off with a stream that ends.
  if (failed != 0) (void)nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_INTERNAL_ERROR);
}

// A message that does not arrive is answered; an answer that is not taken, as its window stays shut, is dropped.
void GrpcConnection::give_up(GrpcCall& call, int32_t stream) {
  if (call.phase == GrpcCall::Phase::receiving) {
    return submit(call, stream,
                  {.code = GrpcCode::deadline_exceeded, .message = "the message took too long to arrive"});
  }
  call.deadline = TimePoint::max();
  (void)nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

void GrpcConnection::submit_bare(int32_t stream, std::string_view http_status) {
  Fields fields;
  fields.add(":status", std::string(http_status));
  const auto list = fields.list();
  if (nghttp2_submit_response(session_, stream, list.data(), list.size(), nullptr) != 0) {
    (void)nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_INTERNAL_ERROR);
  }
}

// A client that is refused in the middle of its message need not send the rest.
void GrpcConnection::answer_was_sent(int32_t stream) {
  const GrpcCall* call = find(stream);
  if (call == nullptr || call->client_is_done) return;
  (void)nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_NO_ERROR);
}

void GrpcConnection::end_call(int32_t stream) {
  GrpcCall* call = find(stream);
  if (call == nullptr || phase_ == Phase::closed) return;
  if (call->phase <= GrpcCall::Phase::handling) ++context_.counters.grpc_cut_off;
  release(*call);
  calls_.erase(stream);
  --context_.grpc_calls_open;
  if (calls_.empty()) idle_since_ = std::chrono::steady_clock::now();
}

bool GrpcConnection::account(GrpcCall& call) {
  context_.receiving_bytes += call.reader.held_bytes() - call.bytes_accounted;
  call.bytes_accounted = call.reader.held_bytes();
  return context_.may_receive(call.bytes_accounted);
}

void GrpcConnection::release(GrpcCall& call) {
  context_.receiving_bytes -= call.bytes_accounted;
  call.bytes_accounted = 0;
  call.reader.drop();
}

}  // namespace strobe::net
