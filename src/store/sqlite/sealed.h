#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/zstd.h"

namespace strobe::store {

// Nothing larger is read back: a damaged row must not make us allocate the world.
inline constexpr size_t k_content_bytes_max = size_t{1} << 30;

// How compressed bytes stand in a column: a varint of (size << 3 | Compression), then the bytes. For Compression::none
// the size is that of the rest and is left out (0).
std::string seal(codec::BlobCodec& codec, std::string_view content);
std::string seal(codec::Compressed compressed, size_t content_size);

struct Sealed {
  codec::Compression how = codec::Compression::none;
  size_t size = 0;
  std::string_view bytes;
};
// Errors: corrupt.
Result<Sealed> parse_sealed(std::string_view column);
// `prefix` only where the column was compressed with one. Errors: corrupt.
Result<std::string> unseal(codec::BlobCodec& codec, std::string_view column, std::string_view prefix = {});

}  // namespace strobe::store
