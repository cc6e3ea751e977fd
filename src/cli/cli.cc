#include <cerrno>
#include <cstdio>
#include <cstring>

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

Result<void> print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) return fail(ErrorCode::io, std::string("cannot write the answer: ") + std::strerror(errno));
  return {};
}

int wrong_usage(std::string_view message, std::string_view hint) {
  std::fprintf(stderr, "strobe: %s\nhint: %s\n", view::safe(message).c_str(), std::string(hint).c_str());
  return static_cast<int>(Exit::usage);
}

int main_of(int argc, char** argv) {
  const Parsed parsed = parse_arguments(argc, argv);
  if (parsed.command == nullptr) {
    if (parsed.exit == Exit::ok) return print(parsed.output) ? 0 : static_cast<int>(Exit::failed);
    std::fputs(parsed.output.c_str(), stderr);
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
