#pragma once

#include <cstdint>
#include <string_view>

namespace strobe::codec {

struct Hash128 {
  uint64_t low = 0;
  uint64_t high = 0;
  bool operator==(const Hash128&) const = default;
};

// XXH3-128: a filter in front of the real identity (SHA-256), twenty times its speed. Not against an attacker unless
// `seed` is random and secret, and never stored.
Hash128 xxh3_128(std::string_view bytes, uint64_t seed = 0);

}  // namespace strobe::codec
