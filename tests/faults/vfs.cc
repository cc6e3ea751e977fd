#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "disk_inside.h"

// The functions that SQLite calls: each asks the plan, then passes the call on to the operating system's VFS.

namespace strobe::faults {

namespace {
using Inside = FaultyDisk::Inside;

// What SQLite knows as an open file. Behind it in the same memory lies the operating system's.
struct File {
  sqlite3_file base;
  Inside* inside;
  FileKind kind;
  Track* track;       // null: a temporary file without a name
  std::string* path;  // ours to delete
  sqlite3_file* system() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File& file_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
Inside& inside_of(sqlite3_vfs* vfs) { return *static_cast<Inside*>(vfs->pAppData); }

// Leaves the reason where the operating system leaves it, and gives the code: `io_code`, or what its VFS makes of a
// full disk.
int refused(Verdict verdict, int io_code, int full_code) {
  const bool is_full = verdict.damage == Damage::disk_full || verdict.damage == Damage::short_write;
  errno = is_full ? ENOSPC : EIO;
  return is_full ? full_code : io_code;
}

FileKind kind_of(int flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return FileKind::database;
  if ((flags & SQLITE_OPEN_WAL) != 0) return FileKind::log;
  if ((flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0) return FileKind::journal;
  return FileKind::other;
}

FileKind kind_of(std::string_view path) {
  if (path.ends_with("-wal")) return FileKind::log;
  if (path.ends_with("-shm")) return FileKind::shared;
  return path.ends_with("-journal") ? FileKind::journal : FileKind::database;
}

Unsynced::ReadFile reader_of(File& file) {
  return [&file](int64_t offset, char* bytes, size_t count) {
    // What is not there comes as zeros.
    file.system()->pMethods->xRead(file.system(), bytes, static_cast<int>(count), offset);
  };
}

int close(sqlite3_file* base) {
  File& file = file_of(base);
  const int code = file.system()->pMethods->xClose(file.system());
  if (file.track != nullptr) file.inside->close(*file.path);
  delete file.path;
  return code;
}

int read(sqlite3_file* base, void* bytes, int count, sqlite3_int64 offset) {
  File& file = file_of(base);
  const Verdict verdict = file.inside->ask(Operation::read, file.kind, offset, count);
  if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_READ, SQLITE_IOERR_READ);
  return file.system()->pMethods->xRead(file.system(), bytes, count, offset);
}

int write_through(File& file, const void* bytes, int count, sqlite3_int64 offset) {
  MutexLock lock(file.inside->mutex);
  if (file.track != nullptr) file.track->unsynced.before_write(offset, count, reader_of(file));
  return file.system()->pMethods->xWrite(file.system(), bytes, count, offset);
}

int write(sqlite3_file* base, const void* bytes, int count, sqlite3_int64 offset) {
  File& file = file_of(base);
  const Verdict verdict = file.inside->ask(Operation::write, file.kind, offset, count);
  if (!verdict.is_refused()) return write_through(file, bytes, count, offset);
  if (verdict.damage == Damage::short_write && count > 1) (void)write_through(file, bytes, count / 2, offset);
  return refused(verdict, SQLITE_IOERR_WRITE, SQLITE_FULL);
}

int truncate(sqlite3_file* base, sqlite3_int64 size) {
  File& file = file_of(base);
  const Verdict verdict = file.inside->ask(Operation::truncate, file.kind, size, 0);
  if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_TRUNCATE);
  MutexLock lock(file.inside->mutex);
  if (file.track != nullptr) file.track->unsynced.before_truncate(size, reader_of(file));
  return file.system()->pMethods->xTruncate(file.system(), size);
}

// Never passed on: what a disk keeps is up to us, and real ones are slow.
int sync(sqlite3_file* base, int /*flags*/) {
  File& file = file_of(base);
  const Verdict verdict = file.inside->ask(Operation::sync, file.kind);
  MutexLock lock(file.inside->mutex);
  if (verdict.is_refused()) {
    const bool is_alive = file.inside->death == Damage::none;
    if (file.track != nullptr && is_alive) file.track->unsynced.sync_failed();
    return refused(verdict, SQLITE_IOERR_FSYNC, SQLITE_IOERR_FSYNC);
  }
  if (file.track == nullptr) return SQLITE_OK;
  // SQLite's VFS syncs the folder with the first sync of a new journal or log.
  if (file.track->unsynced.is_new() && file.kind != FileKind::database) file.inside->forget_removed();
  file.track->unsynced.synced();
  return SQLITE_OK;
}

int file_size(sqlite3_file* base, sqlite3_int64* size) {
  File& file = file_of(base);
  const Verdict verdict = file.inside->ask(Operation::size, file.kind);
  if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_FSTAT, SQLITE_IOERR_FSTAT);
  return file.system()->pMethods->xFileSize(file.system(), size);
}

int lock(sqlite3_file* base, int level) {
  File& file = file_of(base);
  const Verdict verdict = file.inside->ask(Operation::lock, file.kind);
  if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_LOCK, SQLITE_IOERR_LOCK);
  return file.system()->pMethods->xLock(file.system(), level);
}

