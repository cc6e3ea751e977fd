#include "bench/size_meter.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <semaphore>

#include "base/assert.h"
#include "ingest/pipeline.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::bench {

namespace {

constexpr int k_turns_a_request = 2;
// Requests under way: enough to keep the pipeline busy while the next one is made.
constexpr int k_requests_at_once = 4;

// Feeds one pipeline and waits for what it sent.
class Feeder {
 public:
  // Without the text index: it is written behind the rest, and measured by itself (tests/size).
  explicit Feeder(store::Store& store) : pipeline_(store, {.index_texts = false}) {}

  void send(RawBatch batch) {
    free_.acquire();
    ingest::Submission submission;
    submission.batch = std::move(batch);
    submission.done = [this](Result<ingest::Acknowledgement> result) {
      if (!result || result->rejected > 0) note(result ? Error{ErrorCode::invalid, result->message} : result.error());
      free_.release();
    };
    STROBE_ASSERT(pipeline_.submit(submission));
  }
  Result<void> finish() {
    pipeline_.drain();
    pipeline_.stop();
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    return {};
  }

 private:
  void note(Error error) {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }

  std::counting_semaphore<k_requests_at_once> free_{k_requests_at_once};
  std::mutex mutex_;
  std::optional<Error> error_;  // guarded by mutex_
  ingest::Pipeline pipeline_;
};

uint32_t big_endian(const unsigned char* at) {
  return uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 | at[3];
}

// Pages of the text index. Its tables are there while they are empty.
Result<uint64_t> bytes_of_text_index(const std::string& path) {
  const auto store = TRY(store::open_sqlite({.path = path, .mode = store::OpenMode::read_only}));
  const auto answer = TRY(store->query("SELECT sum(pgsize) FROM dbstat WHERE name GLOB 'search_*'", 1));
  return std::stoull(answer.rows.at(0).at(0).value_or("0"));
}

}  // namespace

Result<std::vector<SizePoint>> measure_sizes(const Corpus& corpus, AgentOptions options, std::span<const int> turns,
                                             const std::string& path) {
  AgentLoad load(corpus, options);
  std::vector<SizePoint> points;
  int sent = 0;
  for (const int target : turns) {
    {
      const auto store = TRY(store::open_sqlite({.path = path, .mode = store::OpenMode::read_write}));
      Feeder feeder(*store);
      for (; sent < target; sent += k_turns_a_request) feeder.send(load.next(k_turns_a_request));
      TRY_VOID(feeder.finish());
      TRY_VOID(store->checkpoint());
    }
    points.push_back({.turns = target,
                      .file_bytes = TRY(bytes_in_use(path)) - TRY(bytes_of_text_index(path)),
                      .unique_bytes = load.unique_bytes()});
  }
  return points;
}

// The header of a SQLite file: page size at 16 (1 means 65536), pages at 28, unused pages at 36; all big-endian.
Result<uint64_t> bytes_in_use(const std::string& path) {
  std::error_code error;
  const auto log_bytes = std::filesystem::file_size(path + "-wal", error);
  if (!error && log_bytes > 0) return fail(ErrorCode::corrupt, path + ": the write-ahead log is not empty");
  unsigned char header[100] = {};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(header), sizeof header)) return fail(ErrorCode::io, "cannot read " + path);
  const uint32_t page_bytes = uint32_t{header[16]} << 8 | header[17];
  return uint64_t{page_bytes == 1 ? 65536 : page_bytes} * (big_endian(header + 28) - big_endian(header + 36));
}

Result<std::string> size_breakdown(const std::string& path) {
  const auto store = TRY(store::open_sqlite({.path = path, .mode = store::OpenMode::read_only}));
  const auto answer = TRY(store->query(
      "SELECT name, sum(pgsize), sum(payload), sum(ncell) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 14", 100));
  std::string text = "  pages, payload, cells:\n";
  for (const auto& row : answer.rows) {
    text += "  ";
    for (const auto& column : row) text += "  " + column.value_or("");
    text += "\n";
  }
  return text;
}

ScratchFolder::ScratchFolder() {
  const std::string pattern = (std::filesystem::temp_directory_path() / "strobe-bench-XXXXXX").string();
  path_ = pattern;
  STROBE_ASSERT(mkdtemp(path_.data()) != nullptr);
}

ScratchFolder::~ScratchFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace strobe::bench
