#include <cstdio>
#include <mutex>
#include <optional>

#include "cli/commands/commands.h"
#include "cli/progress.h"
#include "importer/importer.h"
#include "ingest/pipeline.h"

namespace strobe::cli {

namespace {

// Memory of one document: a file may be larger than what a sender may send at once.
constexpr size_t k_document_bytes_max = size_t{4} << 30;

// Hands documents to the pipeline, waits when its queue is full, and keeps what was refused or failed.
class Delivery {
 public:
  Result<void> deliver(ingest::Pipeline& pipeline, RawBatch batch) {
    ingest::Submission submission;
    submission.batch = std::move(batch);
    submission.done = [this](Result<ingest::Acknowledgement> result) { note(std::move(result)); };
    // Heavier ones the pipeline would refuse for ever.
    const size_t weight = ingest::weight_of(submission.batch);
    if (weight > pipeline.room_max()) {
      return fail(ErrorCode::too_large, "one document of " + std::to_string(weight >> 20) +
                                            " MiB in memory is more than is taken at once: cut it into JSON lines");
    }
    while (!pipeline.submit(submission)) pipeline.drain();
    MutexLock lock(mutex_);
    if (error_) return std::unexpected(*error_);
    return {};
  }
  // After the pipeline has drained.
  Result<int64_t> rejected() const {
    MutexLock lock(mutex_);
    if (error_) return std::unexpected(*error_);
    return rejected_;
  }

 private:
  void note(Result<ingest::Acknowledgement> result) {
    MutexLock lock(mutex_);
    if (!result) {
      error_ = result.error();
    } else {
      rejected_ += result->rejected;
    }
  }
  mutable Mutex mutex_;
  std::optional<Error> error_ STROBE_GUARDED_BY(mutex_);
  int64_t rejected_ STROBE_GUARDED_BY(mutex_) = 0;
};

void print_problems(const std::string& path, const importer::Report& report) {
  for (const importer::Problem& problem : report.problems) {
    std::fprintf(stderr, "strobe: %s:%zu: %s\n", view::safe(path).c_str(), problem.line,
                 view::safe(problem.message).c_str());
  }
  if (report.problems_dropped > 0) {
    std::fprintf(stderr, "strobe: %s: and %zu more broken lines\n", view::safe(path).c_str(), report.problems_dropped);
  }
}

// For `strobe doctor`: what was skipped is nowhere else.
Result<void> count_broken_lines(store::Store& store, size_t lines) {
  if (lines == 0) return {};
  store::Batch batch;
  batch.counts.push_back({"import.broken_lines", static_cast<int64_t>(lines)});
  return store.commit(batch);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto store = TRY(open_for_writing(session.store_path));
  Delivery delivery;  // outlives the pipeline, whose last commits report to it
  ingest::Pipeline pipeline(*store, {.request_bytes_max = k_document_bytes_max});
  Progress progress(session.json);
  int64_t records = 0;
  const auto deliver = [&](RawBatch batch) -> Result<void> {
    records += static_cast<int64_t>(batch.spans.size() + batch.logs.size() + batch.metrics.size());
    if (!progress.update("importing: spans, log records and metrics", records, 0))
      return fail(ErrorCode::conflict, "interrupted");
    return delivery.deliver(pipeline, std::move(batch));
  };
  size_t problems = 0;
  std::optional<Error> failed;
  for (const std::string& path : invocation.positionals) {
    const auto report = importer::import_file(path, deliver);
    if (Progress::interrupted()) break;
    if (!report) {
      progress.clear();
      // The other files are read all the same; the last failure is what the command ends with.
      if (failed) std::fprintf(stderr, "strobe: %s\n", view::safe(failed->message).c_str());
      failed = report.error();
      continue;
    }
    progress.clear();
    print_problems(path, *report);
    problems += report->problems.size() + report->problems_dropped;
  }
  progress.clear();
  pipeline.drain();
  pipeline.stop();
  const int64_t rejected = TRY(delivery.rejected());
  TRY_VOID(count_broken_lines(*store, problems));
  const ingest::PipelineStats stats = pipeline.stats();
  std::string line = "imported " + view::count(static_cast<int64_t>(stats.spans)) + " spans, " +
                     view::count(static_cast<int64_t>(stats.logs)) + " log records, " +
                     view::count(static_cast<int64_t>(stats.points)) + " metric points";
  if (rejected > 0) line += "; refused " + view::count(rejected) + " spans without valid ids";
  if (problems > 0) line += "; " + view::count(static_cast<int64_t>(problems)) + " broken lines";
  std::fprintf(stderr, "%s\n", line.c_str());
  if (Progress::interrupted()) {
    std::fprintf(stderr,
                 "strobe: interrupted; what was imported stays, and importing the rest later repeats nothing\n");
    return static_cast<int>(Exit::interrupted);
  }
  if (failed) return std::unexpected(*failed);
  return 0;
}

}  // namespace

const Command& import_command() {
  static const Command command = {
      .name = "import",
      .summary = "reads trace files into the store",
      .positionals = {{.name = "FILE", .help = "files to read; - is standard input", .repeats = true}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
