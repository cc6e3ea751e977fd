#include <cstdio>

#include "cli/command.h"
#include "cli/parse.h"

namespace strobe::cli {

namespace {

Exit exit_of(ErrorCode code) { return code == ErrorCode::not_found ? Exit::not_found : Exit::failed; }

std::string_view hint_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::unavailable: return "another process is busy with the store, or the disk is full: try again";
    case ErrorCode::corrupt: return "the file is damaged or is no Strobe store";
    case ErrorCode::not_found: return "strobe sessions lists what there is; strobe run -- CMD records an agent";
    default: return "";
  }
}

}  // namespace

int main_of(int argc, char** argv) {
  const Parsed parsed = parse_arguments(argc, argv);
  if (parsed.command == nullptr) {
    std::fputs(parsed.output.c_str(), parsed.exit == Exit::ok ? stdout : stderr);
    return static_cast<int>(parsed.exit);
  }
  const Result<int> result = parsed.command->run(parsed.session, parsed.invocation);
  if (result) return *result;
  std::fprintf(stderr, "strobe: %s\n", view::safe(result.error().message).c_str());
  const std::string_view hint = hint_of(result.error());
  if (!hint.empty()) std::fprintf(stderr, "hint: %s\n", std::string(hint).c_str());
  return static_cast<int>(exit_of(result.error().code));
}

}  // namespace strobe::cli
