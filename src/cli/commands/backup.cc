#include <filesystem>

#include "cli/commands/commands.h"
#include "cli/progress.h"
#include "json/write.h"

namespace strobe::cli {

namespace {

Result<int> run(const Session& session, const Invocation& invocation) {
  const std::string& path = invocation.positionals.front();
  const auto store = TRY(open_for_reading(session.store_path));
  Progress progress(session.json);
  const auto done = store->backup(path, progress.callback());
  progress.clear();
  if (!done && done.error().code == ErrorCode::conflict) {
    return fail(ErrorCode::conflict, done.error().message, "a backup never overwrites a file: choose another name");
  }
  TRY_VOID(done);
  std::error_code error;
  const auto bytes = static_cast<int64_t>(std::filesystem::file_size(path, error));
  if (!session.json) {
    TRY_VOID(print("copied " + view::bytes(bytes) + " to " + view::safe(path) + "\n"));
    return 0;
  }
  json::Writer writer(json::Layout::pretty);
  writer.begin_object().key("path").string(path).key("bytes").int64(bytes).end_object();
  TRY_VOID(print(writer.take() + "\n"));
  return 0;
}

}  // namespace

const Command& backup_command() {
  static const Command command = {.name = "backup",
                                  .summary = "copies the store to a file while others write to it",
                                  .positionals = {{.name = "FILE", .help = "the copy; it must not exist yet"}},
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