int unlock(sqlite3_file* base, int level) {
  return file_of(base).system()->pMethods->xUnlock(file_of(base).system(), level);
}

int check_reserved_lock(sqlite3_file* base, int* is_locked) {
  File& file = file_of(base);
  const Verdict verdict = file.inside->ask(Operation::lock, file.kind);
  if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_CHECKRESERVEDLOCK, SQLITE_IOERR_CHECKRESERVEDLOCK);
  return file.system()->pMethods->xCheckReservedLock(file.system(), is_locked);
}

int file_control(sqlite3_file* base, int operation, void* argument) {
  return file_of(base).system()->pMethods->xFileControl(file_of(base).system(), operation, argument);
}

int sector_size(sqlite3_file* base) { return file_of(base).system()->pMethods->xSectorSize(file_of(base).system()); }

int device_characteristics(sqlite3_file* base) {
  return file_of(base).system()->pMethods->xDeviceCharacteristics(file_of(base).system());
}

int shm_map(sqlite3_file* base, int region, int region_bytes, int extend, void volatile** memory) {
  File& file = file_of(base);
  const Verdict verdict = file.inside->ask(Operation::map, FileKind::shared, region, region_bytes);
  if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMSIZE);
  return file.system()->pMethods->xShmMap(file.system(), region, region_bytes, extend, memory);
}

int shm_lock(sqlite3_file* base, int offset, int count, int flags) {
  File& file = file_of(base);
  if ((flags & SQLITE_SHM_UNLOCK) == 0) {
    const Verdict verdict = file.inside->ask(Operation::lock, FileKind::shared, offset, count);
    if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMLOCK);
  }
  return file.system()->pMethods->xShmLock(file.system(), offset, count, flags);
}

void shm_barrier(sqlite3_file* base) { file_of(base).system()->pMethods->xShmBarrier(file_of(base).system()); }

int shm_unmap(sqlite3_file* base, int remove) {
  File& file = file_of(base);
  // A process that is dead removes nothing.
  const int may_remove = file.inside->death == Damage::none ? remove : 0;
  return file.system()->pMethods->xShmUnmap(file.system(), may_remove);
}

