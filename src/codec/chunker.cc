#include "codec/chunker.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace strobe::codec {

namespace {

// One random-looking word per byte value, from splitmix64 with a fixed seed. Part of the stored format: a change of one
// word moves every cut point.
constexpr std::array<uint64_t, 256> make_gear() {
  std::array<uint64_t, 256> gear{};
  uint64_t state = 0x5374726f62653031ull;
  for (uint64_t& word : gear) {
    state += 0x9e3779b97f4a7c15ull;
    uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
    word = mixed ^ (mixed >> 31);
  }
  return gear;
}
constexpr std::array<uint64_t, 256> k_gear = make_gear();

// The top bits of the rolling hash depend on the last 50 bytes or more. Normalised chunking: before the mean a cut is
// four times rarer than 1 in 4096, behind it four times as likely, so that sizes gather around the mean.
constexpr int k_shift_before_mean = 64 - 14;
constexpr int k_shift_behind_mean = 64 - 10;

// Length of the first chunk of `bytes`, which are longer than the minimum.
size_t first_cut(std::string_view bytes) {
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  const size_t end = std::min(bytes.size(), k_chunk_bytes_max);
  const size_t mean = std::min(end, k_chunk_bytes_mean);
  uint64_t hash = 0;
  size_t i = k_chunk_bytes_min;
  for (; i < mean; ++i) {
    hash = (hash << 1) + k_gear[at[i]];
    if ((hash >> k_shift_before_mean) == 0) return i + 1;
  }
  for (; i < end; ++i) {
    hash = (hash << 1) + k_gear[at[i]];
    if ((hash >> k_shift_behind_mean) == 0) return i + 1;
  }
  return end;
}

}  // namespace

std::vector<std::string_view> chunk(std::string_view bytes) {
  std::vector<std::string_view> chunks;
  chunks.reserve(bytes.size() / k_chunk_bytes_mean + 1);
  while (bytes.size() > k_chunk_bytes_min) {
    const size_t size = first_cut(bytes);
    chunks.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  if (!bytes.empty()) chunks.push_back(bytes);
  return chunks;
}

}  // namespace strobe::codec
