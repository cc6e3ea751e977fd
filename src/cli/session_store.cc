#include "cli/session_store.h"

#include <filesystem>

#include "ingest/pipeline.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::cli {

namespace {

constexpr size_t k_derive_traces_at_once = 1000;
constexpr int k_derive_rounds_max = 100;

}  // namespace

Result<std::unique_ptr<store::Store>> open_for_questions(const std::string& path) {
  // A store in memory has no file to look for.
  std::error_code error;  // opening it tells
  if (!path.starts_with(":memory:") && !std::filesystem::exists(path, error) && !error) {
    return fail(ErrorCode::not_found, "there is no store at " + path + " yet",
                "nothing has been recorded there; strobe run -- CMD records an agent");
  }
  auto store = store::open_sqlite({.path = path, .mode = store::OpenMode::read_write});
  if (!store && (store.error().code == ErrorCode::io || store.error().code == ErrorCode::unavailable)) {
    return store::open_sqlite({.path = path, .mode = store::OpenMode::read_only});
  }
  if (!store) return store;
  // Bounded: a trace that keeps changing while it is derived stays dirty.
  for (int round = 0; round < k_derive_rounds_max; ++round) {
    const auto derived = ingest::derive_dirty_traces(**store, k_derive_traces_at_once);
    // Whoever holds the write lock now also derives; the question is answered with what there is.
    if (!derived || *derived == 0) break;
  }
  return store;
}

Result<std::unique_ptr<store::Store>> open_for_reading(const std::string& path) {
  return store::open_sqlite({.path = path, .mode = store::OpenMode::read_only});
}

Result<std::unique_ptr<store::Store>> open_for_writing(const std::string& path) {
  return store::open_sqlite({.path = path, .mode = store::OpenMode::read_write});
}

}  // namespace strobe::cli
