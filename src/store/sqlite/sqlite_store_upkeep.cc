#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "sqlite/backup.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/examine.h"
#include "store/sqlite/prune.h"
#include "store/sqlite/sqlite_store_class.h"

// Living with a store.

namespace strobe::store {

using sqlite::TransactionKind;

namespace {
constexpr int k_checkpoint_attempts_max = 20;
constexpr std::chrono::milliseconds k_checkpoint_pause{50};
}  // namespace

// What it takes on the disk: the file and the log beside it.
Result<int64_t> SqliteStore::file_bytes() {
  if (options_.path == k_memory_path) {
    return TRY(core_.db.number("PRAGMA page_count")) * TRY(core_.db.number("PRAGMA page_size"));
  }
  int64_t bytes = 0;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(options_.path + suffix, error);
    if (!error) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

// A log that nobody could move into the file is as large on the disk as what it freed there: waits for others longer
// than checkpoint() does, whose next time comes by itself.
Result<void> SqliteStore::checkpoint_all() {
  for (int attempt = 0; attempt < k_checkpoint_attempts_max; ++attempt) {
    TRY_VOID(checkpoint());
    std::error_code error;
    const auto log_bytes = std::filesystem::file_size(options_.path + "-wal", error);
    if (error || log_bytes == 0) break;
    // SQLite does not wait for a checkpoint that somebody else is at.
    std::this_thread::sleep_for(k_checkpoint_pause);
  }
  return {};
}

Result<PruneReport> SqliteStore::prune(const PruneRequest& request, const Progress& progress) {
  const Prune::Tools tools{.core = core_,
                           .sessions = sessions_,
                           .begin = [this](TransactionKind kind) { return begin(kind); },
                           .checkpoint = [this] { return checkpoint_all(); },
                           .file_bytes = [this] { return file_bytes(); }};
  auto report = Prune(tools, request, progress).run();
  forget();
  return report;
}

Result<void> SqliteStore::backup(const std::string& path, const Progress& progress) {
  if (path.empty() || path.starts_with(':')) return fail(ErrorCode::invalid, "a backup needs the name of a file");
  return sqlite::backup(core_.db, path,
                        [&](int64_t done, int64_t total) { return !progress || progress("pages", done, total); });
}

Result<Health> SqliteStore::examine(Examination how, const Progress& progress) {
  Health health;
  {
    const auto snapshot = TRY(begin(TransactionKind::read));
    health = TRY(examine_file(core_, how, progress));
    auto counts = counters_.all();
    if (!counts && counts.error().code != ErrorCode::corrupt) return std::unexpected(counts.error());
    if (counts) {
      health.counts = *std::move(counts);
    } else {
      health.problems.push_back("the counters cannot be read: " + counts.error().message);
    }
  }
  health.path = options_.path;
  health.file_bytes = TRY(file_bytes());
  // A store without an index is well all the same.
  if (auto index = index_state()) health.index = *index;
  return health;
}

Result<std::vector<TraceId>> SqliteStore::traces_behind(int version, size_t limit) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  auto statement =
      TRY(core_.db.prepare("SELECT id FROM trace WHERE normaliser < ?1 AND spans > 0 ORDER BY no LIMIT ?2"));
  statement.bind_all(version, std::min<uint64_t>(limit, std::numeric_limits<int64_t>::max()));
  std::vector<TraceId> ids;
  while (TRY(statement.step())) {
    if (const auto id = TraceId::from_bytes(statement.blob(0))) ids.push_back(*id);
  }
  return ids;
}

Result<std::vector<StoredSpan>> SqliteStore::spans_of_trace(const TraceId& trace) {
  const auto snapshot = TRY(begin(TransactionKind::read));
  const auto state = TRY(traces_.state(trace));
  if (!state) return std::vector<StoredSpan>();
  // Whoever only reads will not replace.
  if (options_.mode == OpenMode::read_write) read_again_.remember(trace, state->changes);
  return spans_.all_of(state->number, trace);
}

Result<void> SqliteStore::replace(Batch& batch) {
  return write_whole([&] { return write_again(batch); });
}

Result<void> SqliteStore::write_again(const Batch& batch) {
  std::map<TraceId, int64_t> spans_of;
  for (const SpanRecord& span : batch.spans) ++spans_of[span.facts.trace_id];
  std::map<TraceId, uint64_t> number_of;
  for (const auto& [id, spans] : spans_of) {
    const auto state = TRY(traces_.state(id));
    const int64_t* changes = read_again_.find(id);
    const bool is_as_read =
        state && changes != nullptr && *changes == state->changes && state->spans == static_cast<uint64_t>(spans);
    if (!is_as_read) return fail(ErrorCode::conflict, "trace " + id.hex() + " has changed");
    number_of[id] = state->number;
  }
  TRY_VOID(write_content(batch.content));
  for (const SpanRecord& span : batch.spans) TRY_VOID(spans_.replace(number_of.at(span.facts.trace_id), span));
  for (const auto& [id, spans] : spans_of) {
    auto statement = TRY(core_.sql.use(Sql::trace_again));
    statement->bind_all(number_of.at(id), spans, core_.clock.now().ns, batch.normaliser_version);
    TRY_VOID(statement->run());
  }
  return {};
}

}  // namespace strobe::store
