#include "importer/lines.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace strobe::importer {

namespace {

constexpr size_t k_read_bytes = size_t{1} << 20;

}  // namespace

std::string line_too_long() { return "longer than " + std::to_string(k_line_bytes_max >> 20) + " MiB"; }

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view k_mark = "\xef\xbb\xbf";
  return text.starts_with(k_mark) ? text.substr(k_mark.size()) : text;
}

ReadBytes reading(std::shared_ptr<const std::string> text) {
  return [text = std::move(text), at = size_t{0}](char* to, size_t size) mutable -> Result<size_t> {
    const size_t taken = std::min(size, text->size() - at);
    std::memcpy(to, text->data() + at, taken);
    at += taken;
    return taken;
  };
}

Result<bool> LineReader::fill() {
  if (is_at_end_) return false;
  const size_t kept = buffer_.size();
  buffer_.resize(kept + k_read_bytes);
  auto got = read_(buffer_.data() + kept, k_read_bytes);
  buffer_.resize(kept + (got ? *got : 0));
  if (!got) return std::unexpected(std::move(got).error());
  is_at_end_ = *got == 0;
  return !is_at_end_;
}

Result<std::string_view> LineReader::peek(size_t size) {
  while (buffer_.size() < size && TRY(fill())) {
  }
  return std::string_view(buffer_).substr(0, size);
}

Result<std::string> LineReader::rest(size_t bytes_max) {
  while (TRY(fill())) {
    if (buffer_.size() - begin_ <= bytes_max) continue;
    return fail(ErrorCode::too_large,
                "longer than " + std::to_string(bytes_max >> 30) + " GiB, and its first line is no document of its own",
                "split it where a document ends: a file of one a line may be of any length");
  }
  buffer_.erase(0, std::exchange(begin_, 0));
  return std::move(buffer_);
}

Result<std::optional<Line>> LineReader::next() {
  Line line{.number = ++number_};
  size_t searched = begin_;
  size_t end = std::string::npos;
  while ((end = buffer_.find('\n', searched)) == std::string::npos) {
    if (buffer_.size() - begin_ > line_bytes_max_) {
      line.is_too_long = true;
      begin_ = buffer_.size();
    }
    // What was given out before makes room: each byte is moved at most once.
    if (begin_ > 0) {
      buffer_.erase(0, begin_);
      begin_ = 0;
    }
    searched = buffer_.size();
    if (TRY(fill())) continue;
    if (buffer_.empty() && !line.is_too_long) return std::optional<Line>();
    line.has_end = false;
    end = buffer_.size();
    break;
  }
  if (!line.is_too_long) line.text = std::string_view(buffer_).substr(begin_, end - begin_);
  line.is_too_long = line.is_too_long || line.text.size() > line_bytes_max_;
  if (line.is_too_long) line.text = {};
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  begin_ = std::min(end + 1, buffer_.size());
  return std::optional(line);
}

}  // namespace strobe::importer
