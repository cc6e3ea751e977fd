#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace strobe::faults {

inline constexpr size_t k_sector_bytes = 512;  // arrives whole or not at all
inline constexpr size_t k_page_bytes = 4096;   // what the operating system keeps and writes back

// What of one file was written and not yet synced: the bytes that the disk still has of it. Not thread-safe.
class Unsynced {
 public:
  // Reads what the file holds now; what lies behind its end is zero.
  using ReadFile = std::function<void(int64_t offset, char* bytes, size_t count)>;

  // `bytes`: how long the file is. One that was just created may be gone after a power cut.
  Unsynced(int64_t bytes, bool is_new) : durable_bytes_(bytes), bytes_(bytes), is_new_(is_new) {}

  // To be called before the file is changed.
  void before_write(int64_t offset, int64_t count, const ReadFile& read);
  void before_truncate(int64_t bytes, const ReadFile& read);
  void synced();
  // Linux keeps what it could not write as if it had: a later sync that succeeds tells nothing of it, until somebody
  // writes it again.
  void sync_failed();

  bool is_new() const { return is_new_; }
  bool is_clean() const { return pages_.empty() && durable_bytes_ == bytes_ && !is_new_; }

  // Changes the closed file at `path` to what may be left of it; `seed` decides. Returns how many sectors have lost
  // their new bytes.
  size_t lose(const std::string& path, uint64_t seed) const;

 private:
  struct Page {
    std::string old;  // empty: nothing but zeros
    bool is_stuck = false;
  };
  void remember(int64_t number, const ReadFile& read);
  int64_t bytes_left(uint64_t seed) const;
  size_t lose_sectors(int file, const Page& page, int64_t offset, uint64_t seed) const;

  std::map<int64_t, Page> pages_;
  int64_t durable_bytes_;
  int64_t bytes_;
  bool is_new_;
  bool was_cut_ = false;  // shortened since the last sync
};

// A number that depends on all bits of both.
uint64_t mixed(uint64_t seed, uint64_t value);

}  // namespace strobe::faults
