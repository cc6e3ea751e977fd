#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/inflate.h"
#include "net/buffers.h"
#include "net/grpc.h"

// How gRPC frames a message and tells a status, without any I/O. Source: the gRPC project's "gRPC over HTTP2".

namespace strobe::net {

// The one message of a unary call while it arrives: a byte that says whether it is compressed, four with its length
// (big endian), the message. Memory follows what has arrived, not what was promised.
class GrpcMessageReader {
 public:
  enum class State {
    incomplete,
    complete,
    too_large,  // promises more than `bytes_max`
    malformed,  // a flag that is none
    surplus,    // more behind the message: a second one
  };
  explicit GrpcMessageReader(size_t bytes_max) : bytes_max_(bytes_max) {}

  State take(std::string_view bytes);
  State state() const { return state_; }
  bool has_begun() const { return prefix_bytes_ > 0; }
  bool is_compressed() const { return prefix_[0] == 1; }
  size_t held_bytes() const { return body_.size(); }
  std::string take_message() { return body_.take(); }
  void drop() { body_.reset(0); }

 private:
  static constexpr size_t k_prefix_bytes = 5;
  State read_prefix();

  const size_t bytes_max_;
  State state_ = State::incomplete;
  unsigned char prefix_[k_prefix_bytes] = {};
  size_t prefix_bytes_ = 0;
  size_t length_ = 0;
  BodyBuffer body_;
};

// The five bytes before a message of `length` bytes that is not compressed.
std::string grpc_prefix(size_t length);

// The value of grpc-encoding; nothing for a coding that is not known.
std::optional<codec::ContentCoding> parse_grpc_encoding(std::string_view name);
inline constexpr std::string_view k_grpc_encodings = "identity,gzip,deflate,zstd";

// The value of grpc-message: percent-encoded, cut after a length that no client's header limit refuses.
std::string grpc_message_text(std::string_view message);
// The value of grpc-status-details-bin: google.rpc.Status with a google.rpc.RetryInfo, in base64.
std::string grpc_retry_details(const GrpcAnswer& answer);

}  // namespace strobe::net
