#include "analyze/run_steps.h"

#include <gtest/gtest.h>

#include "analyze/masked_text.h"
#include "analyze/structure.h"
#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

struct Did {
  std::string tool, arguments;
};

RunSteps steps_of(const std::vector<Did>& dids, const PathList& ignored = {}, std::string task = "user: mend it") {
  TestSession test;
  const int agent = test.agent(0, 0, 1000);
  int64_t at = 0;
  for (const Did& did : dids) {
    const int call = test.call(agent, at, at + 5);
    test.sees(call, {task});
    if (!did.tool.empty()) test.tool(agent, at + 5, at + 9, did.tool, did.arguments);
    at += 10;
  }
  return steps_of_run(test.build(), ignored);
}

}  // namespace

TEST(MaskedText, IdsAndTimesAreGone) {
  EXPECT_EQ(masked_text("at 2026-01-30T12:00:00.123Z, not 12:30"), "at <time>, not <time>");
  EXPECT_EQ(masked_text("day 2026-01-30 and 2026-01-30 12:00:30+02:00"), "day <time> and <time>");
  EXPECT_EQ(masked_text("x/1b4e28ba-2fa1-11d2-883f-0016d3cca427.log"), "x/<uuid>.log");
  EXPECT_EQ(masked_text("call_a1b2c3d4e5f6 toolu_01A09q90qw90lq9 0af7651916cd43dd8448eb211c80319c"), "<id> <id> <id>");
  EXPECT_EQ(masked_text("since 1700000000 or 1700000000123"), "since <time> or <time>");
}

TEST(MaskedText, WhatMeansSomethingStays) {
  for (const char* text : {"src/main.ts", "issue 4711", "read_file", "deadbeef", "my_variable_name2", "12345678901",
                           "9999999999", "version 1.2.3", "call_back", "", "10:0", "2026-1-3"}) {
    EXPECT_EQ(masked_text(text), text);
  }
}

TEST(PathList, StarIsOneElementAndAPathAllBelowIt) {
  PathList paths;
  ASSERT_TRUE(paths.add("/steps/*/tools/0/arguments"));
  EXPECT_TRUE(paths.has("/steps/12/tools/0/arguments/path"));
  EXPECT_TRUE(paths.has("/steps/12/tools/0/arguments"));
  EXPECT_FALSE(paths.has("/steps/12/tools/1/arguments"));
  EXPECT_FALSE(paths.has("/steps/12/tools/0/arguments2"));
  EXPECT_FALSE(paths.has("/steps/12"));
  EXPECT_FALSE(paths.add("steps"));
}

TEST(Structure, IdsTimesKeyOrderAndSpellingOfNumbersDoNotCount) {
  const RunSteps a = steps_of({{"read", R"({"path":"a","n":1,"at":"2026-01-30"})"}});
  const RunSteps b = steps_of({{"read", R"({"at":"2026-02-28","n":1.0,"path":"a"})"}});
  EXPECT_TRUE(compare_structure(a, b).is_same());
}

TEST(Structure, TheFirstDifferenceIsNamedByItsPath) {
  const RunSteps a = steps_of({{"ls", "{}"}, {"read", R"({"path":"a","deep":[1,{"x~/":2}]})"}, {"done", "{}"}});
  const RunSteps b = steps_of({{"ls", "{}"}, {"read", R"({"path":"a","deep":[1,{"x~/":3}]})"}, {"done", "{}"}});
  const StructureComparison comparison = compare_structure(a, b);
  EXPECT_EQ(comparison.matched, 2u);
  ASSERT_EQ(comparison.divergences.size(), 1u);
  const Divergence& divergence = comparison.divergences.front();
  EXPECT_EQ(divergence.kind, DivergenceKind::changed);
  EXPECT_EQ(divergence.baseline, 1u);
  EXPECT_EQ(divergence.aspect, Aspect::argument);
  EXPECT_EQ(divergence.path, "/tools/0/arguments/deep/1/x~0~1");
  EXPECT_EQ(divergence.baseline_value, "2");
  EXPECT_EQ(divergence.other_value, "3");
}

