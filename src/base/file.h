#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace strobe {

// The whole file; "-" is standard input. Errors: io ("cannot read PATH: reason"), too_large.
Result<std::string> read_file(const std::string& path, size_t bytes_max = SIZE_MAX);

// Writes to a temporary file beside `path` and renames it, so that nobody sees half a file. "-" is standard output.
Result<void> write_file(const std::string& path, std::string_view content);

}  // namespace strobe
