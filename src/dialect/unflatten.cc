#include "dialect/unflatten.h"

#include <algorithm>
#include <optional>

#include "base/whole_number.h"
#include "dialect/payload.h"

namespace strobe::dialect {

namespace {

struct Entry {
  uint32_t index = 0;
  std::string_view path;
  size_t order = 0;
  const Value* value = nullptr;
};

std::optional<uint32_t> index_of(std::string_view segment) {
  return whole_number<uint32_t>(segment, 0, k_flat_index_max);
}

struct Child {
  std::string_view name;
  json::Node node;
};

// The nodes of sorted entries that share their path's first `offset` bytes.
json::Node build(std::span<const Entry> entries, size_t offset, int depth, Arena& arena);

// Sorting keeps entries of one segment together; a leaf and an object of the same name are two children.
std::vector<Child> children_of(std::span<const Entry> entries, size_t offset, int depth, Arena& arena) {
  std::vector<Child> children;
  for (size_t first = 0; first < entries.size();) {
    const auto rest = entries[first].path.substr(offset);
    const size_t dot = depth >= k_flat_depth_max ? std::string_view::npos : rest.find('.');
    const auto name = rest.substr(0, dot);
    const auto group = dot == std::string_view::npos ? rest : rest.substr(0, dot + 1);
    const auto belongs = [&](const Entry& entry) {
      const auto other = entry.path.substr(offset);
      return dot == std::string_view::npos ? other == group : other.starts_with(group);
    };
    size_t end = first + 1;
    while (end < entries.size() && belongs(entries[end])) ++end;
    if (dot == std::string_view::npos) {
      children.push_back({name, node_of(*entries[end - 1].value, arena)});
    } else {
      children.push_back({name, build(entries.subspan(first, end - first), offset + dot + 1, depth + 1, arena)});
    }
    first = end;
  }
  return children;
}

json::Node build(std::span<const Entry> entries, size_t offset, int depth, Arena& arena) {
  auto children = children_of(entries, offset, depth, arena);
  const auto is_numbered = [](const Child& child) { return index_of(child.name).has_value(); };
  json::Node node;
  if (std::all_of(children.begin(), children.end(), is_numbered)) {
    std::stable_sort(children.begin(), children.end(),
                     [](const Child& a, const Child& b) { return *index_of(a.name) < *index_of(b.name); });
    node.type = json::Type::array;
    const auto items = arena.allocate_array<json::Node>(children.size());
    for (size_t i = 0; i < children.size(); ++i) items[i] = children[i].node;
    node.items = items;
    return node;
  }
  node.type = json::Type::object;
  const auto members = arena.allocate_array<json::Member>(children.size());
  for (size_t i = 0; i < children.size(); ++i) members[i] = {children[i].name, children[i].node};
  node.members = members;
  return node;
}

}  // namespace

std::vector<json::Node> unflatten(std::span<const KeyValue* const> attributes, std::string_view prefix, Arena& arena) {
  std::vector<Entry> entries;
  entries.reserve(attributes.size());
  for (const KeyValue* attribute : attributes) {
    if (attribute->key.size() <= prefix.size() + 1) continue;
    const auto path = attribute->key.substr(prefix.size() + 1);
    const size_t dot = path.find('.');
    const auto index = index_of(path.substr(0, dot));
    if (!index || dot == std::string_view::npos) continue;
    entries.push_back({*index, path.substr(dot + 1), entries.size(), &attribute->value});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.index != b.index) return a.index < b.index;
    if (a.path != b.path) return a.path < b.path;
    return a.order < b.order;
  });
  std::vector<json::Node> nodes;
  for (size_t first = 0; first < entries.size();) {
    size_t end = first + 1;
    while (end < entries.size() && entries[end].index == entries[first].index) ++end;
    nodes.push_back(build(std::span(entries).subspan(first, end - first), 0, 0, arena));
    first = end;
  }
  return nodes;
}

}  // namespace strobe::dialect
