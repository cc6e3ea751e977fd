#include <cstdio>
#include <mutex>
#include <optional>

#include "cli/commands/commands.h"
#include "importer/importer.h"
#include "ingest/pipeline.h"

namespace strobe::cli {

namespace {

// Hands documents to the pipeline, waits when its queue is full, and keeps what was refused or failed.
class Delivery {
 public:
  explicit Delivery(ingest::Pipeline& pipeline) : pipeline_(pipeline) {}

  Result<void> deliver(RawBatch batch, size_t bytes) {
    ingest::Submission submission;
    submission.batch = std::move(batch);
    submission.bytes = bytes + 1;
    submission.done = [this](Result<ingest::Acknowledgement> result) { note(std::move(result)); };
    while (!pipeline_.submit(submission)) pipeline_.drain();
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    return {};
  }
  // After the pipeline has drained.
  Result<int64_t> rejected() const {
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    return rejected_;
  }

 private:
  void note(Result<ingest::Acknowledgement> result) {
    std::lock_guard lock(mutex_);
    if (!result) {
      error_ = result.error();
    } else {
      rejected_ += result->rejected;
    }
  }
  ingest::Pipeline& pipeline_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::optional<Error> error_;
  int64_t rejected_ = 0;
};

void print_problems(const std::string& path, const importer::Report& report) {
  for (const importer::Problem& problem : report.problems) {
    std::fprintf(stderr, "strobe: %s:%zu: %s\n", path.c_str(), problem.line, view::safe(problem.message).c_str());
  }
  if (report.problems_dropped > 0) {
    std::fprintf(stderr, "strobe: %s: and %zu more broken lines\n", path.c_str(), report.problems_dropped);
  }
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto store = TRY(open_for_writing(session.store_path));
  ingest::Pipeline pipeline(*store, {});
  Delivery delivery(pipeline);
  size_t documents = 0;
  size_t problems = 0;
  for (const std::string& path : invocation.positionals) {
    const auto report = TRY(importer::import_file(
        path, [&](RawBatch batch, size_t bytes) { return delivery.deliver(std::move(batch), bytes); }));
    print_problems(path, report);
    documents += report.documents;
    problems += report.problems.size() + report.problems_dropped;
  }
  pipeline.drain();
  pipeline.stop();
  const int64_t rejected = TRY(delivery.rejected());
  const ingest::PipelineStats stats = pipeline.stats();
  std::string line = "imported " + view::count(static_cast<int64_t>(stats.spans)) + " spans, " +
                     view::count(static_cast<int64_t>(stats.logs)) + " log records, " +
                     view::count(static_cast<int64_t>(stats.points)) + " metric points";
  if (rejected > 0) line += "; refused " + view::count(rejected) + " spans without valid ids";
  if (problems > 0) line += "; " + view::count(static_cast<int64_t>(problems)) + " broken lines";
  std::fprintf(stderr, "%s\n", line.c_str());
  return 0;
}

}  // namespace

const Command& import_command() {
  static const Command command = {.name = "import",
                                  .summary = "reads trace files into the store",
                                  .positionals = {{.name = "FILE", .help = "files to read; - is standard input", .repeats = true}},
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
