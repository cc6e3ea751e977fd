#pragma once

#include <cstdint>
#include <string_view>

// Numbers of the packed form, shared by writer and reader. Stored: values never change meaning.

namespace strobe::context::packed {

inline constexpr uint8_t k_version = 1;

enum class ValueKind : uint8_t {
  empty = 0,
  string = 1,  // bytes
  boolean_false = 2,
  boolean_true = 3,
  int64 = 4,            // signed varint
  float64 = 5,          // eight bytes, little-endian
  array = 6,            // count, values
  kvlist = 7,           // count, (key, value) pairs
  bytes = 8,            // bytes
  blob = 9,             // flags, reference
  text_sequence = 10,   // flags, reference, separator, run count, runs
  value_sequence = 11,  // flags, reference
  flat_group = 12,      // only as an attribute's value, whose key is the prefix: reference, order, first index
};

// Flags of blob and text_sequence.
inline constexpr uint8_t k_flag_bytes = 1;
inline constexpr uint8_t k_flag_quoted = 2;
inline constexpr int k_style_shift = 2;  // three bits of EscapeStyle
// Flag of value_sequence: an array of the items; else the only item is the value.
inline constexpr uint8_t k_flag_array = 1;

// A run is one varint, then its literal if it is one: items * 2, or literal's length * 2 + 1.
inline constexpr std::string_view k_value_item_magic{"\0V", 2};
inline constexpr std::string_view k_flat_item_magic{"\0F", 2};

}  // namespace strobe::context::packed
