#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/upkeep.h"

namespace strobe::cli {

// One line on standard error that says how far long work is: redrawn at most ten times a second, erased at the end.
// Nothing is drawn when standard error is no terminal, with --json, and for work that is over within half a second.
//
// While it lives, Ctrl-C and SIGTERM do not end the process: the work is asked to stop at its next safe place instead.
// A second one ends it at once. At most one lives at a time; use it on one thread.
class Progress {
 public:
  // With `json` it draws nothing, but still catches the signals.
  explicit Progress(bool json);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` of `total` (0: unknown) of what is under way ("spans", "bytes"). False: a signal asked to stop.
  bool update(std::string_view what, int64_t done, int64_t total);
  // The same as the store wants it; valid as long as this object.
  store::Progress callback();
  // Erases the line; to be called before anything else is printed. The next update draws again.
  void clear();
  // Whether a signal asked to stop.
  static bool interrupted();

 private:
  using Clock = std::chrono::steady_clock;
  bool draws_;
  bool is_drawn_ = false;
  std::string what_;         // what `started_` belongs to
  Clock::time_point begun_;  // of the whole work
  Clock::time_point started_;
  Clock::time_point drawn_at_;
};

// "importing 1,200 of 4,000 bytes (30%), 600/s". What Progress draws, without the control sequences.
std::string progress_line(std::string_view what, int64_t done, int64_t total, double seconds);

}  // namespace strobe::cli
