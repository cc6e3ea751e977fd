#include "net/grpc_message.h"

#include <algorithm>

#include "base/base64.h"

namespace strobe::net {

namespace {

// Clients refuse a head of more than 8 KiB, and percent-encoding makes three bytes of one.
constexpr size_t k_message_bytes_max = 1024;

// Just enough of protobuf's wire format to write two small messages.
std::string varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

std::string number_field(int field, uint64_t value) {
  return value == 0 ? std::string() : varint(static_cast<uint64_t>(field) << 3) + varint(value);
}

std::string bytes_field(int field, std::string_view bytes) {
  return varint(static_cast<uint64_t>(field) << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

}  // namespace

GrpcMessageReader::State GrpcMessageReader::take(std::string_view bytes) {
  if (bytes.empty() || state_ == State::too_large || state_ == State::malformed) return state_;
  if (state_ == State::complete) return state_ = State::surplus;
  while (prefix_bytes_ < k_prefix_bytes && !bytes.empty()) {
    prefix_[prefix_bytes_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (prefix_bytes_ == k_prefix_bytes && read_prefix() != State::incomplete) return state_;
  }
  if (prefix_bytes_ < k_prefix_bytes) return state_;
  const auto ours = bytes.substr(0, length_ - body_.size());
  body_.append(ours);
  if (body_.size() == length_) state_ = ours.size() == bytes.size() ? State::complete : State::surplus;
  return state_;
}

GrpcMessageReader::State GrpcMessageReader::read_prefix() {
  if (prefix_[0] > 1) return state_ = State::malformed;
  for (size_t i = 1; i < k_prefix_bytes; ++i) length_ = length_ << 8 | prefix_[i];
  if (length_ > bytes_max_) return state_ = State::too_large;
  body_.reset(length_);
  return state_;
}

std::string grpc_prefix(size_t length) {
  std::string prefix(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) prefix += static_cast<char>(length >> shift & 0xff);
  return prefix;
}

std::optional<codec::ContentCoding> parse_grpc_encoding(std::string_view name) {
  if (name.empty() || name == "identity") return codec::ContentCoding::identity;
  if (name == "gzip") return codec::ContentCoding::gzip;
  if (name == "deflate") return codec::ContentCoding::deflate;
  if (name == "zstd") return codec::ContentCoding::zstd;
  return std::nullopt;
}

std::string grpc_message_text(std::string_view message) {
  static constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string text;
  for (const char c : message.substr(0, k_message_bytes_max)) {
    if (c >= ' ' && c <= '~' && c != '%') {
      text += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text += {'%', k_hex[byte >> 4], k_hex[byte & 15]};
    }
  }
  return text;
}

std::string grpc_retry_details(const GrpcAnswer& answer) {
  const auto delay_ms = static_cast<uint64_t>(std::max(0, answer.retry_after_ms));
  // google.protobuf.Duration{1 seconds, 2 nanos} in RetryInfo{1 retry_delay} in Any{1 type_url, 2 value} in
  // Status{1 code, 2 message, 3 details}.
  const std::string delay = number_field(1, delay_ms / 1000) + number_field(2, delay_ms % 1000 * 1'000'000);
  const std::string any =
      bytes_field(1, "type.googleapis.com/google.rpc.RetryInfo") + bytes_field(2, bytes_field(1, delay));
  return to_base64(number_field(1, static_cast<uint64_t>(answer.code)) +
                   bytes_field(2, answer.message.substr(0, k_message_bytes_max)) + bytes_field(3, any));
}

}  // namespace strobe::net
