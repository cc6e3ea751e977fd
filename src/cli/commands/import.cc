#include <cstdio>

#include "cli/commands/commands.h"
#include "cli/file_import.h"
#include "view/phrases.h"

namespace strobe::cli {

namespace {

// For `strobe doctor`: what was skipped is nowhere else.
Result<void> count_broken_lines(store::Store& store, size_t lines) {
  if (lines == 0) return {};
  store::Batch batch;
  batch.counts.push_back({"import.broken_lines", static_cast<int64_t>(lines)});
  return store.commit(batch);
}

void print_totals(const FileImport::Totals& totals) {
  const ingest::PipelineStats& stats = totals.stats;
  std::string line = "imported " + view::count(static_cast<int64_t>(stats.spans)) + " spans, " +
                     view::count(static_cast<int64_t>(stats.logs)) + " log records, " +
                     view::count(static_cast<int64_t>(stats.points)) + " metric points";
  if (totals.rejected > 0) line += "; refused " + view::amount(totals.rejected, "span") + " without valid ids";
  if (totals.problems > 0) line += "; " + view::amount(static_cast<int64_t>(totals.problems), "broken line");
  std::fprintf(stderr, "%s\n", line.c_str());
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto store = TRY(open_for_writing(session.store_path));
  Progress progress(session.json);
  FileImport files(*store, progress, {});
  for (const std::string& path : invocation.positionals) {
    if (!files.add(path)) break;
  }
  const FileImport::Totals totals = TRY(files.finish());
  TRY_VOID(count_broken_lines(*store, totals.problems));
  print_totals(totals);
  if (totals.is_interrupted) {
    std::fprintf(stderr,
                 "strobe: interrupted; what was imported stays, and importing the rest later repeats nothing\n");
    return static_cast<int>(Exit::interrupted);
  }
  if (totals.failure) return std::unexpected(*totals.failure);
  return 0;
}

}  // namespace

const Command& import_command() {
  static const Command command = {
      .name = "import",
      .summary = "reads trace files into the store",
      .positionals = {{.name = "FILE", .help = "files or directories to read; - is standard input", .repeats = true}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
