#include "session_log/log_signature.h"

namespace strobe::session_log {

namespace {

bool has_mark(const LogSignature& signature, std::string_view text) {
  return !signature.mark.empty() && text.find(signature.mark) != std::string_view::npos;
}

}  // namespace

bool is_first_line(const LogSignature& signature, std::string_view line) {
  if (has_mark(signature, line)) return true;
  return line.starts_with(signature.beginning) && signature.key_of(line).has_value();
}

bool begins_first_line(const LogSignature& signature, std::string_view text) {
  return has_mark(signature, text) || text.starts_with(signature.beginning) || signature.beginning.starts_with(text);
}

}  // namespace strobe::session_log
