#include "server/memory_plan.h"

#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>

#include "base/assert.h"

namespace strobe::server {

namespace {

constexpr size_t k_mib = size_t{1} << 20;
// The store's caches (64 MiB of the writer, 32 MiB of each reader and of whoever writes session logs), outlines of
// sessions (64 MiB), what the splitter remembers of earlier values (128 MiB): 352 MiB. Then the program, and what the
// heap holds without using it.
constexpr size_t k_fixed_bytes = 416 * k_mib;
constexpr size_t k_answers_bytes = 64 * k_mib;
constexpr size_t k_queue_bytes_min = 64 * k_mib;
// In bodies of the largest size. Arriving: one, and as much that stays free beside it. At hand: one before and after
// decompression. Decoded: values and records take more room than their bytes on the wire.
constexpr size_t k_bodies_arriving = 2;
constexpr size_t k_bodies_at_hand = 2;
constexpr size_t k_bodies_decoded_min = 4;
constexpr std::chrono::seconds k_trim_pause{1};

}  // namespace

size_t memory_min(size_t body_bytes_max) {
  return k_fixed_bytes + k_answers_bytes + k_queue_bytes_min +
         (k_bodies_arriving + k_bodies_at_hand + k_bodies_decoded_min) * body_bytes_max;
}

MemoryPlan plan_memory(size_t limit_bytes, size_t body_bytes_max) {
  const size_t least = memory_min(body_bytes_max);
  STROBE_ASSERT(limit_bytes >= least);
  const size_t surplus = limit_bytes - least;
  MemoryPlan plan;
  plan.limit_bytes = limit_bytes;
  plan.arriving_bytes = k_bodies_arriving * body_bytes_max;
  plan.answers_bytes = k_answers_bytes;
  plan.queue_bytes = k_queue_bytes_min + surplus / 3;
  plan.request_bytes = k_bodies_decoded_min * body_bytes_max + surplus / 3 * 2;
  plan.questions_bytes = limit_bytes / 10 * 9;
  return plan;
}

size_t resident_bytes() {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/proc/self/statm", "re"), std::fclose);
  unsigned long total = 0;
  unsigned long resident = 0;
  if (!file || std::fscanf(file.get(), "%lu %lu", &total, &resident) != 2) return 0;
  return size_t{resident} * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

bool is_memory_short(size_t bytes_max) {
  if (resident_bytes() <= bytes_max) return false;
  static std::atomic<int64_t> not_before = 0;  // of steady_clock: giving back takes a while
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto pause = std::chrono::duration_cast<std::chrono::steady_clock::duration>(k_trim_pause);
  int64_t due = not_before;
  if (now.count() < due || !not_before.compare_exchange_strong(due, (now + pause).count())) return true;
  malloc_trim(0);
  return resident_bytes() > bytes_max;
}

}  // namespace strobe::server
