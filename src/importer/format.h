#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace strobe::importer {

enum class Format : uint8_t {
  otlp,
  attocode,
  attocode_python,
};

// Tells what a file is by the names of the members of its first lines; `head` is where it begins, perhaps cut. Nothing:
// they do not say.
std::optional<Format> format_told_by(std::string_view head);

}  // namespace strobe::importer