// Version 2: without xFetch SQLite maps no file, so that every read is a call.
constexpr sqlite3_io_methods k_methods = {
    .iVersion = 2,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

int open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* base, int flags, int* flags_out) {
  File& file = file_of(base);
  Inside& inside = inside_of(vfs);
  base->pMethods = nullptr;  // so that SQLite does not close what is not open
  const FileKind kind = kind_of(flags);
  struct stat status{};
  const bool exists = path != nullptr && ::stat(path, &status) == 0;
  const Verdict verdict = inside.ask(Operation::open, kind);
  const bool is_for_room = verdict.damage == Damage::disk_full || verdict.damage == Damage::short_write;
  if (verdict.is_refused() && !(is_for_room && exists)) return refused(verdict, SQLITE_CANTOPEN, SQLITE_CANTOPEN);
  new (&file) File{.inside = &inside, .kind = kind};
  const int code = inside.system->xOpen(inside.system, path, file.system(), flags, flags_out);
  if (code != SQLITE_OK) return code;
  if (path != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) == 0) {
    file.path = new std::string(path);
    file.track = inside.open(*file.path, exists ? status.st_size : 0, !exists);
    if (kind == FileKind::database) {
      MutexLock lock(inside.mutex);
      inside.shared_memories.insert(*file.path + "-shm");
    }
  }
  base->pMethods = &k_methods;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  Inside& inside = inside_of(vfs);
  const Verdict verdict = inside.ask(Operation::remove, kind_of(path));
  if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_DELETE, SQLITE_IOERR_DELETE);
  inside.remove(path, sync_folder != 0);
  return inside.system->xDelete(inside.system, path, 0);
}

int access(sqlite3_vfs* vfs, const char* path, int flags, int* answer) {
  Inside& inside = inside_of(vfs);
  const Verdict verdict = inside.ask(Operation::access, kind_of(path));
  if (verdict.is_refused()) return refused(verdict, SQLITE_IOERR_ACCESS, SQLITE_IOERR_ACCESS);
  return inside.system->xAccess(inside.system, path, flags, answer);
}

int full_path(sqlite3_vfs* vfs, const char* path, int bytes_max, char* out) {
  return inside_of(vfs).system->xFullPathname(inside_of(vfs).system, path, bytes_max, out);
}

int randomness(sqlite3_vfs* vfs, int count, char* bytes) {
  Inside& inside = inside_of(vfs);
  {
    MutexLock lock(inside.mutex);
    if (inside.world.random_seed != 0) {
      for (int i = 0; i < count; ++i) bytes[i] = static_cast<char>(inside.chance());
      return count;
    }
  }
  return inside.system->xRandomness(inside.system, count, bytes);
}

int sleep(sqlite3_vfs* vfs, int microseconds) {
  inside_of(vfs).wait(std::chrono::microseconds(microseconds));
  return microseconds;
}

int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* julian_ms) {
  constexpr int64_t k_unix_epoch_julian_ms = 210'866'760'000'000;
  Inside& inside = inside_of(vfs);
  std::function<int64_t()> unix_ms;
  {
    MutexLock lock(inside.mutex);
    unix_ms = inside.world.unix_ms;
  }
  if (!unix_ms) return inside.system->xCurrentTimeInt64(inside.system, julian_ms);
  *julian_ms = unix_ms() + k_unix_epoch_julian_ms;
  return SQLITE_OK;
}

int current_time(sqlite3_vfs* vfs, double* julian_days) {
  constexpr double k_ms_per_day = 86'400'000.0;
  sqlite3_int64 ms = 0;
  const int code = current_time_ms(vfs, &ms);
  *julian_days = static_cast<double>(ms) / k_ms_per_day;
  return code;
}

}  // namespace

void set_up(sqlite3_vfs& ours, const sqlite3_vfs& system, FaultyDisk::Inside* inside) {
  ours = system;  // loading libraries and the rest
  ours.iVersion = 2;
  ours.szOsFile = static_cast<int>(sizeof(File)) + system.szOsFile;
  ours.pNext = nullptr;
  ours.zName = "strobe-faulty";
  ours.pAppData = inside;
  ours.xOpen = open;
  ours.xDelete = remove;
  ours.xAccess = access;
  ours.xFullPathname = full_path;
  ours.xRandomness = randomness;
  ours.xSleep = sleep;
  ours.xCurrentTime = current_time;
  ours.xCurrentTimeInt64 = current_time_ms;
}

}  // namespace strobe::faults
