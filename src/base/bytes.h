#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace strobe {

// Appends little-endian and variable-length integers to a string: the building block of our own binary forms.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}
  void byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void raw(std::string_view bytes) { out_.append(bytes); }
  // LEB128, at most 10 bytes.
  void varint(uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<uint8_t>(value));
  }
  // Zigzag, so that small negative numbers are short.
  void signed_varint(int64_t value) {
    varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void fixed64(uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<uint8_t>(value >> shift));
  }
  void float64(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    fixed64(bits);
  }
  // Length, then the bytes.
  void bytes(std::string_view value) {
    varint(value.size());
    raw(value);
  }

 private:
  std::string& out_;
};

// Reads what ByteWriter wrote. Never reads past the end: after the first short read ok() is false and every
// further read yields zero or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}
  bool ok() const { return ok_; }
  bool at_end() const { return in_.empty(); }
  std::string_view rest() const { return in_; }

  uint8_t byte() {
    if (in_.empty()) return fail();
    const auto value = static_cast<uint8_t>(in_.front());
    in_.remove_prefix(1);
    return value;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (in_.empty()) return fail();
      const uint64_t next = byte();
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    return fail();
  }
  int64_t signed_varint() {
    const uint64_t value = varint();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  uint64_t fixed64() {
    if (in_.size() < 8) return fail();
    uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value |= static_cast<uint64_t>(static_cast<uint8_t>(in_[i])) << (8 * i);
    in_.remove_prefix(8);
    return value;
  }
  double float64() {
    const uint64_t bits = fixed64();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  std::string_view raw(size_t size) {
    if (in_.size() < size) {
      fail();
      return {};
    }
    auto value = in_.substr(0, size);
    in_.remove_prefix(size);
    return value;
  }
  std::string_view bytes() { return raw(varint()); }

 private:
  uint8_t fail() {
    ok_ = false;
    in_ = {};
    return 0;
  }
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace strobe
