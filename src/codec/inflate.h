#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace strobe::codec {

enum class ContentCoding { identity, gzip, deflate, zstd };

// Undoes an HTTP content coding. `deflate` is zlib-wrapped or raw, as clients send both. Multi-member gzip and several
// zstd frames are taken. Never holds more than `bytes_max` of output. Errors: invalid (not such data, trailing bytes),
// too_large.
Result<std::string> decode_content(ContentCoding coding, std::string_view body, size_t bytes_max);

// For clients and tests.
std::string gzip(std::string_view bytes);

}  // namespace strobe::codec
