#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "model/raw.h"

namespace strobe::bench {

// Collects the attributes of one span. Keys and texts must live as long as the arena unless a method says it copies.
class Attributes {
 public:
  explicit Attributes(Arena& arena) : arena_(arena) {}
  Attributes& value(std::string_view key, Value value) {
    list_.push_back({key, value});
    return *this;
  }
  Attributes& text(std::string_view key, std::string_view text) { return value(key, Value::of_string(text)); }
  // Copies both.
  Attributes& kept_key(std::string_view key, std::string_view text) {
    return value(arena_.copy(key), Value::of_string(arena_.copy(text)));
  }
  const std::vector<KeyValue>& list() const { return list_; }
  // The list, in the arena.
  std::span<const KeyValue> finish() { return arena_.copy_array(std::span<const KeyValue>(list_)); }

 private:
  Arena& arena_;
  std::vector<KeyValue> list_;
};

}  // namespace strobe::bench
