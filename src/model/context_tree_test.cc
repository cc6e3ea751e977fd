#include "model/context_tree.h"

#include <gtest/gtest.h>

#include <random>

#include "model/tree_order.h"

namespace strobe {

namespace {

using Node = ContextTree::Node;

std::vector<int32_t> random_list(std::mt19937& random) {
  std::vector<int32_t> list(random() % 40);
  for (int32_t& message : list) message = static_cast<int32_t>(random() % 2);
  return list;
}

size_t shared(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  size_t n = 0;
  while (n < a.size() && n < b.size() && a[n] == b[n]) ++n;
  return n;
}

}  // namespace

TEST(ContextTree, KeepsEachBeginningOnce) {
  ContextTree tree;
  const Node abc = tree.insert(std::vector{1, 2, 3});
  EXPECT_EQ(tree.size(), 4u);
  EXPECT_EQ(tree.insert(std::vector{1, 2, 3}, abc), abc);
  const Node abd = tree.insert(std::vector{1, 2, 4}, abc);
  EXPECT_EQ(tree.size(), 5u);
  EXPECT_EQ(tree.messages(abd), (std::vector{1, 2, 4}));
  EXPECT_EQ(tree.depth(tree.common(abc, abd)), 2);
  EXPECT_EQ(tree.messages_behind(tree.first(abd, 1), abd), (std::vector{2, 4}));
  EXPECT_EQ(tree.insert({}), ContextTree::k_empty);
}

TEST(ContextTree, AgreesWithListsInEverything) {
  std::mt19937 random(6);
  for (int round = 0; round < 50; ++round) {
    ContextTree tree;
    std::vector<std::vector<int32_t>> lists;
    std::vector<Node> nodes;
    for (int i = 0; i < 30; ++i) {
      lists.push_back(random_list(random));
      nodes.push_back(tree.insert(lists.back(), nodes.empty() ? 0 : nodes[random() % nodes.size()]));
    }
    const TreeOrder order = order_of(tree);
    for (size_t a = 0; a < lists.size(); ++a) {
      ASSERT_EQ(tree.messages(nodes[a]), lists[a]);
      const int32_t half = static_cast<int32_t>(lists[a].size() / 2);
      const Node found = tree.last_where(nodes[a], [&](Node node) { return tree.depth(node) <= half; });
      ASSERT_EQ(tree.depth(found), half);
      ASSERT_TRUE(tree.begins_with(nodes[a], found));
      for (size_t b = 0; b < lists.size(); ++b) {
        const size_t same = shared(lists[a], lists[b]);
        ASSERT_EQ(tree.depth(tree.common(nodes[a], nodes[b])), static_cast<int32_t>(same));
        ASSERT_EQ(tree.begins_with(nodes[a], nodes[b]), same == lists[b].size());
        ASSERT_EQ(order.begins_with(nodes[a], nodes[b]), same == lists[b].size());
      }
    }
  }
}

TEST(ContextTree, IsDeepWithoutBeingSlow) {
  ContextTree tree;
  Node node = ContextTree::k_empty;
  for (int32_t i = 0; i < 1'000'000; ++i) node = tree.child(node, i);
  for (int32_t depth = 0; depth < 1'000'000; depth += 100) ASSERT_EQ(tree.depth(tree.first(node, depth)), depth);
}

}  // namespace strobe
