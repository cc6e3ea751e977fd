#include "cli/store_trouble.h"

#include <cstdio>

#include "view/text.h"

namespace strobe::cli {

namespace {
// Trouble that comes and goes is not told more often.
constexpr std::chrono::seconds k_pause{10};
}  // namespace

void StoreTrouble::say(const std::string& line) const {
  if (say_) return say_(line);
  std::fprintf(stderr, "%s\n", view::safe(line).c_str());
}

void StoreTrouble::tell(const Error* error, std::chrono::steady_clock::time_point now) {
  if (error == nullptr) {
    if (!told_.empty()) say("strobe: the store " + store_path_ + " is written again");
    told_.clear();
    return;
  }
  if (error->message == told_ || (told_at_ && now - *told_at_ < k_pause)) return;
  told_ = error->message;
  told_at_ = now;
  const bool may_pass = error->code == ErrorCode::unavailable || error->code == ErrorCode::io;
  std::string line = "strobe: " + error->message;
  line += may_pass ? "; senders are asked to come back" : "; what was sent is refused";
  if (!error->hint.empty()) line += " (" + error->hint + ")";
  say(line);
}

}  // namespace strobe::cli
