#include "sqlite/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace strobe::sqlite {

namespace {

constexpr int k_pages_per_step = 1000;
constexpr int k_names_max = 100;

Error system_error(const std::string& what) {
  return {ErrorCode::io, what + ": " + std::generic_category().message(errno)};
}

// A file under a name of its own until it is whole; removed when it does not get that far.
class Unfinished {
 public:
  static Result<Unfinished> create(const std::string& path) {
    // One that was killed leaves its file, and in a container the next one may well have the same process id.
    for (int attempt = 1; attempt <= k_names_max; ++attempt) {
      Unfinished file(path, attempt);
      const int fd = ::open(file.temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      if (fd >= 0) {
        ::close(fd);
        return file;
      }
      if (errno != EEXIST) return std::unexpected(system_error("cannot create " + path));
      file.temporary_.clear();  // not ours to remove
    }
    return fail(ErrorCode::conflict, path + ".unfinished-... exist: copies that were killed left them");
  }
  Unfinished(Unfinished&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, std::string())) {}
  Unfinished& operator=(Unfinished&&) = delete;
  ~Unfinished() {
    if (temporary_.empty()) return;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((temporary_ + suffix).c_str());
  }
  const std::string& temporary() const { return temporary_; }

  // Under its own name, and on the disk.
  Result<void> finish() {
    TRY_VOID(sync(temporary_, O_RDONLY));
    if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
      if (errno == EEXIST) return fail(ErrorCode::conflict, path_ + " exists");
      // File systems that do not know the flag.
      if (errno != EINVAL && errno != ENOSYS) return std::unexpected(system_error("cannot create " + path_));
      if (::link(temporary_.c_str(), path_.c_str()) != 0)
        return std::unexpected(system_error("cannot create " + path_));
      ::unlink(temporary_.c_str());
    }
    temporary_.clear();
    const auto folder = std::filesystem::path(path_).parent_path();
    return sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  }

 private:
  Unfinished(const std::string& path, int attempt)
      : path_(path), temporary_(path + ".unfinished-" + std::to_string(::getpid())) {
    if (attempt > 1) temporary_ += "-" + std::to_string(attempt);
  }

  static Result<void> sync(const std::string& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0) return std::unexpected(system_error("cannot open " + path));
    const bool done = ::fsync(fd) == 0;
    ::close(fd);
    if (!done) return std::unexpected(system_error("cannot write " + path));
    return {};
  }

  std::string path_;
  std::string temporary_;
};

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

Result<void> copy_pages(Database& from, Database& to, const std::function<bool(int64_t, int64_t)>& progress) {
  // One snapshot for all steps: without it SQLite begins anew whenever somebody else writes, perhaps for ever.
  auto snapshot = TRY(Transaction::begin(from, TransactionKind::read));
  TRY(from.number("SELECT count(*) FROM sqlite_schema"));
  std::unique_ptr<sqlite3_backup, FinishBackup> backup(sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!backup) return std::unexpected(error_of(to.handle(), sqlite3_errcode(to.handle())));
  for (int result = SQLITE_OK; result != SQLITE_DONE;) {
    result = sqlite3_backup_step(backup.get(), k_pages_per_step);
    if (result != SQLITE_OK && result != SQLITE_DONE) {
      backup.reset();  // SQLite gives the reason to the connection only at the end
      return std::unexpected(error_of(to.handle(), result));
    }
    const int64_t total = sqlite3_backup_pagecount(backup.get());
    if (!progress(total - sqlite3_backup_remaining(backup.get()), total)) return fail(ErrorCode::timeout, "stopped");
  }
  return {};
}

// A page that cannot be read just now is a line of the check like any damage. So what is found is looked for once more:
// damage stays, and a disk that cannot be read is an Error then.
Result<void> check_copy(Database& copy) {
  const char* const check = "PRAGMA quick_check(1)";
  if (TRY(copy.text(check)) == "ok") return {};
  const std::string verdict = TRY(copy.text(check));
  if (verdict == "ok") return {};
  return fail(ErrorCode::corrupt, "the copy is damaged: " + verdict);
}

}  // namespace

Result<void> backup(Database& from, const std::string& path, const std::function<bool(int64_t, int64_t)>& progress) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    return fail(ErrorCode::conflict, path + " exists");
  }
  auto file = TRY(Unfinished::create(path));
  {
    auto to = TRY(Database::open(file.temporary(), OpenMode::read_write));
    // Synced once at the end; a copy that is interrupted is removed.
    TRY_VOID(to.execute("PRAGMA synchronous=OFF"));
    TRY_VOID(copy_pages(from, to, progress));
    TRY_VOID(check_copy(to));
    // So that nothing of it is in a log beside it.
    TRY_VOID(to.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  return file.finish();
}

}  // namespace strobe::sqlite
