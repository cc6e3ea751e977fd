#include "store/sqlite/connection.h"

#include <fcntl.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include "store/sqlite/file_system.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/search_watch.h"

namespace strobe::store {

namespace {
namespace fs = std::filesystem;

constexpr std::chrono::milliseconds k_retry_pause{10};

std::string lower_case_first(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

// A store holds prompts and what tools gave back: it is its owner's alone. SQLite gives the log beside it the same
// mode. What exists keeps the mode it has, and is not opened here: closing it again would give up every lock that this
// process has on it (POSIX).
Result<void> create_private(const std::string& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) return {};
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(ErrorCode::io, lower_case_first(std::generic_category().message(errno)));
  ::close(fd);
  return {};
}

Result<void> create_folders(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error)) return {};
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return fail(ErrorCode::io, lower_case_first(error.message()));
  return {};
}

Result<void> prepare_place(const std::string& path, OpenMode mode) {
  std::error_code error;
  if (mode == OpenMode::read_only) {
    if (!fs::exists(path, error) && !error) return fail(ErrorCode::not_found, "no such file");
  } else if (const fs::path folder = fs::path(path).parent_path(); !folder.empty()) {
    TRY_VOID(create_folders(folder));
  }
  if (fs::is_directory(path, error)) return fail(ErrorCode::io, "is a directory");
  if (const auto kind = network_file_system_of(path)) {
    return fail(ErrorCode::io,
                "on a network file system (" + std::string(*kind) + "), where locks cannot be relied on");
  }
  if (mode == OpenMode::read_write) return create_private(path);
  return {};
}

// Every schema up to ours is brought up to date; a newer one is refused.
Result<int64_t> known_version(sqlite::Database& database) {
  const int64_t version = TRY(database.number("PRAGMA user_version"));
  const int64_t application = TRY(database.number("PRAGMA application_id"));
  const bool empty = version == 0 && TRY(database.number("SELECT count(*) FROM sqlite_schema")) == 0;
  if (!empty && application != k_application_id) return fail(ErrorCode::invalid, "not a Strobe store");
  if (version > schema_version()) {
    return fail(ErrorCode::invalid, "written by a newer Strobe: schema " + std::to_string(version) +
                                        ", this program knows " + std::to_string(schema_version()));
  }
  return version;
}

// Two processes may create the same file at once, and the change to WAL does not wait for locks by itself.
Result<void> use_wal(sqlite::Database& database) {
  const auto give_up = std::chrono::steady_clock::now() + k_busy_timeout;
  while (true) {
    auto mode = database.text("PRAGMA journal_mode=WAL");
    if (mode && *mode == "wal") return {};
    if (mode) return fail(ErrorCode::io, "the file system does not support a write-ahead log");
    if (mode.error().code != ErrorCode::unavailable || std::chrono::steady_clock::now() > give_up) {
      return std::unexpected(std::move(mode).error());
    }
    std::this_thread::sleep_for(k_retry_pause);
  }
}

Result<void> migrate(sqlite::Database& database) {
  while (true) {
    auto transaction = TRY(sqlite::Transaction::begin(database, sqlite::TransactionKind::write));
    // Asked again under the lock: another process may have been faster.
    const int64_t version = TRY(known_version(database));
    if (version == schema_version()) return {};
    const Migration& migration = migrations()[static_cast<size_t>(version)];
    TRY_VOID(drop_views(database));
    auto done = migration.run(database);
    if (!done) return std::unexpected(std::move(done).error().with_context(migration.what));
    if (version + 1 == schema_version()) TRY_VOID(database.execute(view_definitions().c_str()));
    const std::string header = "PRAGMA application_id=" + std::to_string(k_application_id) +
                               "; PRAGMA user_version=" + std::to_string(version + 1);
    TRY_VOID(database.execute(header.c_str()));
    TRY_VOID(transaction.commit());
  }
}

Result<void> set_up_writing(sqlite::Database& database, bool in_memory) {
  // The first two only take effect on a file that is still empty; they cannot be changed cheaply later.
  const std::string layout = "PRAGMA page_size=" + std::to_string(k_page_bytes) + "; PRAGMA auto_vacuum=INCREMENTAL;";
  TRY_VOID(database.execute(layout.c_str()));
  TRY_VOID(known_version(database));
  if (!in_memory) TRY_VOID(use_wal(database));
  TRY_VOID(
      database.execute("PRAGMA synchronous=FULL;"             // an acknowledged batch survives a power cut
                       "PRAGMA wal_autocheckpoint=8000;"      // 32 MB
                       "PRAGMA journal_size_limit=67108864;"  // the log file shrinks again after a burst
                       ));
  if (TRY(known_version(database)) == schema_version()) return {};
  return migrate(database);
}

Result<sqlite::Database> open_database(const std::string& path, sqlite::OpenMode mode) {
  if (!is_memory_path(path) || path == k_memory_path) return sqlite::Database::open(path, mode);
  return sqlite::Database::open("/" + path.substr(k_memory_path.size()), mode, sqlite::Place::shared_memory);
}

Result<void> set_up_memory(sqlite::Database& database, OpenMode mode) {
  const size_t cache_bytes = mode == OpenMode::read_only ? k_reader_cache_bytes : k_writer_cache_bytes;
  const std::string cache_size = "PRAGMA cache_size=-" + std::to_string(cache_bytes >> 10);  // KiB are negative
  TRY_VOID(database.execute(cache_size.c_str()));
  return database.execute("PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON");
}

Result<sqlite::Database> open_place(const std::string& path, OpenMode mode) {
  const bool in_memory = is_memory_path(path);
  if (!in_memory) TRY_VOID(prepare_place(path, mode));
  auto database =
      TRY(open_database(path, mode == OpenMode::read_only ? sqlite::OpenMode::read_only : sqlite::OpenMode::create));
  database.set_busy_timeout(k_busy_timeout);
  database.harden();
  TRY_VOID(set_up_memory(database, mode));
  if (mode == OpenMode::read_write) {
    TRY_VOID(set_up_writing(database, in_memory));
    TRY_VOID(watch_for_search(database));
    return database;
  }
  const int64_t version = TRY(known_version(database));
  if (version == 0) return fail(ErrorCode::invalid, "not a Strobe store");
  if (version < schema_version()) {
    return fail(ErrorCode::invalid, "written by an older Strobe: open it once for writing");
  }
  return database;
}
}  // namespace

Result<sqlite::Database> open_connection(const std::string& path, OpenMode mode) {
  auto database = open_place(path, mode);
  if (!database && database.error().code == ErrorCode::io && database.error().hint.empty()) {
    database.error().hint = "choose a place on a local disk that you may write, with --store PATH";
  }
  if (!database && database.error().message == "no space left on device") database.error().hint = "make room there";
  if (!database) return std::unexpected(std::move(database).error().with_context("cannot open store " + path));
  return database;
}

}  // namespace strobe::store
