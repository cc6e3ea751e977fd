#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace strobe::json {

enum class Type : uint8_t { null, boolean, number, string, array, object };

struct Member;

// A parsed JSON value. Views into the source text and an Arena, both of which must outlive it. Nothing is lost:
// duplicate keys stay, in order; a number is its text.
struct Node {
  Type type = Type::null;
  bool boolean = false;
  std::string_view text;            // string: decoded (lone surrogates as three WTF-8 bytes); number: as written
  std::string_view raw;             // the exact source text of this value, quotes and brackets included
  std::span<const Node> items;      // array
  std::span<const Member> members;  // object

  bool is_string() const { return type == Type::string; }
  bool is_object() const { return type == Type::object; }
  bool is_array() const { return type == Type::array; }
  // The last member of that name (as every mainstream parser has it), or null.
  const Node* find(std::string_view key) const;
  // The decoded string under `key`; empty when there is none or it is no string.
  std::string_view string_at(std::string_view key) const;
};

struct Member {
  std::string_view key;  // decoded
  Node value;
};

}  // namespace strobe::json
