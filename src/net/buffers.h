#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"

namespace strobe::net {

// What came from a socket and was not read yet: heads, chunk framing, and the first bytes of bodies.
class InputBuffer {
 public:
  bool empty() const { return begin_ == end_; }
  std::string_view bytes() const { return std::string_view(storage_).substr(begin_, end_ - begin_); }
  void consume(size_t size) {
    STROBE_ASSERT(size <= end_ - begin_);
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Where the next bytes go, never empty. Grows only while one head fills the whole buffer.
  std::span<char> room() {
    if (end_ == storage_.size() && begin_ != 0) {
      std::memmove(storage_.data(), storage_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == storage_.size()) storage_.resize(std::max(k_bytes_first, storage_.size() * 2));
    return std::span(storage_).subspan(end_);
  }
  void filled(size_t size) { end_ += size; }
  // Gives back what a long head took, when nothing is left of it.
  void shrink() {
    if (empty() && storage_.size() > k_bytes_first) storage_ = {};
  }

 private:
  static constexpr size_t k_bytes_first = size_t{16} << 10;
  std::string storage_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

// A body while it arrives, in one string that is not zeroed beforehand. Memory follows what has arrived, whatever
// length was promised: at most 1 MiB ahead, then by doubling, never beyond the total.
class BodyBuffer {
 public:
  // `total` is the body's size, or the most it may become.
  void reset(size_t total) {
    storage_ = {};
    filled_ = 0;
    total_ = total;
  }
  size_t size() const { return filled_; }
  // Where the next at most `left` bytes go; `left` is not 0 and does not exceed the total.
  std::span<char> room(size_t left) {
    STROBE_ASSERT(left != 0 && left <= total_ - filled_);
    if (filled_ == storage_.size()) grow(left);
    return std::span(storage_).subspan(filled_, std::min(left, storage_.size() - filled_));
  }
  void filled(size_t size) { filled_ += size; }
  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto to = room(bytes.size());
      std::memcpy(to.data(), bytes.data(), to.size());
      filled_ += to.size();
      bytes.remove_prefix(to.size());
    }
  }
  std::string take() {
    storage_.resize(filled_);
    filled_ = 0;
    return std::exchange(storage_, {});
  }

 private:
  static constexpr size_t k_ahead_bytes_max = size_t{1} << 20;
  void grow(size_t left) {
    const size_t wanted = std::max(filled_ * 2, filled_ + std::min(left, k_ahead_bytes_max));
    const size_t size = std::min(wanted, total_);
    // The bytes behind filled_ are written before they are read, so nothing has to be put there. The argument is not
    // used because libstdc++ 12 passes the capacity.
    storage_.resize_and_overwrite(size, [size](char*, size_t) { return size; });
  }
  std::string storage_;
  size_t filled_ = 0;
  size_t total_ = 0;
};

}  // namespace strobe::net
