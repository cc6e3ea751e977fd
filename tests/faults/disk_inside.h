#pragma once

#include <sqlite3.h>

#include <atomic>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "faulty_disk.h"
#include "unsynced.h"

// Inside only: what the disk knows, and the functions that SQLite calls (vfs.cc).

namespace strobe::faults {

// A file by its path, as long as it is open or something of it could be lost.
struct Track {
  Unsynced unsynced;
  int opened = 0;
};

// A file that was removed; its folder has not been synced since, so it may come back.
struct Removed {
  std::string path;
  int file = -1;  // still open: its bytes are there
  Unsynced unsynced;
};

// What is to become of a call.
struct Verdict {
  Damage damage = Damage::none;
  bool is_refused() const { return damage != Damage::none; }
};

struct FaultyDisk::Inside {
  // Counts the call, asks the plan, waits as it says. Any thread.
  Verdict ask(Operation operation, FileKind file, int64_t offset = 0, int64_t bytes = 0);
  void wait(std::chrono::nanoseconds time);

  Track* open(const std::string& path, int64_t bytes, bool is_new);
  void close(const std::string& path);
  void remove(const std::string& path, bool is_synced);
  // Folders are small: syncing one syncs what happened in all.
  void forget_removed() STROBE_REQUIRES(mutex);
  size_t lose(uint64_t seed) STROBE_REQUIRES(mutex);
  [[noreturn]] void end_process() STROBE_REQUIRES(mutex);

  sqlite3_vfs* system = nullptr;  // the operating system's
  sqlite3_vfs ours{};

  Mutex mutex;
  std::function<Fate(const Call&)> plan STROBE_GUARDED_BY(mutex);
  World world STROBE_GUARDED_BY(mutex);
  std::mt19937_64 chance STROBE_GUARDED_BY(mutex);
  std::unordered_map<std::string, std::unique_ptr<Track>> tracks STROBE_GUARDED_BY(mutex);
  std::vector<Removed> removed STROBE_GUARDED_BY(mutex);
  std::set<std::string> shared_memories STROBE_GUARDED_BY(mutex);
  std::atomic<uint64_t> calls = 0;
  std::atomic<Damage> death = Damage::none;
  std::atomic<bool> ends_process = false;
  std::atomic<uint64_t> power_cut_seed = 1;
};

// The functions of the VFS and of its files.
void set_up(sqlite3_vfs& ours, const sqlite3_vfs& system, FaultyDisk::Inside* inside);

}  // namespace strobe::faults
