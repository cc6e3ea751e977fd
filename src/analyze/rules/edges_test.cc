#include "analyze/rules/edges_test_util.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "analyze/findings.h"

// Each threshold, listed in the configuration, has a session that stands exactly at it: what its rule says changes when
// the threshold moves by one, in one of the two directions, and only in that one. So there is a case just below and one
// just above each, and a new threshold without one is red.

namespace strobe::analyze {

namespace {

std::vector<EdgeOf> all_edges() {
  std::vector<EdgeOf> all;
  for (const auto& edges : {edges_of_calls(), edges_of_agents(), edges_of_loops(), edges_of_conversations()}) {
    all.insert(all.end(), edges.begin(), edges.end());
  }
  return all;
}

std::string said(const Edge& edge, std::string_view rule, const Thresholds& thresholds) {
  std::string text;
  for (const Finding& finding : findings_of(edge.session, thresholds, edge.earlier)) {
    if (finding.rule != rule) continue;
    text += "[" + std::string(name_of(finding.severity)) + "] " + finding.title + "\n";
  }
  return text;
}

// The findings with the threshold as it is, one lower and one higher; nothing where a limit stands in the way.
struct Around {
  std::string at;
  std::optional<std::string> lower, higher;
};

Around around(const EdgeOf& edge_of) {
  const std::string name(edge_of.threshold);
  const std::string id = name.substr(0, name.find('.'));
  const Rule* const rule = find_rule(id);
  const auto threshold = std::ranges::find(rule->thresholds, name.substr(id.size() + 1), &Threshold::name);
  const Edge edge = edge_of.make();
  const auto with = [&](int64_t value) -> std::optional<std::string> {
    if (value < threshold->min || value > threshold->max) return std::nullopt;
    Thresholds thresholds;
    thresholds.set(name, value);
    return said(edge, id, thresholds);
  };
  return {said(edge, id, {}), with(threshold->fallback - 1), with(threshold->fallback + 1)};
}

}  // namespace

TEST(Edges, EachThresholdHasOne) {
  std::set<std::string> edges;
  for (const EdgeOf& edge : all_edges())
    EXPECT_TRUE(edges.emplace(edge.threshold).second) << edge.threshold << " twice";
  std::set<std::string> thresholds;
  for (const Rule* rule : all_rules()) {
    for (const Threshold& threshold : rule->thresholds) {
      thresholds.insert(std::string(rule->id) + "." + std::string(threshold.name));
    }
  }
  for (const std::string& name : thresholds) EXPECT_TRUE(edges.contains(name)) << name << " has no case at its edge";
  for (const std::string& name : edges) EXPECT_TRUE(thresholds.contains(name)) << name << " is no threshold";
}

TEST(Edges, WhatIsSaidChangesExactlyThere) {
  for (const EdgeOf& edge : all_edges()) {
    const Around said = around(edge);
    const bool changes_below = said.lower && *said.lower != said.at;
    const bool changes_above = said.higher && *said.higher != said.at;
    EXPECT_TRUE(changes_below != changes_above)
        << edge.threshold << "\none lower: " << said.lower.value_or("-\n") << "as it is: " << said.at
        << "\none higher: " << said.higher.value_or("-\n");
  }
}

}  // namespace strobe::analyze
