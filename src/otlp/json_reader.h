#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/node.h"
#include "model/raw.h"
#include "otlp/budget.h"

// Inside of the OTLP/JSON decoder: reading one parsed value as a field of some type.

namespace strobe::otlp::from_json {

using json::Node;

// Where we are in the document; a chain of frames on the stack that costs nothing until an error prints it.
struct Place {
  const Place* parent = nullptr;
  std::string_view key;              // of a member, or
  std::optional<size_t> index = {};  // of an array's element
};

// Reads fields. The first error sticks; from then on reading goes on harmlessly and its results are thrown away.
class Reader {
 public:
  Reader(Arena& arena, size_t budget_bytes) : arena_(arena), budget_(budget_bytes) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool failed() const { return error_.has_value(); }
  Error take_error() { return std::move(*error_); }
  void fail(const Place& at, std::string_view complaint, ErrorCode code = ErrorCode::invalid);

  std::string_view text(const Node& node, const Place& at);
  // Hexadecimal of either case as bytes; other text as it stands (see otlp.h).
  std::string_view id(const Node& node, const Place& at);
  std::string_view base64(const Node& node, const Place& at);
  // Integers as JSON numbers or as strings, exactly.
  int64_t int64(const Node& node, const Place& at);
  uint64_t uint64(const Node& node, const Place& at);
  int32_t int32(const Node& node, const Place& at);
  uint32_t uint32(const Node& node, const Place& at);
  double float64(const Node& node, const Place& at);
  bool boolean(const Node& node, const Place& at);
  // A number, or a name out of `names` (name i means value i) in either case, with or without `prefix`. A name that is
  // not there is 0, unspecified: newer emitters know more.
  int32_t enumeration(const Node& node, const Place& at, std::string_view prefix,
                      std::span<const std::string_view> names);

  bool charge(const Place& at, size_t count, size_t bytes_each) {
    if (!failed() && budget_.take(count, bytes_each)) return true;
    fail(at, "takes too much memory when decoded", ErrorCode::too_large);
    return false;
  }
  // An array in the arena with each element read by `read_one(node, at, element)`. null is an empty array.
  template <typename T, typename ReadOne>
  std::span<const T> list(const Node& node, const Place& at, ReadOne&& read_one) {
    if (!expect(node, json::Type::array, at, "expected an array")) return {};
    if (!charge(at, node.items.size(), sizeof(T))) return {};
    const std::span<T> elements = arena_.allocate_array<T>(node.items.size());
    for (size_t i = 0; i < elements.size() && !failed(); ++i) {
      read_one(node.items[i], Place{&at, {}, i}, elements[i]);
    }
    return elements;
  }
  bool expect(const Node& node, json::Type type, const Place& at, std::string_view complaint) {
    if (node.type == type) return true;
    if (node.type != json::Type::null) fail(at, complaint);
    return false;
  }
  Arena& arena() { return arena_; }

 private:
  Arena& arena_;
  Budget budget_;
  std::optional<Error> error_;
};

// lowerCamelCase of a snake_case key; other keys as they are. The result may live in `buffer`.
std::string_view camel_case(std::string_view key, std::span<char> buffer);

// Calls `on_member(name, value, at)` for the members of an object that are not null; null in place of the object has
// none.
template <typename OnMember>
void for_each_member(Reader& reader, const Node& node, const Place& place, OnMember&& on_member) {
  if (!reader.expect(node, json::Type::object, place, "expected an object")) return;
  for (const json::Member& member : node.members) {
    if (reader.failed()) return;
    if (member.value.type == json::Type::null) continue;
    char buffer[48];
    on_member(camel_case(member.key, buffer), member.value, Place{&place, member.key});
  }
}

}  // namespace strobe::otlp::from_json
