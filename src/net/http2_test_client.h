#pragma once

// For this room's tests: HTTP/2 written by hand, so that a test can send what no library would. It knows nothing of
// flow control, so a message must fit into the window a connection begins with, 64 KiB.
#include <nghttp2/nghttp2.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/test_client.h"

namespace strobe::net {

using Fields2 = std::vector<std::pair<std::string, std::string>>;

struct Http2Answer {
  std::map<std::string, std::string> fields;  // of head and trailers
  std::string data;
  bool ended = false;  // false: reset, or the connection went
  uint32_t reset_code = 0;
};

class Http2TestClient {
 public:
  explicit Http2TestClient(uint16_t port) : raw_(port) {
    nghttp2_hd_inflate_new(&inflater_);
    raw_.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(NGHTTP2_SETTINGS, 0, 0, ""));
  }
  ~Http2TestClient() { nghttp2_hd_inflate_del(inflater_); }
  Http2TestClient(const Http2TestClient&) = delete;
  Http2TestClient& operator=(const Http2TestClient&) = delete;

  static std::string frame(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload) {
    std::string bytes;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift & 0xff);
    bytes += {static_cast<char>(type), static_cast<char>(flags)};
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift & 0xff);
    return bytes + std::string(payload);
  }
  static Fields2 grpc_head() {
    return {{":method", "POST"},         {":scheme", "http"}, {":path", "/a.B/C"},
            {":authority", "localhost"}, {"te", "trailers"},  {"content-type", "application/grpc"}};
  }
  static std::string message(std::string_view bytes, char flag = 0) {
    std::string framed(1, flag);
    for (const int shift : {24, 16, 8, 0}) framed += static_cast<char>(bytes.size() >> shift & 0xff);
    return framed + std::string(bytes);
  }

  // Literal fields without indexing (RFC 7541 section 6.2.2), over as many frames as it takes.
  void head(uint32_t stream, const Fields2& fields, bool end = false) {
    std::string block;
    for (const auto& [name, value] : fields) block += '\0' + text(name) + text(value);
    uint8_t type = NGHTTP2_HEADERS;
    for (size_t at = 0; at == 0 || at < block.size(); at += k_frame_bytes) {
      const bool is_last = at + k_frame_bytes >= block.size();
      const auto flags = static_cast<uint8_t>((is_last ? NGHTTP2_FLAG_END_HEADERS : 0) |
                                              (end && at == 0 ? NGHTTP2_FLAG_END_STREAM : 0));
      send(frame(type, flags, stream, std::string_view(block).substr(at, k_frame_bytes)));
      type = NGHTTP2_CONTINUATION;
    }
  }
  void data(uint32_t stream, std::string_view bytes, bool end = true) {
    do {
      const auto part = bytes.substr(0, k_frame_bytes);
      bytes.remove_prefix(part.size());
      const uint8_t flags = end && bytes.empty() ? NGHTTP2_FLAG_END_STREAM : NGHTTP2_FLAG_NONE;
      send(frame(NGHTTP2_DATA, flags, stream, part));
    } while (!bytes.empty());
  }
  void send(std::string_view bytes) { raw_.send(bytes); }

  // What comes for `stream`, until it ends.
  Http2Answer read(uint32_t stream) {
    Http2Answer& answer = answers_[stream];
    while (!answer.ended && answer.reset_code == 0 && read_frame()) {
    }
    return answer;
  }
  Http2Answer exchange(const Fields2& fields, std::string_view bytes) {
    const uint32_t stream = next_stream_;
    next_stream_ += 2;
    head(stream, fields);
    data(stream, bytes);
    return read(stream);
  }
  uint32_t new_stream() { return std::exchange(next_stream_, next_stream_ + 2); }
  bool closed_by_server() {
    while (read_frame()) {
    }
    return true;
  }

 private:
  static constexpr size_t k_frame_bytes = 16384;
  static std::string text(std::string_view value) {
    std::string bytes;
    size_t left = value.size();
    bytes += static_cast<char>(std::min<size_t>(left, 127));
    if (left >= 127) {
      for (left -= 127; left >= 128; left >>= 7) bytes += static_cast<char>(left | 128);
      bytes += static_cast<char>(left);
    }
    return bytes + std::string(value);
  }
  bool fill(size_t size) {
    char buffer[65536];
    while (input_.size() < size) {
      const ssize_t got = ::recv(raw_.descriptor(), buffer, sizeof buffer, 0);
      if (got <= 0) return false;
      input_.append(buffer, static_cast<size_t>(got));
    }
    return true;
  }
  bool read_frame() {
    if (!fill(9)) return false;
    const auto byte = [&](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(input_[at])); };
    const size_t size = byte(0) << 16 | byte(1) << 8 | byte(2);
    const uint32_t type = byte(3);
    const uint32_t flags = byte(4);
    const uint32_t stream = (byte(5) & 0x7f) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8);
    if (!fill(9 + size)) return false;
    const std::string payload = input_.substr(9, size);
    input_.erase(0, 9 + size);
    Http2Answer& answer = answers_[stream];
    if (type == NGHTTP2_DATA) answer.data += payload;
    if (type == NGHTTP2_HEADERS) inflate(payload, answer);
    if (type == NGHTTP2_RST_STREAM && !answer.ended) answer.reset_code = static_cast<unsigned char>(payload[3]) + 1000u;
    if (type <= NGHTTP2_HEADERS && (flags & NGHTTP2_FLAG_END_STREAM) != 0) answer.ended = true;
    return true;
  }
  void inflate(std::string_view block, Http2Answer& answer) {
    const auto* at = reinterpret_cast<const uint8_t*>(block.data());
    size_t left = block.size();
    for (;;) {
      nghttp2_nv field;
      int flags = 0;
      const ssize_t used = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, left, 1);
      if (used < 0) break;
      at += used;
      left -= static_cast<size_t>(used);
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
        answer.fields[std::string(reinterpret_cast<const char*>(field.name), field.namelen)] =
            std::string(reinterpret_cast<const char*>(field.value), field.valuelen);
      }
      if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0 || (left == 0 && (flags & NGHTTP2_HD_INFLATE_EMIT) == 0)) break;
    }
    nghttp2_hd_inflate_end_headers(inflater_);
  }

  RawClient raw_;
  std::string input_;
  nghttp2_hd_inflater* inflater_ = nullptr;
  uint32_t next_stream_ = 1;
  std::map<uint32_t, Http2Answer> answers_;
};

}  // namespace strobe::net
