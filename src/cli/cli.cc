#include <cstdio>

#include "cli/command.h"
#include "cli/parse.h"

namespace strobe::cli {

namespace {

Exit exit_of(ErrorCode code) { return code == ErrorCode::not_found ? Exit::not_found : Exit::failed; }

// What to do, where the error itself does not know better.
std::string hint_of(const Error& error) {
  if (!error.hint.empty()) return error.hint;
  switch (error.code) {
    case ErrorCode::unavailable: return "another process is busy with the store, or the disk is full: try again";
    case ErrorCode::corrupt: return "the file is damaged or is no Strobe store";
    default: return {};
  }
}

}  // namespace

int wrong_usage(std::string_view message, std::string_view hint) {
  std::fprintf(stderr, "strobe: %s\nhint: %s\n", view::safe(message).c_str(), std::string(hint).c_str());
  return static_cast<int>(Exit::usage);
}

int main_of(int argc, char** argv) {
  const Parsed parsed = parse_arguments(argc, argv);
  if (parsed.command == nullptr) {
    std::fputs(parsed.output.c_str(), parsed.exit == Exit::ok ? stdout : stderr);
    return static_cast<int>(parsed.exit);
  }
  const Result<int> result = parsed.command->run(parsed.session, parsed.invocation);
  if (result) return *result;
  std::fprintf(stderr, "strobe: %s\n", view::safe(result.error().message).c_str());
  const std::string hint = hint_of(result.error());
  if (!hint.empty()) std::fprintf(stderr, "hint: %s\n", view::safe(hint).c_str());
  return static_cast<int>(exit_of(result.error().code));
}

}  // namespace strobe::cli
