#include "codec/xxh3.h"

#include <xxhash.h>

namespace strobe::codec {

Hash128 xxh3_128(std::string_view bytes, uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.low64, hash.high64};
}

}  // namespace strobe::codec
