#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

// A disk that fails when a test says so: a VFS of SQLite's (sqlite.org/vfs.html) that lies between SQLite and the
// operating system's files. It remembers what was written and not yet synced, so that it can lose it.

namespace strobe::faults {

enum class Operation : uint8_t { open, remove, access, read, write, truncate, sync, size, lock, map };
enum class FileKind : uint8_t { database, log, shared, journal, other };  // log: "-wal"; shared: "-shm"

// One call that SQLite makes. `number` counts from the last set_plan(), beginning with 1. Closing, unlocking and
// removing shared memory are not among them: they always work.
struct Call {
  uint64_t number = 0;
  Operation operation = Operation::open;
  FileKind file = FileKind::other;
  int64_t offset = 0;
  int64_t bytes = 0;
};

enum class Damage : uint8_t {
  none,
  io_error,     // nothing happens, EIO
  disk_full,    // nothing happens, ENOSPC; a call that needs no room goes well
  short_write,  // the first half of a write arrives, then ENOSPC; else like disk_full
  kill,         // like kill -9 at this moment: nothing happens, and every later call fails
  power_cut,    // the same, and restart() loses what was not synced
};

// What becomes of a call.
struct Fate {
  Damage damage = Damage::none;
  std::chrono::nanoseconds delay{0};  // before it is done
};

// Thread-safe; one a process. Files may be opened by several connections of this process.
class FaultyDisk {
 public:
  // Becomes SQLite's default VFS at the first call; before that no store is open.
  static FaultyDisk& install();

  // Asked before each call on the thread that makes it, one at a time; it must not call the disk, but for calls(),
  // is_dead() and set_power_cut_seed(). Empty: everything goes well. Counting starts anew.
  void set_plan(std::function<Fate(const Call&)> plan);
  uint64_t calls() const;

  // kill or power_cut has come: every call fails until restart().
  bool is_dead() const;
  void die(Damage how);
  // What the next process finds. Every file must have been closed. After power_cut each sector that was written and not
  // synced has its old bytes or its new ones, as `seed` says, and files that were not synced may have their old length
  // or be gone, and removed ones be back. After kill all is as written, and a later power cut can still lose it. Either
  // way the shared memory file is gone. Returns how many sectors were lost.
  size_t restart(uint64_t seed);

  // For a program of its own: kill and power_cut then really end the process, as kill -9 does, after what is to be lost
  // was taken from its open files, by the seed that was set last. The plan may set it.
  void end_process_at_death();
  void set_power_cut_seed(uint64_t seed);

  // Time and chance as SQLite sees them, for runs that shall repeat exactly. Empty: the operating system's. `sleep`
  // also takes the delays of a plan.
  struct World {
    std::function<int64_t()> unix_ms;
    std::function<void(std::chrono::nanoseconds)> sleep;
    uint64_t random_seed = 0;  // 0: the operating system's
  };
  void set_world(World world);

  struct Inside;

 private:
  FaultyDisk();
  std::unique_ptr<Inside> inside_;
};

}  // namespace strobe::faults