TEST(Structure, AStepMoreIsAddedAndTheRestStillMatches) {
  const RunSteps a = steps_of({{"ls", "{}"}, {"read", "{}"}, {"write", "{}"}});
  const RunSteps b = steps_of({{"ls", "{}"}, {"think", "{}"}, {"read", "{}"}, {"write", "{}"}});
  const StructureComparison comparison = compare_structure(a, b);
  EXPECT_EQ(comparison.matched, 3u);
  ASSERT_EQ(comparison.divergences.size(), 1u);
  EXPECT_EQ(comparison.divergences[0].kind, DivergenceKind::added);
  EXPECT_EQ(comparison.divergences[0].other_steps, 1);
  EXPECT_EQ(compare_structure(b, a).divergences[0].kind, DivergenceKind::removed);
}

TEST(Structure, AKeyThatStandsInThePathsOfManyValuesIsKeptOnce) {
  const std::string key(100'000, 'k');
  std::string values = "0";
  for (int i = 1; i < 400; ++i) values += "," + std::to_string(i);
  const RunSteps run = steps_of({{"read", "{\"" + key + "\":[" + values + "]}"}});
  EXPECT_LT(run.steps[0].traits.text().size(), 100 * key.size());
  const RunSteps other = steps_of({{"read", "{\"" + key + "\":[" + values + ",0]}"}});
  EXPECT_FALSE(compare_structure(run, other).is_same());
}

TEST(Traits, AreListedAsTheyWereAdded) {
  Traits traits;
  traits.add({Aspect::tool, "/tools/0/name", "\"read\""});
  traits.add({Aspect::message, "", ""});
  traits.add({Aspect::argument, "/a", "1"});
  const std::vector<Trait> all = {
      {Aspect::tool, "/tools/0/name", "\"read\""}, {Aspect::message, "", ""}, {Aspect::argument, "/a", "1"}};
  EXPECT_EQ(traits.list(), all);
  traits.leave_out(Aspect::message);
  EXPECT_EQ(traits.list(), (std::vector<Trait>{all[0], all[2]}));
}

TEST(Structure, WhatIsIgnoredDoesNotCount) {
  PathList ignored;
  ASSERT_TRUE(ignored.add("/steps/*/tools/*/arguments/seed"));
  const RunSteps a = steps_of({{"draw", R"({"seed":1})"}}, ignored);
  const RunSteps b = steps_of({{"draw", R"({"seed":2})"}}, ignored);
  EXPECT_TRUE(compare_structure(a, b).is_same());
  EXPECT_FALSE(
      compare_structure(steps_of({{"draw", R"({"seed":1})"}}), steps_of({{"draw", R"({"seed":2})"}})).is_same());
}

TEST(Structure, WhatOnlyOneSideRecordedIsLeftOutAndSaid) {
  const RunSteps a = steps_of({{"read", R"({"path":"a"})"}});
  const RunSteps b = steps_of({{"read", ""}});
  const StructureComparison comparison = compare_structure(a, b);
  EXPECT_TRUE(comparison.is_same());
  EXPECT_FALSE(comparison.are_arguments_compared);
}

TEST(Structure, AnotherTaskIsAnotherMessage) {
  const RunSteps a = steps_of({{"ls", "{}"}});
  const RunSteps b = steps_of({{"ls", "{}"}}, {}, "user: break it");
  const StructureComparison comparison = compare_structure(a, b);
  ASSERT_EQ(comparison.divergences.size(), 1u);
  EXPECT_EQ(comparison.divergences[0].aspect, Aspect::message);
  EXPECT_EQ(comparison.divergences[0].path, "/messages/0/text");
}

TEST(Structure, RunsAreCountedWhereTheyPartFromTheBaseline) {
  const RunSteps base = steps_of({{"ls", "{}"}, {"read", "{}"}, {"write", "{}"}});
  std::vector<StructureComparison> runs;
  runs.push_back(compare_structure(base, steps_of({{"ls", "{}"}, {"grep", "{}"}, {"write", "{}"}})));
  runs.push_back(compare_structure(base, base));
  runs.push_back(compare_structure(base, steps_of({{"ls", "{}"}, {"find", "{}"}, {"write", "{}"}})));
  runs.push_back(compare_structure(base, steps_of({{"ls", "{}"}, {"read", "{}"}, {"write", "{}"}, {"ls", "{}"}})));
  const std::vector<DivergencePlace> places = first_places(runs);
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0].baseline, 1u);
  EXPECT_EQ(places[0].runs, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(places[1].baseline, 3u);
}

}  // namespace strobe::analyze
