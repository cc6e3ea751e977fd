#include "model/raw.h"

#include <cstring>

namespace strobe {

bool identical(const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case ValueType::empty: return true;
    case ValueType::string:
    case ValueType::bytes: return a.as_text() == b.as_text();
    case ValueType::boolean: return a.boolean == b.boolean;
    case ValueType::int64: return a.int64 == b.int64;
    case ValueType::float64: return std::memcmp(&a.float64, &b.float64, sizeof a.float64) == 0;
    case ValueType::stored: return a.number == b.number;
    case ValueType::kvlist: return identical(a.as_kvlist(), b.as_kvlist());
    case ValueType::array: {
      if (a.size != b.size) return false;
      for (size_t i = 0; i < a.size; ++i) {
        if (!identical(a.items[i], b.items[i])) return false;
      }
      return true;
    }
  }
  return false;
}

bool identical(std::span<const KeyValue> a, std::span<const KeyValue> b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].key != b[i].key || !identical(a[i].value, b[i].value)) return false;
  }
  return true;
}

const Value* find_attribute(std::span<const KeyValue> attributes, std::string_view key) {
  for (size_t i = attributes.size(); i > 0; --i) {
    if (attributes[i - 1].key == key) return &attributes[i - 1].value;
  }
  return nullptr;
}

}  // namespace strobe
