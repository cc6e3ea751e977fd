#include "context/flat.h"

#include <algorithm>

#include "context/list.h"
#include "context/pack.h"

namespace strobe::context {

namespace {

struct Entry {
  uint64_t index = 0;
  size_t at = 0;  // in the attributes
  KeyValue pair;
};

// The indices in the order in which their attributes came; nothing when the attributes of one are scattered.
std::optional<std::vector<uint64_t>> arrival_of(std::span<const Entry> entries, size_t distinct) {
  std::vector<uint64_t> arrival;
  for (const Entry& entry : entries) {
    if (arrival.empty() || arrival.back() != entry.index) arrival.push_back(entry.index);
  }
  if (arrival.size() != distinct) return std::nullopt;
  return arrival;
}

std::optional<IndexOrder> order_of(std::span<const Entry> entries, uint64_t first, uint64_t last, size_t distinct) {
  const bool is_run = entries.back().at - entries.front().at + 1 == entries.size();
  if (!is_run || last - first + 1 != distinct) return std::nullopt;
  const auto arrival = arrival_of(entries, distinct);
  if (!arrival) return std::nullopt;
  for (const IndexOrder order : {IndexOrder::numeric, IndexOrder::as_text}) {
    if (*arrival == index_sequence(first, distinct, order)) return order;
  }
  return std::nullopt;
}

bool add_end(PackedItems& items) {
  if (items.bytes.size() > k_split_bytes_max) return false;
  items.ends.push_back(static_cast<uint32_t>(items.bytes.size()));
  return true;
}

}  // namespace

std::optional<FlatGroup> collect_flat(std::span<const KeyValue> attributes, std::string_view prefix) {
  std::vector<Entry> entries;
  for (size_t at = 0; at < attributes.size(); ++at) {
    const auto key = parse_flat_key(attributes[at].key, prefix);
    if (key) entries.push_back({key->index, at, {key->rest, attributes[at].value}});
  }
  if (entries.empty()) return std::nullopt;
  std::vector<Entry> reordered;
  if (!std::ranges::is_sorted(entries, {}, &Entry::index)) {
    reordered = entries;
    std::ranges::stable_sort(reordered, {}, &Entry::index);
  }
  const std::span<const Entry> sorted = reordered.empty() ? entries : reordered;
  FlatGroup group;
  group.begin = entries.front().at;
  group.attributes = entries.size();
  group.first = sorted.front().index;
  std::vector<KeyValue> pairs;
  for (size_t at = 0; at < sorted.size();) {
    const uint64_t index = sorted[at].index;
    pairs.clear();
    for (; at < sorted.size() && sorted[at].index == index; ++at) pairs.push_back(sorted[at].pair);
    append_flat_item(group.items.bytes, pairs);
    if (!add_end(group.items)) return std::nullopt;
  }
  group.order = order_of(entries, group.first, sorted.back().index, group.items.ends.size());
  return group;
}

std::optional<PackedItems> pack_items(const Value& value) {
  PackedItems items;
  const std::span<const Value> values = value.type == ValueType::array ? value.as_array() : std::span(&value, 1);
  for (const Value& item : values) {
    append_value_item(items.bytes, item);
    if (!add_end(items)) return std::nullopt;
  }
  return items;
}

}  // namespace strobe::context
