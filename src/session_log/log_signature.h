#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace strobe::session_log {

// What a line of a log tells of; nothing: it is not known.
using KeyOf = std::function<std::optional<std::string>(std::string_view line)>;

// How a log of ours is told from a file of another program that has the same name: by its first line.
struct LogSignature {
  std::string_view beginning = {};  // of every first line
  std::string_view mark = {};       // stands in every first line, of older files not at its beginning; empty: none does
  KeyOf key_of = {};
};

// A first line of ours, whole.
bool is_first_line(const LogSignature& signature, std::string_view line);
// The beginning of one: whoever wrote it was killed in the middle of it, or no more of it was read.
bool begins_first_line(const LogSignature& signature, std::string_view text);

}  // namespace strobe::session_log
