#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace strobe {

// A number of bytes as people type it: "500MB", "1.5 GiB", "2g", "4096". KB, MB, GB, TB are powers of 1000, KiB, MiB,
// GiB, TiB of 1024; a letter alone is as with B; case does not matter. Errors: invalid, also when it is 2^63 or more.
Result<int64_t> parse_size(std::string_view text);

}  // namespace strobe
