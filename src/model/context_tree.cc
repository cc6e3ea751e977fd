#include "model/context_tree.h"

#include <algorithm>

#include "base/assert.h"

namespace strobe {

ContextTree::Node ContextTree::child(Node node, int32_t message) {
  const uint64_t key = static_cast<uint64_t>(static_cast<uint32_t>(node)) << 32 | static_cast<uint32_t>(message);
  const auto [at, is_new] = children_.try_emplace(key, static_cast<Node>(nodes_.size()));
  if (!is_new) return at->second;
  const Entry& parent = nodes_[node];
  const Entry& jump = nodes_[parent.jump];
  // Two jumps of one length become one of the next length.
  const bool joins = parent.depth - jump.depth == jump.depth - nodes_[jump.jump].depth;
  nodes_.push_back({.parent = node, .jump = joins ? jump.jump : node, .depth = parent.depth + 1, .message = message});
  return at->second;
}

ContextTree::Node ContextTree::insert(std::span<const int32_t> messages, Node like) {
  const auto length = static_cast<int32_t>(std::min<size_t>(messages.size(), INT32_MAX));
  Node node = first(like, length);
  // Where they differ for the last time: from there on it is new.
  Node same = node;
  for (Node at = node; at != k_empty; at = parent(at)) {
    if (message(at) != messages[depth(at) - 1]) same = parent(at);
  }
  node = same;
  for (size_t i = depth(node); i < messages.size(); ++i) node = child(node, messages[i]);
  return node;
}

ContextTree::Node ContextTree::first(Node node, int32_t depth) const {
  STROBE_ASSERT(depth >= 0);
  while (nodes_[node].depth > depth) {
    const Node jump = nodes_[node].jump;
    node = nodes_[jump].depth >= depth ? jump : nodes_[node].parent;
  }
  return node;
}

ContextTree::Node ContextTree::common(Node a, Node b) const {
  a = first(a, depth(b));
  b = first(b, depth(a));
  while (a != b) {
    // Nodes of one depth have jumps of one length.
    const bool jumps = nodes_[a].jump != nodes_[b].jump;
    a = jumps ? nodes_[a].jump : nodes_[a].parent;
    b = jumps ? nodes_[b].jump : nodes_[b].parent;
  }
  return a;
}

std::vector<int32_t> ContextTree::messages_behind(Node beginning, Node node) const {
  std::vector<int32_t> messages;
  for (; depth(node) > depth(beginning); node = parent(node)) messages.push_back(message(node));
  std::ranges::reverse(messages);
  return messages;
}

}  // namespace strobe
