#include "model/lineage.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace strobe {
namespace {

using Numbers = std::vector<int32_t>;

// Spans by their parents; the kinds as letters: a(gent), t(ool), anything else is another span.
SessionView session_of(const Numbers& parents, const std::string& kinds) {
  SessionView session;
  session.spans.resize(parents.size());
  for (size_t i = 0; i < parents.size(); ++i) {
    session.spans[i].parent = parents[i];
    session.spans[i].span.facts.kind = kinds[i] == 'a' ? Kind::agent : kinds[i] == 't' ? Kind::tool : Kind::span;
    if (parents[i] >= 0) session.spans[parents[i]].children.push_back(static_cast<int32_t>(i));
  }
  return session;
}

TEST(Lineage, TellsTheNearestAgentAndTheToolThatStartedIt) {
  // agent 0 -> span 1 -> tool 2 -> agent 3 -> tool 4 -> span 5, and a root beside them.
  const Lineage lineage = lineage_of(session_of({-1, 0, 1, 2, 3, 4, -1}, "astatss"));
  EXPECT_EQ(lineage.depth, (Numbers{0, 1, 2, 3, 4, 5, 0}));
  EXPECT_EQ(lineage.agent, (Numbers{-1, 0, 0, 0, 3, 3, -1}));
  EXPECT_EQ(lineage.tool, (Numbers{-1, -1, -1, 2, -1, 4, -1}));
  EXPECT_EQ(lineage.block_depth, (Numbers{0, 0, 0, 0, 1, 1, 0}));
}

TEST(Lineage, AParentMayStandBehindItsChildren) {
  const Lineage lineage = lineage_of(session_of({2, 2, 3, -1}, "ssta"));
  EXPECT_EQ(lineage.agent, (Numbers{3, 3, 3, -1}));
  EXPECT_EQ(lineage.tool, (Numbers{2, 2, -1, -1}));
}

TEST(Lineage, ParentsInACircleStandNowhere) {
  // 0 and 1 are each other's parents, 2 stands below them, 3 is its own parent.
  const Lineage lineage = lineage_of(session_of({1, 0, 0, 3}, "aasa"));
  EXPECT_EQ(lineage.depth, (Numbers{0, 0, 0, 0}));
  EXPECT_EQ(lineage.agent, (Numbers{-1, -1, -1, -1}));
}

TEST(Lineage, ATraceMayBeAsDeepAsItIsLong) {
  constexpr int32_t k_count = 200'000;
  Numbers parents(k_count);
  for (int32_t i = 0; i < k_count; ++i) parents[i] = i - 1;
  const Lineage lineage = lineage_of(session_of(parents, std::string(k_count, 'a')));
  EXPECT_EQ(lineage.depth.back(), k_count - 1);
  EXPECT_EQ(lineage.agent.back(), k_count - 2);
  EXPECT_EQ(lineage.block_depth.back(), k_count - 2);
}

// By climbing from every span.
TEST(Lineage, AgreesWithClimbingOnRandomTrees) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    Numbers parents;
    std::string kinds;
    for (uint32_t i = 0; i < 1 + random() % 12; ++i) {
      parents.push_back(static_cast<int32_t>(random() % (i + 1)) - 1);
      kinds += "ats"[random() % 3];
    }
    const Lineage lineage = lineage_of(session_of(parents, kinds));
    for (size_t i = 0; i < parents.size(); ++i) {
      int32_t depth = 0, agent = -1, tool = -1, agents = 0;
      for (int32_t at = parents[i]; at >= 0; at = parents[at], ++depth) {
        if (kinds[at] == 't' && tool < 0 && agent < 0) tool = at;
        if (kinds[at] == 'a' && agent < 0) agent = at;
        agents += kinds[at] == 'a' ? 1 : 0;
      }
      EXPECT_EQ(lineage.depth[i], depth);
      EXPECT_EQ(lineage.agent[i], agent);
      EXPECT_EQ(lineage.tool[i], tool);
      EXPECT_EQ(lineage.block_depth[i], std::max(0, agents - 1));
    }
  }
}

}  // namespace
}  // namespace strobe
