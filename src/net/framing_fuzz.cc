#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/base64.h"
#include "base/percent.h"
#include "net/chunked.h"
#include "net/grpc_message.h"
#include "net/host_check.h"
#include "net/http.h"
#include "net/request_head.h"
#include "net/response_head.h"

// What this room reads and writes without a socket. The first byte says what the rest is: heads, chunked bodies and
// gRPC's framing mean the same however they are cut into reads, and no answer's head has more lines than it should.

namespace strobe::net {
namespace {

// The input in pieces whose sizes its own bytes choose.
std::vector<std::string_view> pieces_of(std::string_view bytes) {
  std::vector<std::string_view> pieces;
  while (!bytes.empty()) {
    const size_t size = 1 + static_cast<unsigned char>(bytes.front()) % 7;
    pieces.push_back(bytes.substr(0, size));
    bytes.remove_prefix(pieces.back().size());
  }
  return pieces;
}

void check_head(std::string_view bytes) {
  size_t at_once = 0;
  const HeadState state = scan_head(bytes, at_once);
  size_t scanned = 0;
  size_t size = 0;
  HeadState trickled = HeadState::incomplete;
  for (const std::string_view piece : pieces_of(bytes)) {
    size += piece.size();
    trickled = scan_head(bytes.substr(0, size), scanned);
    if (trickled != HeadState::incomplete) break;
  }
  STROBE_ASSERT(trickled == state);
  if (state != HeadState::complete) {
    (void)parse_request_head(bytes);
    return;
  }
  STROBE_ASSERT(scanned == at_once && at_once <= bytes.size());
  const auto head = parse_request_head(bytes.substr(0, at_once));
  if (!head) {
    STROBE_ASSERT(head.error().status >= 400 && head.error().status < 600);
    return;
  }
  STROBE_ASSERT(!(head->chunked && head->content_length));
  STROBE_ASSERT(head->path == "*" || head->path.starts_with('/'));
  STROBE_ASSERT(head->path.find_first_of(" \r\n?") == std::string::npos);
  (void)HostCheck("127.0.0.1", {"example.com"}).allows(head->host, "127.0.0.1");
}

struct Unchunked {
  ChunkedDecoder::State state = ChunkedDecoder::State::need_more;
  std::string body;
  std::string rest;  // behind the end
  bool operator==(const Unchunked&) const = default;
};

Unchunked unchunk(const std::vector<std::string_view>& pieces) {
  ChunkedDecoder decoder;
  Unchunked result;
  for (std::string_view in : pieces) {
    if (result.state == ChunkedDecoder::State::done) result.rest += in;
    while (result.state != ChunkedDecoder::State::done) {
      result.state = decoder.read_framing(in);
      if (result.state == ChunkedDecoder::State::malformed) return result;
      if (result.state == ChunkedDecoder::State::need_more) break;
      if (result.state == ChunkedDecoder::State::done) {
        result.rest += in;
        break;
      }
      if (in.empty()) break;
      STROBE_ASSERT(decoder.data_left() > 0);
      const std::string_view taken = in.substr(0, decoder.data_left());
      result.body += taken;
      in.remove_prefix(taken.size());
      decoder.data_taken(taken.size());
    }
  }
  // Whether more is wanted of a chunk or of its framing depends on where the last piece ended.
  if (result.state == ChunkedDecoder::State::data) result.state = ChunkedDecoder::State::need_more;
  return result;
}

void check_chunked(std::string_view bytes) {
  const Unchunked whole = unchunk({bytes});
  const Unchunked cut = unchunk(pieces_of(bytes));
  STROBE_ASSERT(whole.body.size() <= bytes.size());
  STROBE_ASSERT(whole.state == cut.state && whole.body == cut.body);
  if (whole.state == ChunkedDecoder::State::done) STROBE_ASSERT(whole.rest == cut.rest);
}

void check_grpc_message(std::string_view bytes) {
  constexpr size_t k_message_bytes_max = 4096;
  GrpcMessageReader whole(k_message_bytes_max);
  whole.take(bytes);
  GrpcMessageReader cut(k_message_bytes_max);
  for (const std::string_view piece : pieces_of(bytes)) cut.take(piece);
  STROBE_ASSERT(whole.state() == cut.state());
  STROBE_ASSERT(whole.held_bytes() <= k_message_bytes_max);
  if (whole.state() == GrpcMessageReader::State::complete) {
    const std::string message = whole.take_message();
    STROBE_ASSERT(message == cut.take_message());
    std::string again = grpc_prefix(message.size()) + message;
    again[0] = bytes[0];
    STROBE_ASSERT(again == bytes);
  }
}

void check_grpc_status(std::string_view bytes) {
  (void)parse_grpc_encoding(bytes);
  const std::string text = grpc_message_text(bytes);
  STROBE_ASSERT(is_header_text(text) && text.size() <= 3 * bytes.size());
  const auto back = percent_decode(text);
  STROBE_ASSERT(back && bytes.starts_with(*back));
  GrpcAnswer answer;
  answer.message = bytes;
  answer.retry_after_ms = static_cast<int>(bytes.size()) * 1000;
  STROBE_ASSERT(from_base64(grpc_retry_details(answer)).has_value());
}

void check_response(std::string_view bytes) {
  Response response;
  const size_t third = bytes.size() / 3;
  response.status = bytes.empty() ? 200 : 100 + static_cast<unsigned char>(bytes.front()) * 2;
  response.content_type = bytes.substr(0, third);
  response.headers.emplace_back(bytes.substr(third, third), bytes.substr(2 * third));
  const std::string head = format_response_head(response, AfterAnswer::keep, 1'700'000'000);
  // Status, Date, Content-Type, one of the caller's, Content-Length, Connection, the empty one.
  size_t lines = 0;
  for (size_t at = 0; (at = head.find('\n', at)) != std::string::npos; ++at) {
    STROBE_ASSERT(at > 0 && head[at - 1] == '\r');
    ++lines;
  }
  STROBE_ASSERT(lines <= 7 && head.ends_with("\r\n\r\n"));
  STROBE_ASSERT(head.find("\r\n\r\n") + 4 == head.size());
}

void check_address(std::string_view bytes) {
  const std::string name = host_name(bytes);
  STROBE_ASSERT(name.size() <= bytes.size());
  (void)HostCheck(bytes, {std::string(bytes)}).allows(bytes, "::1");
  const auto address = parse_address(bytes);
  if (!address) return;
  const auto again = parse_address(format_address(address->first, address->second));
  STROBE_ASSERT(again && *again == *address);
}

}  // namespace
}  // namespace strobe::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0: strobe::net::check_head(bytes); break;
    case 1: strobe::net::check_chunked(bytes); break;
    case 2: strobe::net::check_grpc_message(bytes); break;
    case 3: strobe::net::check_grpc_status(bytes); break;
    case 4: strobe::net::check_response(bytes); break;
    default: strobe::net::check_address(bytes);
  }
  return 0;
}
