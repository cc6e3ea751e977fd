#include "cli/file_import.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "store/summary.h"
#include "view/text.h"

namespace strobe::cli {

namespace {

namespace fs = std::filesystem;

// What trace files are called. Other files of a directory are none of ours, whatever they hold.
constexpr std::array<std::string_view, 6> k_endings = {".jsonl", ".ndjson", ".json", ".pb", ".binpb", ".otlp"};

// Memory of one document: a file may be larger than what a sender may send at once.
constexpr size_t k_document_bytes_max = size_t{4} << 30;

ingest::PipelineOptions for_files(ingest::PipelineOptions options) {
  options.request_bytes_max = k_document_bytes_max;
  return options;
}

// Spans that never ended began, and what happened in them may be later.
void tell_times(const RawBatch& batch, FileClock& clock) {
  for (const RawSpan& span : batch.spans) {
    clock.happened(std::max(span.start_time_unix_nano, span.end_time_unix_nano));
    for (const RawEvent& event : span.events) clock.happened(event.time_unix_nano);
  }
  for (const RawLog& log : batch.logs) clock.happened(std::max(log.time_unix_nano, log.observed_time_unix_nano));
  for (const RawMetric& metric : batch.metrics) {
    for (const RawMetricPoint& point : metric.points) clock.happened(point.time_unix_nano);
  }
}

void print_problems(const std::string& path, const importer::Report& report) {
  const std::string name = view::safe(path);
  for (const importer::Problem& problem : report.problems) {
    std::fprintf(stderr, "strobe: %s:%zu: %s\n", name.c_str(), problem.line, view::safe(problem.message).c_str());
  }
  if (report.problems_dropped > 0) {
    std::fprintf(stderr, "strobe: %s: and %zu more broken lines\n", name.c_str(), report.problems_dropped);
  }
}

}  // namespace

bool names_trace_files(std::string_view word) {
  // Sessions by their age are never files: ./last is one.
  if (word.empty() || word == "last" || word.starts_with("last~")) return false;
  std::error_code error;
  return word == "-" || fs::exists(fs::path(word), error);
}

bool has_trace_ending(std::string_view name) {
  return std::ranges::any_of(k_endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

Result<std::vector<std::string>> trace_files_of(const std::string& path) {
  std::error_code error;
  if (path == "-" || !fs::is_directory(path, error)) return std::vector{path};
  std::vector<std::string> files;
  fs::directory_iterator entries(path, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    std::error_code none;  // a link that leads nowhere is no file
    if (!name.starts_with('.') && has_trace_ending(name) && entries->is_regular_file(none)) {
      files.push_back(entries->path().string());
    }
  }
  if (error) return fail(ErrorCode::io, "cannot read " + path + ": " + error.message());
  if (files.empty()) {
    return fail(ErrorCode::not_found, "there are no trace files in " + path,
                "files whose names end in .jsonl, .ndjson, .json, .pb, .binpb or .otlp are looked at");
  }
  std::ranges::sort(files);
  return files;
}

void FileClock::set_to(const std::string& path) {
  struct stat status{};
  const bool is_file = ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  constexpr int64_t k_ns_per_second = 1'000'000'000;
  written_ns_ = is_file ? status.st_mtim.tv_sec * k_ns_per_second + status.st_mtim.tv_nsec : system_clock().now().ns;
  last_ns_ = 0;
  at_ns_ = written_ns_;
}

void FileClock::happened(uint64_t at_unix_nano) {
  if (at_unix_nano == 0) return;
  const int64_t limit = std::max<int64_t>(0, written_ns_);
  last_ns_ = std::max(last_ns_, static_cast<int64_t>(std::min(at_unix_nano, static_cast<uint64_t>(limit))));
  // What was written while it happened is written a moment later.
  at_ns_ = limit - last_ns_ > store::k_silence_max.ns ? last_ns_ : written_ns_;
}

FileImport::FileImport(store::Store& store, Progress& progress, ingest::PipelineOptions options, FileClock* clock)
    : progress_(progress), clock_(clock), pipeline_(store, for_files(std::move(options))) {}

bool FileImport::add(const std::string& path) {
  const auto files = trace_files_of(path);
  if (!files) {
    set_failure(files.error());
    return true;
  }
  const bool is_one_of_many = files->size() > 1 || files->front() != path;
  const size_t understood = totals_.files;
  for (const std::string& file : *files) {
    if (!add_file(file, is_one_of_many)) return false;
  }
  if (is_one_of_many && totals_.files == understood) {
    set_failure({ErrorCode::invalid, path + ": no file in it could be understood", {}});
  }
  return true;
}

bool FileImport::add_file(const std::string& path, bool is_one_of_many) {
  if (clock_ != nullptr) {
    await_answers(0);  // what came before was heard of in its own time
    clock_->set_to(path);
  }
  const auto report = importer::import_file(path, [this](RawBatch batch) { return deliver(std::move(batch)); });
  totals_.is_interrupted = Progress::interrupted();
  if (totals_.is_interrupted) return false;
  progress_.clear();
  if (!report) {
    if (is_one_of_many) {
      std::fprintf(stderr, "strobe: %s\n", view::safe(report.error().message).c_str());
    } else {
      set_failure(report.error());
    }
    return true;
  }
  print_problems(path, *report);
  totals_.problems += report->problems.size() + report->problems_dropped;
  ++totals_.files;
  return true;
}

// Other files are read all the same; the last failure is what the command ends with.
void FileImport::set_failure(Error error) {
  if (totals_.failure) std::fprintf(stderr, "strobe: %s\n", view::safe(totals_.failure->message).c_str());
  totals_.failure = std::move(error);
}

// Hands a document to the pipeline and waits when its queue is full.
Result<void> FileImport::deliver(RawBatch batch) {
  records_ += static_cast<int64_t>(batch.spans.size() + batch.logs.size() + batch.metrics.size());
  if (!progress_.update("importing: spans, log records and metrics", records_, 0)) {
    return fail(ErrorCode::conflict, "interrupted");
  }
  if (clock_ != nullptr) tell_times(batch, *clock_);
  ingest::Submission submission;
  submission.batch = std::move(batch);
  submission.done = [this](Result<ingest::Acknowledgement> result) { note(std::move(result)); };
  // Heavier ones the pipeline would refuse for ever.
  const size_t weight = ingest::weight_of(submission.batch);
  if (weight > pipeline_.room_max()) {
    return fail(ErrorCode::too_large, "one document of " + std::to_string(weight >> 20) +
                                          " MiB in memory is more than is taken at once: cut it into JSON lines");
  }
  {
    MutexLock lock(mutex_);
    ++unanswered_;
  }
  // Refused when the queue is full.
  while (!pipeline_.submit(submission)) await_answers(1);
  MutexLock lock(mutex_);
  if (error_) return std::unexpected(*error_);
  return {};
}

void FileImport::await_answers(size_t left) {
  MutexLock lock(mutex_);
  while (unanswered_ > left) answered_.wait(mutex_);
}

void FileImport::note(Result<ingest::Acknowledgement> result) {
  MutexLock lock(mutex_);
  if (!result) {
    error_ = result.error();
  } else {
    rejected_ += result->rejected;
  }
  --unanswered_;
  answered_.notify_all();
}

Result<FileImport::Totals> FileImport::finish() {
  progress_.clear();
  pipeline_.stop();
  totals_.stats = pipeline_.stats();
  MutexLock lock(mutex_);
  if (error_) return std::unexpected(*error_);
  totals_.rejected = rejected_;
  return totals_;
}

}  // namespace strobe::cli
