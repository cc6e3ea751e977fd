#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace strobe {

// Lists of messages that begin alike, each beginning kept once. A node is a message behind those before it, and so
// stands for the whole list up to it; node 0 is the empty list. A parent's number is smaller than its children's: going
// through the nodes backwards is a walk from the leaves to the root. Messages are numbers of the caller's. Memory is
// linear in what the lists do not share; what is not said to be linear takes O(log n).
class ContextTree {
 public:
  using Node = int32_t;
  static constexpr Node k_empty = 0;

  ContextTree() : nodes_{{.parent = 0, .jump = 0, .depth = 0, .message = -1}} {}

  // The list `node` and one more message, which becomes a node if it is none yet. O(1).
  Node child(Node node, int32_t message);
  // The whole list, in time linear in it; quicker where `like` begins alike.
  Node insert(std::span<const int32_t> messages, Node like = k_empty);

  size_t size() const { return nodes_.size(); }
  // All O(1). The empty list is its own parent, and has no message: -1.
  Node parent(Node node) const { return nodes_[node].parent; }
  int32_t message(Node node) const { return nodes_[node].message; }
  int32_t depth(Node node) const { return nodes_[node].depth; }  // how many messages the list has

  // The first `depth` messages of the list; the list itself where it has no more.
  Node first(Node node, int32_t depth) const;
  // The longest beginning that both have.
  Node common(Node a, Node b) const;
  // Whether list `node` begins with `beginning`.
  bool begins_with(Node node, Node beginning) const { return first(node, depth(beginning)) == beginning; }
  // The last node of the path that satisfies `holds`, which must hold for all nodes up to one and for none behind it;
  // k_empty where none does. `holds` is not asked for the empty list.
  template <typename Predicate>
  Node last_where(Node node, Predicate holds) const;
  // The messages behind `beginning`, which `node` must begin with, in order. Linear in their number.
  std::vector<int32_t> messages_behind(Node beginning, Node node) const;
  std::vector<int32_t> messages(Node node) const { return messages_behind(k_empty, node); }

 private:
  // `jump` is an ancestor; lengths of jumps follow the skew-binary numbers (Myers, "An applicative random-access
  // stack", 1983), so that every ancestor is O(log n) steps away.
  struct Entry {
    Node parent = 0;
    Node jump = 0;
    int32_t depth = 0;
    int32_t message = -1;
  };
  std::vector<Entry> nodes_;
  std::unordered_map<uint64_t, Node> children_;  // by parent and message
};

template <typename Predicate>
ContextTree::Node ContextTree::last_where(Node node, Predicate holds) const {
  while (node != k_empty && !holds(node)) {
    const Node jump = nodes_[node].jump;
    node = jump != k_empty && !holds(jump) ? jump : nodes_[node].parent;
  }
  return node;
}

}  // namespace strobe
