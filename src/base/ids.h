#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace strobe {

// Lower-case hexadecimal of any bytes.
std::string to_hex(std::string_view bytes);
// The inverse; either case. Nothing on odd length or a character that is no hex digit.
std::optional<std::string> from_hex(std::string_view hex);

// A fixed number of bytes with a meaning. Tag keeps the ids apart; all compare bytewise, as SQLite's memcmp does.
template <typename Tag, size_t N>
struct FixedId {
  static constexpr size_t k_size = N;
  std::array<uint8_t, N> bytes{};

  // Nothing when the length is not N.
  static std::optional<FixedId> from_bytes(std::string_view raw) {
    if (raw.size() != N) return std::nullopt;
    FixedId id;
    std::memcpy(id.bytes.data(), raw.data(), N);
    return id;
  }
  static std::optional<FixedId> from_hex(std::string_view hex) {
    auto raw = strobe::from_hex(hex);
    return raw ? from_bytes(*raw) : std::nullopt;
  }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), N}; }
  std::string hex() const { return to_hex(view()); }
  bool is_zero() const { return *this == FixedId{}; }
  auto operator<=>(const FixedId&) const = default;
};

using TraceId = FixedId<struct TraceIdTag, 16>;
using SpanId = FixedId<struct SpanIdTag, 8>;
// First 16 bytes of H("strobe.session.v1", namespace, key): see context.md section 7.
using SessionId = FixedId<struct SessionIdTag, 16>;
using Hash256 = FixedId<struct Hash256Tag, 32>;
using BlobId = FixedId<struct BlobIdTag, 32>;        // SHA-256 of the exact bytes
using MessageId = FixedId<struct MessageIdTag, 32>;  // SHA-256 of the canonical form
using ContextId = FixedId<struct ContextIdTag, 32>;  // Merkle hash of head and messages in order

}  // namespace strobe

// Ids are (parts of) cryptographic hashes or random: their first bytes already spread evenly. Trace and span ids
// come from clients, so tables keyed by them must not trust that against an attacker beyond their own trace.
template <typename Tag, size_t N>
struct std::hash<strobe::FixedId<Tag, N>> {
  size_t operator()(const strobe::FixedId<Tag, N>& id) const noexcept {
    uint64_t first;
    std::memcpy(&first, id.bytes.data(), sizeof first);
    uint64_t last;
    std::memcpy(&last, id.bytes.data() + N - sizeof last, sizeof last);
    return (first ^ (last * 0x9e3779b97f4a7c15ull)) * 0xff51afd7ed558ccdull;
  }
};
