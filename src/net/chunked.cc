#include "net/chunked.h"

#include "base/assert.h"
#include "base/hex.h"

namespace strobe::net {
namespace {

constexpr uint32_t k_extension_bytes_max = 1024;
constexpr uint32_t k_trailer_bytes_max = 8192;
constexpr uint64_t k_chunk_bytes_max = uint64_t{1} << 60;

}  // namespace

ChunkedDecoder::State ChunkedDecoder::read_framing(std::string_view& in) {
  while (!done_) {
    if (at_ == At::data) return State::data;
    if (in.empty()) return State::need_more;
    if (!step(in.front())) return State::malformed;
    in.remove_prefix(1);
  }
  return State::done;
}

void ChunkedDecoder::data_taken(uint64_t size) {
  STROBE_ASSERT(at_ == At::data && size <= data_left_);
  data_left_ -= size;
  if (data_left_ == 0) at_ = At::data_cr;
}

bool ChunkedDecoder::step(char c) {
  switch (at_) {
    case At::size_start:
    case At::size: return step_size(c);
    case At::extension:
      if (c != '\r' && ++extension_bytes_ > k_extension_bytes_max) return false;
      return step_text(c, At::size_lf);
    case At::size_lf: at_ = data_left_ == 0 ? At::trailer_start : At::data; return c == '\n';
    case At::data: return false;
    case At::data_cr: at_ = At::data_lf; return c == '\r';
    case At::data_lf: at_ = At::size_start; return c == '\n';
    case At::trailer_start:
      if (c == '\r') {
        at_ = At::end_lf;
        return true;
      }
      at_ = At::trailer;
      [[fallthrough]];
    case At::trailer:
      if (++trailer_bytes_ > k_trailer_bytes_max) return false;
      return step_text(c, At::trailer_lf);
    case At::trailer_lf: at_ = At::trailer_start; return c == '\n';
    case At::end_lf: done_ = true; return c == '\n';
  }
  return false;
}

bool ChunkedDecoder::step_size(char c) {
  if (const int digit = hex_digit(c); digit >= 0) {
    if (at_ == At::size_start) {
      data_left_ = 0;
      extension_bytes_ = 0;
    }
    at_ = At::size;
    data_left_ = data_left_ * 16 + static_cast<uint64_t>(digit);
    // Leading zeros count as bytes too, or a line of them could go on for ever.
    return data_left_ < k_chunk_bytes_max && ++extension_bytes_ <= k_extension_bytes_max;
  }
  if (at_ == At::size_start) return false;
  if (c == '\r') {
    at_ = At::size_lf;
    return true;
  }
  at_ = At::extension;
  return c == ';' || c == ' ' || c == '\t';
}

bool ChunkedDecoder::step_text(char c, At line_feed) {
  if (c == '\r') {
    at_ = line_feed;
    return true;
  }
  return static_cast<unsigned char>(c) >= 0x20 || c == '\t';
}

}  // namespace strobe::net
