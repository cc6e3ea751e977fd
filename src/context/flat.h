#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/hole.h"
#include "model/raw.h"

namespace strobe::context {

// Packed items one after the other, and where each ends.
struct PackedItems {
  std::string bytes;
  std::vector<uint32_t> ends;
};

// All attributes `<prefix>.<index><rest>` of a list, one packed item per index, by ascending index.
struct FlatGroup {
  PackedItems items;
  size_t begin = 0;  // the first of them
  size_t attributes = 0;
  uint64_t first = 0;  // the lowest index
  // The attributes are one run in this order, without gaps. Nothing: the items do not tell where the attributes stood.
  std::optional<IndexOrder> order;
};

// Nothing when there are none, or too many bytes. n log n in the number of attributes.
std::optional<FlatGroup> collect_flat(std::span<const KeyValue> attributes, std::string_view prefix);
// The items of an array; any other value is one item.
std::optional<PackedItems> pack_items(const Value& value);

}  // namespace strobe::context
