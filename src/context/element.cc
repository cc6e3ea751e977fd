#include "context/element.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/whole_number.h"
#include "context/cutter.h"
#include "context/pack.h"
#include "json/number.h"
#include "json/parse.h"

namespace strobe::context {

namespace {

// Keys with more segments keep the rest of their path as one name; deeper values are cut: null.
constexpr int k_flat_depth_max = 16;
constexpr int k_node_depth_max = 64;

json::Node string_node(std::string_view text) {
  json::Node node;
  node.type = json::Type::string;
  node.text = text;
  return node;
}

json::Node number_node(std::string_view text, Arena& arena) {
  json::Node node = string_node(arena.copy(text));
  node.type = json::Type::number;
  return node;
}

json::Node value_node(const Value& value, Arena& arena, int depth = 0) {
  json::Node node;
  switch (value.type) {
    case ValueType::stored:
    case ValueType::empty: return node;
    case ValueType::string:
    case ValueType::bytes: return string_node(value.as_text());
    case ValueType::boolean:
      node.type = json::Type::boolean;
      node.boolean = value.boolean;
      return node;
    case ValueType::int64: return number_node(std::to_string(value.int64), arena);
    case ValueType::float64: {
      const std::string text = json::from_double(value.float64);
      return text.find_first_of("Nn") == std::string::npos ? number_node(text, arena) : string_node(arena.copy(text));
    }
    case ValueType::array: {
      if (depth >= k_node_depth_max) return node;
      const auto items = arena.allocate_array<json::Node>(value.size);
      for (size_t i = 0; i < items.size(); ++i) items[i] = value_node(value.items[i], arena, depth + 1);
      node.type = json::Type::array;
      node.items = items;
      return node;
    }
    case ValueType::kvlist: break;
  }
  if (depth >= k_node_depth_max) return node;
  const auto members = arena.allocate_array<json::Member>(value.size);
  for (size_t i = 0; i < members.size(); ++i) {
    members[i] = {value.members[i].key, value_node(value.members[i].value, arena, depth + 1)};
  }
  node.type = json::Type::object;
  node.members = members;
  return node;
}

struct Leaf {
  std::string_view path;
  const Value* value = nullptr;
};

struct Child {
  std::string_view name;
  std::optional<uint64_t> index;
  json::Node node;
};

// The node of sorted leaves whose paths share their first `offset` bytes.
json::Node nested(std::span<const Leaf> leaves, size_t offset, int depth, Arena& arena) {
  std::vector<Child> children;
  for (size_t first = 0, end = 0; first < leaves.size(); first = end) {
    const std::string_view rest = leaves[first].path.substr(offset);
    const size_t dot = depth < k_flat_depth_max ? rest.find('.') : std::string_view::npos;
    const bool is_leaf = dot == std::string_view::npos;
    const std::string_view prefix = is_leaf ? rest : rest.substr(0, dot + 1);
    for (end = first + 1; end < leaves.size(); ++end) {
      const std::string_view other = leaves[end].path.substr(offset);
      if (is_leaf ? other != prefix : !other.starts_with(prefix)) break;
    }
    const std::string_view name = rest.substr(0, dot);
    children.push_back({name, whole_number<uint64_t>(name),
                        is_leaf ? value_node(*leaves[end - 1].value, arena)
                                : nested(leaves.subspan(first, end - first), offset + dot + 1, depth + 1, arena)});
  }
  json::Node node;
  if (!children.empty() && std::ranges::all_of(children, [](const Child& child) { return child.index.has_value(); })) {
    std::ranges::stable_sort(children, {}, [](const Child& child) { return *child.index; });
    const auto items = arena.allocate_array<json::Node>(children.size());
    std::ranges::transform(children, items.begin(), &Child::node);
    node.type = json::Type::array;
    node.items = items;
    return node;
  }
  const auto members = arena.allocate_array<json::Member>(children.size());
  const auto member_of = [](const Child& child) { return json::Member{child.name, child.node}; };
  std::ranges::transform(children, members.begin(), member_of);
  node.type = json::Type::object;
  node.members = members;
  return node;
}

// A key that occurs twice: the last wins, as everywhere.
json::Node flat_node(std::span<const KeyValue> pairs, Arena& arena) {
  if (pairs.size() == 1 && pairs.front().key.empty()) return value_node(pairs.front().value, arena);
  std::vector<Leaf> leaves;
  for (const KeyValue& pair : pairs) {
    leaves.push_back({pair.key.empty() ? pair.key : pair.key.substr(1), &pair.value});
  }
  std::ranges::stable_sort(leaves, {}, &Leaf::path);
  return nested(leaves, 0, 0, arena);
}

}  // namespace

ElementNode element_node(std::string_view content, Arena& arena) {
  if (is_flat_item(content)) {
    if (const auto pairs = unpack_flat_item(content, arena)) return {flat_node(*pairs, arena), false};
  } else if (is_value_item(content)) {
    if (const auto value = unpack_value_item(content, arena)) return {value_node(*value, arena), false};
  } else if (const auto node = json::parse(content, arena)) {
    return {*node, false};
  } else if (const size_t first = skip_space(content, 0); first < content.size() &&
                                                          (content[first] == '{' || content[first] == '[') &&
                                                          scan_document(content) == ValueScan::End::cut) {
    const json::PrefixResult prefix = json::parse_prefix(content, arena);
    if (prefix.usable) return {prefix.node, true};
  }
  return {string_node(content), false};
}

ElementMessage element_message(ElementParser parser, ElementFormat format, std::string_view content, Arena& arena) {
  const ElementNode element = element_node(content, arena);
  ElementMessage result{parser(format, element.node, arena), element.cut};
  if (element.cut) result.message.state = ContentState::truncated;
  return result;
}

}  // namespace strobe::context
