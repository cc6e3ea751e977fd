#include "cli/completion.h"

#include <algorithm>
#include <array>

namespace strobe::cli {

Words words_of(std::string_view value_name, const std::vector<std::string_view>& choices) {
  constexpr std::array k_files = std::to_array<std::string_view>({"FILE", "DIR", "PATH"});
  constexpr std::array k_sessions = std::to_array<std::string_view>({"ID", "SESSION"});
  if (!choices.empty()) return Words::choices;
  if (std::find(k_files.begin(), k_files.end(), value_name) != k_files.end()) return Words::files;
  if (std::find(k_sessions.begin(), k_sessions.end(), value_name) != k_sessions.end()) return Words::sessions;
  return Words::none;
}

const std::vector<std::string_view>& session_words() {
  static const std::vector<std::string_view> words = {"last", "last~1", "last~2"};
  return words;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : " ") + std::string(word);
  return text;
}

}  // namespace strobe::cli
