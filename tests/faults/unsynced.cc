#include "unsynced.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.h"

namespace strobe::faults {

namespace {
// Beyond 256 MiB the operating system writes back by itself, as real ones do sooner.
constexpr size_t k_pages_max = 65'536;

constexpr uint64_t k_salt_vanish = ~uint64_t{0};
constexpr uint64_t k_salt_length = ~uint64_t{1};

int64_t page_of(int64_t offset) { return offset / static_cast<int64_t>(k_page_bytes); }
}  // namespace

// The finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
uint64_t mixed(uint64_t seed, uint64_t value) {
  uint64_t bits = seed + 0x9e3779b97f4a7c15 * (value + 1);
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

void Unsynced::remember(int64_t number, const ReadFile& read) {
  const auto [at, is_first] = pages_.try_emplace(number);
  at->second.is_stuck = false;
  if (!is_first) return;
  const int64_t offset = number * static_cast<int64_t>(k_page_bytes);
  if (offset >= bytes_) return;
  at->second.old.resize(k_page_bytes);
  read(offset, at->second.old.data(), k_page_bytes);
}

void Unsynced::before_write(int64_t offset, int64_t count, const ReadFile& read) {
  if (count <= 0) return;
  if (pages_.size() > k_pages_max) synced();
  for (int64_t page = page_of(offset); page <= page_of(offset + count - 1); ++page) remember(page, read);
  bytes_ = std::max(bytes_, offset + count);
}

void Unsynced::before_truncate(int64_t bytes, const ReadFile& read) {
  for (int64_t page = page_of(bytes); bytes < bytes_ && page <= page_of(bytes_ - 1); ++page) {
    if (pages_.size() > k_pages_max) synced();
    remember(page, read);
  }
  was_cut_ = was_cut_ || bytes < bytes_;
  bytes_ = bytes;
}

void Unsynced::synced() {
  std::erase_if(pages_, [](const auto& page) { return !page.second.is_stuck; });
  durable_bytes_ = bytes_;
  is_new_ = false;
  was_cut_ = false;
}

void Unsynced::sync_failed() {
  for (auto& [number, page] : pages_) page.is_stuck = true;
}

int64_t Unsynced::bytes_left(uint64_t seed) const {
  const uint64_t chance = mixed(seed, k_salt_length);
  if (durable_bytes_ == bytes_ || chance % 3 == 0) return bytes_;
  // A file system cuts a file at once or not at all: it never leaves half of a log that was moved into the database,
  // which SQLite would take for newer than the database.
  if (chance % 3 == 1 || was_cut_) return durable_bytes_;
  const int64_t least = std::min(durable_bytes_, bytes_);
  const int64_t between = std::max(durable_bytes_, bytes_) - least;
  const auto sectors = static_cast<uint64_t>(between) / k_sector_bytes + 1;
  return least + static_cast<int64_t>(mixed(seed, chance) % sectors * k_sector_bytes);
}

size_t Unsynced::lose_sectors(int file, const Page& page, int64_t offset, uint64_t seed) const {
  size_t lost = 0;
  for (size_t at = 0; at < k_page_bytes; at += k_sector_bytes) {
    const int64_t sector = offset + static_cast<int64_t>(at);
    // What was cut off has no new bytes.
    const bool is_cut_off = sector >= bytes_;
    if (!is_cut_off && mixed(seed, static_cast<uint64_t>(sector)) % 2 == 0) continue;
    std::array<char, k_sector_bytes> now{};
    std::array<char, k_sector_bytes> old{};
    if (!page.old.empty()) std::memcpy(old.data(), page.old.data() + at, old.size());
    const ssize_t got = ::pread(file, now.data(), now.size(), sector);
    if (got >= 0 && now == old) continue;
    STROBE_ASSERT(::pwrite(file, old.data(), old.size(), sector) == static_cast<ssize_t>(old.size()));
    if (!is_cut_off) ++lost;
  }
  return lost;
}

size_t Unsynced::lose(const std::string& path, uint64_t seed) const {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return 0;  // somebody removed it behind SQLite's back
  size_t lost = 0;
  for (const auto& [number, page] : pages_) {
    lost += lose_sectors(file, page, number * static_cast<int64_t>(k_page_bytes), seed);
  }
  STROBE_ASSERT(::ftruncate(file, bytes_left(seed)) == 0);
  ::close(file);
  if (is_new_ && mixed(seed, k_salt_vanish) % 3 == 0) ::unlink(path.c_str());
  return lost;
}

}  // namespace strobe::faults
