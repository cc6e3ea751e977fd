#include <string>
#include <string_view>

#include "base/assert.h"
#include "codec/chunker.h"
#include "codec/inflate.h"
#include "codec/zstd.h"

// Any bytes as compressed content, of a request or of a stored row: within bounds, or refused. And the other way
// round: what is compressed here comes back. The first byte says as what.

namespace strobe::codec {
namespace {

constexpr size_t k_content_bytes_max = size_t{1} << 20;

void check_content(ContentCoding coding, std::string_view bytes) {
  const auto content = decode_content(coding, bytes, k_content_bytes_max);
  if (content) {
    STROBE_ASSERT(content->size() <= k_content_bytes_max);
  } else {
    STROBE_ASSERT(content.error().code == ErrorCode::invalid || content.error().code == ErrorCode::too_large);
  }
}

void check_row(Compression how, std::string_view bytes) {
  BlobCodec codec;
  const size_t size = bytes.size() < 2 ? 0 : static_cast<unsigned char>(bytes[0]) * 256 + bytes.size();
  const auto content = codec.decompress(how, bytes, size, bytes.substr(bytes.size() / 2));
  STROBE_ASSERT(content ? content->size() == size : content.error().code == ErrorCode::corrupt);
}

void check_round_trip(std::string_view bytes) {
  BlobCodec codec;
  const std::string_view prefix = bytes.substr(bytes.size() / 2);
  for (const Compressed& compressed : {codec.compress(bytes), codec.compress_like(bytes, prefix, {})}) {
    const auto back = codec.decompress(compressed.how, compressed.bytes, bytes.size(), prefix);
    STROBE_ASSERT(back && *back == bytes);
  }
  const auto unzipped = decode_content(ContentCoding::gzip, gzip(bytes), k_content_bytes_max);
  STROBE_ASSERT(unzipped && *unzipped == bytes);
  const char* expected = bytes.data();
  for (const std::string_view piece : chunk(bytes)) {
    STROBE_ASSERT(piece.data() == expected && !piece.empty() && piece.size() <= k_chunk_bytes_max);
    expected += piece.size();
  }
  STROBE_ASSERT(expected == bytes.data() + bytes.size());
}

void check(const uint8_t* data, size_t size) {
  if (size == 0) return;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0: check_content(ContentCoding::gzip, bytes); break;
    case 1: check_content(ContentCoding::deflate, bytes); break;
    case 2: check_content(ContentCoding::zstd, bytes); break;
    case 3: check_round_trip(bytes); break;
    // Rows say how they are compressed in three bits; not every number has a meaning.
    default: check_row(static_cast<Compression>(data[0] / 8 % 8), bytes);
  }
}

}  // namespace
}  // namespace strobe::codec

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::codec::check(data, size);
  return 0;
}
