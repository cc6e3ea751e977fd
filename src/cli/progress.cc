#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>

#include "cli/command.h"

namespace strobe::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_quiet_at_first{500};  // work that is over by then needs no line
constexpr milliseconds k_redraw{100};
constexpr double k_rate_seconds_min = 0.5;  // before that a rate is noise
constexpr std::string_view k_erase_line = "\r\x1b[K";

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "written by a signal handler");

void note_signal(int signal) {
  g_interrupted.store(true);
  std::signal(signal, SIG_DFL);  // the second one is not for us
}

}  // namespace

std::string progress_line(std::string_view what, int64_t done, int64_t total, double seconds) {
  std::string line = view::safe(what) + " " + view::count(done);
  if (total > 0) {
    const double share = static_cast<double>(done) / static_cast<double>(total);
    line += " of " + view::count(total) + " (" + std::to_string(static_cast<int>(std::min(share, 1.0) * 100)) + "%)";
  }
  if (seconds >= k_rate_seconds_min)
    line += ", " + view::count(static_cast<int64_t>(static_cast<double>(done) / seconds)) + "/s";
  return line;
}

Progress::Progress(bool json) : draws_(!json && ::isatty(STDERR_FILENO) != 0), begun_(Clock::now()) {
  g_interrupted.store(false);
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, note_signal);
}

Progress::~Progress() {
  clear();
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
}

bool Progress::update(std::string_view what, int64_t done, int64_t total) {
  if (!draws_) return !interrupted();
  const Clock::time_point now = Clock::now();
  if (what != what_) {
    what_ = what;
    started_ = now;
  }
  if (now - begun_ < k_quiet_at_first || now - drawn_at_ < k_redraw) return !interrupted();
  drawn_at_ = now;
  const std::string line = progress_line(what, done, total, std::chrono::duration<double>(now - started_).count());
  std::fprintf(stderr, "%.*s%s", static_cast<int>(k_erase_line.size()), k_erase_line.data(), line.c_str());
  std::fflush(stderr);
  is_drawn_ = true;
  return !interrupted();
}

store::Progress Progress::callback() {
  return [this](std::string_view what, int64_t done, int64_t total) { return update(what, done, total); };
}

void Progress::clear() {
  if (!is_drawn_) return;
  std::fwrite(k_erase_line.data(), 1, k_erase_line.size(), stderr);
  std::fflush(stderr);
  is_drawn_ = false;
}

bool Progress::interrupted() { return g_interrupted.load(); }

}  // namespace strobe::cli
