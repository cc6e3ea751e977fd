#pragma once

#include <string_view>
#include <vector>

namespace strobe::codec {

// Sizes of content-defined chunks (context.md section 3).
inline constexpr size_t k_chunk_bytes_min = 1024;
inline constexpr size_t k_chunk_bytes_mean = 4096;
inline constexpr size_t k_chunk_bytes_max = 16384;

// Cuts bytes where their content says so (gear hash, FastCDC's normalised chunking), so that an insertion changes one
// or two chunks and not all that follow. The concatenation of the result is `bytes`. Deterministic and for ever: cut
// points are part of what is stored.
std::vector<std::string_view> chunk(std::string_view bytes);

}  // namespace strobe::codec
