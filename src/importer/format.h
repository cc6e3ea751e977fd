#pragma once

#include <cstdint>
#include <string_view>

namespace strobe::importer {

enum class Format : uint8_t {
  otlp,  // or nothing known: reading it will tell
  attocode,
  attocode_python,
};

// Tells what a file is by the names of the members of its first lines; `head` is where it begins, perhaps cut.
Format format_of(std::string_view head);

}  // namespace strobe::importer
