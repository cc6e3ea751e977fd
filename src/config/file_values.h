#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/setting.h"

namespace strobe::config {

struct FileValue {
  std::string name;
  std::string text;   // an array's elements with commas between them
  uint32_t line = 0;  // 1-based
};

// A configuration file (TOML 1.0) as values of known settings: all_settings() and `further` ones, whose names may have
// dots in them: "a.b" stands in the table [a]. `path` is for messages. Errors, each with file and line:
// invalid for broken TOML, unknown names (with the nearest known one), values a setting cannot have.
Result<std::vector<FileValue>> read_file_values(std::string_view content, const std::string& path,
                                                std::span<const Setting> further = {});

}  // namespace strobe::config
