#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/session.h"

// Which part of a session a text shows: sessions may be longer than anybody reads.

namespace strobe::view {

inline constexpr int64_t k_lines_max = 2000;

struct Excerpt {
  int64_t lines_max = k_lines_max;  // 0: all
  int32_t first_step = 0;           // 0: from the beginning
  int32_t last_step = 0;            // 0: to the end

  bool is_whole() const { return first_step <= 0 && last_step <= 0; }
};

// For each span whether it is in the excerpt: those of its steps, and what belongs to no step but began while they ran.
std::vector<bool> spans_in(const SessionView& view, const Excerpt& excerpt);
// "steps 3-5 of 12\n"; empty for a whole session.
std::string excerpt_note(const SessionView& view, const Excerpt& excerpt);

// Collects lines up to a limit and counts the rest.
class Lines {
 public:
  explicit Lines(int64_t lines_max) : lines_max_(lines_max) {}

  // Whether another line would be kept: making those that are not can be saved.
  bool has_room() const { return lines_max_ <= 0 || lines_ < lines_max_; }
  // `line` ends in a newline, and may hold more than one: they stay together.
  void add(std::string_view line);
  // One more that is not shown.
  void skip() { ++left_out_; }
  // What was kept, and a line that says how much was not and how to see it. `things`: "events", "spans".
  std::string take(std::string_view things);

 private:
  int64_t lines_max_;
  int64_t lines_ = 0;
  int64_t left_out_ = 0;
  std::string text_;
};

}  // namespace strobe::view
