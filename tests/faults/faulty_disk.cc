#include "faulty_disk.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/assert.h"
#include "disk_inside.h"

namespace strobe::faults {

namespace {
// The same in every temporary folder.
uint64_t seed_of(uint64_t seed, const std::string& path) {
  uint64_t name = 0;
  for (size_t at = path.rfind('/') + 1; at < path.size(); ++at) name = name * 131 + static_cast<uint8_t>(path[at]);
  return mixed(seed, name);
}

bool needs_room(Operation operation) {
  return operation == Operation::open || operation == Operation::write || operation == Operation::sync ||
         operation == Operation::map;
}

// Writes what an unlinked file holds to its old path, unless there is another one now.
bool bring_back(const Removed& removed) {
  const int file = ::open(removed.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return false;
  struct stat status{};
  STROBE_ASSERT(::fstat(removed.file, &status) == 0);
  off_t from = 0;
  while (from < status.st_size) {
    STROBE_ASSERT(::sendfile(file, removed.file, &from, static_cast<size_t>(status.st_size - from)) > 0);
  }
  ::close(file);
  return true;
}
}  // namespace

FaultyDisk& FaultyDisk::install() {
  static FaultyDisk disk;
  return disk;
}

FaultyDisk::FaultyDisk() : inside_(std::make_unique<Inside>()) {
  STROBE_ASSERT(sqlite3_initialize() == SQLITE_OK);
  inside_->system = sqlite3_vfs_find("unix");
  STROBE_ASSERT(inside_->system != nullptr);
  set_up(inside_->ours, *inside_->system, inside_.get());
  STROBE_ASSERT(sqlite3_vfs_register(&inside_->ours, 1) == SQLITE_OK);
}

void FaultyDisk::set_plan(std::function<Fate(const Call&)> plan) {
  MutexLock lock(inside_->mutex);
  inside_->plan = std::move(plan);
  inside_->calls = 0;
}

uint64_t FaultyDisk::calls() const { return inside_->calls; }

bool FaultyDisk::is_dead() const { return inside_->death != Damage::none; }

void FaultyDisk::die(Damage how) {
  STROBE_ASSERT(how == Damage::kill || how == Damage::power_cut);
  inside_->death = how;
}

size_t FaultyDisk::restart(uint64_t seed) {
  MutexLock lock(inside_->mutex);
  for (const auto& [path, track] : inside_->tracks) STROBE_ASSERT(track->opened == 0);
  for (const std::string& path : inside_->shared_memories) ::unlink(path.c_str());
  inside_->shared_memories.clear();
  const size_t lost = inside_->death == Damage::power_cut ? inside_->lose(seed) : 0;
  inside_->death = Damage::none;
  return lost;
}

void FaultyDisk::end_process_at_death() { inside_->ends_process = true; }

void FaultyDisk::set_power_cut_seed(uint64_t seed) { inside_->power_cut_seed = seed; }

void FaultyDisk::set_world(World world) {
  {
    MutexLock lock(inside_->mutex);
    inside_->chance.seed(world.random_seed);
    inside_->world = std::move(world);
  }
  sqlite3_randomness(0, nullptr);  // forgets what it has, and asks us for the next
}

Verdict FaultyDisk::Inside::ask(Operation operation, FileKind file, int64_t offset, int64_t bytes) {
  Fate fate;
  {
    MutexLock lock(mutex);
    if (death != Damage::none) return {death};
    const Call call{.number = ++calls, .operation = operation, .file = file, .offset = offset, .bytes = bytes};
    if (plan) fate = plan(call);
    if (fate.damage == Damage::kill || fate.damage == Damage::power_cut) death = fate.damage;
    if (death != Damage::none && ends_process) end_process();
  }
  if (fate.delay.count() > 0) wait(fate.delay);
  const bool is_full = fate.damage == Damage::disk_full || fate.damage == Damage::short_write;
  if (is_full && !needs_room(operation)) return {};
  return {fate.damage};
}

void FaultyDisk::Inside::wait(std::chrono::nanoseconds time) {
  std::function<void(std::chrono::nanoseconds)> sleep;
  {
    MutexLock lock(mutex);
    sleep = world.sleep;
  }
  if (sleep) return sleep(time);
  std::this_thread::sleep_for(time);
}

Track* FaultyDisk::Inside::open(const std::string& path, int64_t bytes, bool is_new) {
  MutexLock lock(mutex);
  std::unique_ptr<Track>& track = tracks[path];
  // One that was replaced by a new file has nothing to do with it any more.
  if (!track || (is_new && track->opened == 0)) track = std::make_unique<Track>(Track{Unsynced(bytes, is_new)});
  ++track->opened;
  return track.get();
}

void FaultyDisk::Inside::close(const std::string& path) {
  MutexLock lock(mutex);
  const auto at = tracks.find(path);
  if (at != tracks.end() && --at->second->opened == 0 && at->second->unsynced.is_clean()) tracks.erase(at);
}

void FaultyDisk::Inside::remove(const std::string& path, bool is_synced) {
  MutexLock lock(mutex);
  const auto at = tracks.find(path);
  const bool is_known = at != tracks.end() && at->second->opened == 0;
  if (is_synced) {
    forget_removed();
  } else if (const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC); file >= 0) {
    struct stat status{};
    STROBE_ASSERT(::fstat(file, &status) == 0);
    removed.push_back({path, file, is_known ? at->second->unsynced : Unsynced(status.st_size, false)});
  }
  if (is_known) tracks.erase(at);
}

void FaultyDisk::Inside::forget_removed() {
  for (const Removed& gone : removed) ::close(gone.file);
  removed.clear();
}

size_t FaultyDisk::Inside::lose(uint64_t seed) {
  size_t lost = 0;
  for (const auto& [path, track] : tracks) lost += track->unsynced.lose(path, seed_of(seed, path));
  tracks.clear();
  // The last that had a name is the first to have it again.
  for (size_t i = removed.size(); i > 0; --i) {
    const Removed& gone = removed[i - 1];
    const uint64_t own_seed = seed_of(seed, gone.path);
    if (own_seed % 2 == 0 || !bring_back(gone)) continue;
    lost += gone.unsynced.lose(gone.path, own_seed);
  }
  forget_removed();
  return lost;
}

void FaultyDisk::Inside::end_process() {
  if (death == Damage::power_cut) {
    for (const std::string& path : shared_memories) ::unlink(path.c_str());
    // Nobody of this process gets past the mutex any more, so what is open changes no further.
    std::fprintf(stderr, "strobe_faulty: power cut at call %llu, %zu sectors lost\n",
                 static_cast<unsigned long long>(calls.load()), lose(power_cut_seed));
  }
  ::kill(::getpid(), SIGKILL);
  std::abort();  // not reached
}

}  // namespace strobe::faults
