#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "cli/progress.h"
#include "importer/importer.h"
#include "ingest/pipeline.h"
#include "store/store.h"

// Trace files through the pipeline into a store, with what of them could not be used said on standard error. What
// `import` and questions on a file have in common.

namespace strobe::cli {

// Whether a word is to be taken for a file or a directory and not for a session: "-", or something that exists.
bool names_trace_files(std::string_view word);

// Whether a name ends as those of trace files do.
bool has_trace_ending(std::string_view name);

// The files that a path stands for: itself, or of a directory the trace files in it (by the endings of their names;
// not of folders below it, nothing hidden), by name. Errors: not_found (a directory without any), io.
Result<std::vector<std::string>> trace_files_of(const std::string& path);

// When the last was heard of what a file tells, for a store that is to know since when its sessions are silent: when
// the file was written last. But files are copied and unpacked long after; where the last thing that happened in it
// lies far before, that is when.
class FileClock : public Clock {
 public:
  TimeNs now() const override { return {at_ns_.load()}; }
  // Begins a file. Now, where it does not tell when it was written.
  void set_to(const std::string& path);
  // Something in the file happened then; 0: not known. Times behind the last writing are not believed.
  void happened(uint64_t at_unix_nano);

 private:
  int64_t written_ns_ = 0, last_ns_ = 0;  // of the file: its own time, and of what happened in it
  std::atomic<int64_t> at_ns_{system_clock().now().ns};
};

class FileImport {
 public:
  struct Totals {
    ingest::PipelineStats stats;
    int64_t rejected = 0;          // spans without valid ids
    size_t problems = 0;           // broken lines
    size_t files = 0;              // that were understood
    std::optional<Error> failure;  // the last file that was not
    bool is_interrupted = false;
  };

  // `store` belongs to the import until finish(), which is to be called before it goes. `clock`, if any, is set to each
  // file's time while that is read.
  FileImport(store::Store& store, Progress& progress, ingest::PipelineOptions options, FileClock* clock = nullptr);

  // Reads what `path` stands for. A file that cannot be read or understood is a failure of the totals; in a directory
  // it is one only where nothing else was understood. False: somebody interrupted.
  bool add(const std::string& path);
  // Waits until everything is durable and derived. Errors: what the store said.
  Result<Totals> finish();

 private:
  Result<void> deliver(RawBatch batch);
  void note(Result<ingest::Acknowledgement> result);
  bool add_file(const std::string& path, bool is_one_of_many);
  void set_failure(Error error);

  Progress& progress_;
  FileClock* const clock_;
  Totals totals_;
  int64_t records_ = 0;

  // Until no more than `left` of what was handed over is not durable yet.
  void await_answers(size_t left);

  mutable Mutex mutex_;
  ConditionVariable answered_;
  size_t unanswered_ STROBE_GUARDED_BY(mutex_) = 0;
  std::optional<Error> error_ STROBE_GUARDED_BY(mutex_);
  int64_t rejected_ STROBE_GUARDED_BY(mutex_) = 0;

  ingest::Pipeline pipeline_;  // last: its thread reports to the rest
};

}  // namespace strobe::cli
