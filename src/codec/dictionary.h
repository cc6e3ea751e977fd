#pragma once

#include <string_view>

namespace strobe::codec {

// The built-in zstd dictionary, version 1: scripts/train_dictionary.py made it. Blobs on disk need these very bytes for
// ever; a better dictionary becomes version 2 beside it. Lives in the program's read-only data.
std::string_view dictionary_1();

}  // namespace strobe::codec
