#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "importer/importer.h"

namespace strobe::importer {

// The memory of one line. A longer one is a problem, not the end of the file.
inline constexpr size_t k_line_bytes_max = size_t{256} << 20;

// What a line has that is longer.
std::string line_too_long();
// A text without the mark that some programs put before it.
std::string_view without_byte_order_mark(std::string_view text);

// A text as something that is read.
ReadBytes reading(std::shared_ptr<const std::string> text);

struct Line {
  size_t number = 0;           // 1-based
  std::string_view text = {};  // without its end; valid until the next line is read
  bool has_end = true;         // false: the file ended in the middle of it, perhaps
  bool is_too_long = false;    // its text was skipped
};

// Hands out line after line of any length, without keeping more than one. One thread.
class LineReader {
 public:
  explicit LineReader(ReadBytes read, size_t line_bytes_max = k_line_bytes_max)
      : read_(std::move(read)), line_bytes_max_(line_bytes_max) {}

  // Up to `size` bytes from the beginning, which next() gives out again. Before the first next() only.
  Result<std::string_view> peek(size_t size);
  // The next line; nothing behind the last. Errors: what reading says.
  Result<std::optional<Line>> next();
  // Everything that next() has not given out. Errors: too_large, and what reading says.
  Result<std::string> rest(size_t bytes_max);

 private:
  // Reads more behind what is kept; false at the end.
  Result<bool> fill();

  ReadBytes read_;
  const size_t line_bytes_max_;
  std::string buffer_;
  size_t begin_ = 0;  // of the next line, within the buffer
  bool is_at_end_ = false;
  size_t number_ = 0;
};

}  // namespace strobe::importer
