#pragma once

#include <cstdint>
#include <string_view>

namespace strobe::net {

// Reads what stands between the data of a chunked body (RFC 9112 section 7.1). Strict: CRLF only, no signs or spaces
// before the size, no size beyond 60 bits. Chunk extensions and trailers are read over, within limits.
class ChunkedDecoder {
 public:
  enum class State { need_more, data, done, malformed };

  // Takes framing off the front of `in`, up to the next data byte (`data`; see data_left), the end of the body (`done`;
  // what is left in `in` belongs to the next request), or the end of `in`.
  State read_framing(std::string_view& in);
  // Bytes of the current chunk that were not taken yet.
  uint64_t data_left() const { return data_left_; }
  // The caller took `size` bytes, at most data_left().
  void data_taken(uint64_t size);

 private:
  enum class At {
    size_start,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer,
    trailer_lf,
    end_lf,
  };
  // False when `c` may not stand here.
  bool step(char c);
  bool step_size(char c);
  bool step_text(char c, At line_feed);

  At at_ = At::size_start;
  bool done_ = false;
  uint64_t data_left_ = 0;
  uint32_t extension_bytes_ = 0;  // of this chunk
  uint32_t trailer_bytes_ = 0;
};

}  // namespace strobe::net
