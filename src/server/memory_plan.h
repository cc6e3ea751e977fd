#pragma once

#include <cstddef>

// How the memory that a server may take is shared out. One number holds for the process; what comes in is refused (503,
// UNAVAILABLE) when its share is used up, so that the process stays below it whatever clients do.

namespace strobe::server {

struct MemoryPlan {
  size_t limit_bytes = 0;      // of the process
  size_t arriving_bytes = 0;   // bodies on their way in
  size_t answers_bytes = 0;    // answers that clients have not taken yet
  size_t queue_bytes = 0;      // decoded requests that wait for the disk or are being written
  size_t request_bytes = 0;    // one decoded request beside them, however large
  size_t questions_bytes = 0;  // of the process: beyond, questions that are being answered are given up
};

inline constexpr size_t k_memory_default_bytes = size_t{1536} << 20;

// The least that a server needs which takes requests of this size.
size_t memory_min(size_t body_bytes_max);
// Shares of `limit_bytes`, which is at least memory_min().
MemoryPlan plan_memory(size_t limit_bytes, size_t body_bytes_max);

// Memory that the process really holds; 0 where the kernel does not tell. Any thread.
size_t resident_bytes();
// Whether the process holds more than `bytes_max`, even after giving back what the heap keeps for later. Any thread.
bool is_memory_short(size_t bytes_max);

}  // namespace strobe::server
