#include "analyze/rules/tool_deeds.h"

#include <gtest/gtest.h>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

// Whether an agent waited or was at work, where several tools run at a time.

namespace strobe::analyze {

namespace {

// Six times a build that takes so long, and beside it the same search; the next step follows `rest_ms` after the build.
std::string loop_beside_a_build(int64_t build_ms, int64_t rest_ms) {
  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);
  int64_t at = 0;
  for (int i = 0; i < 6; ++i) {
    test.call(agent, at, at + 1'000);
    test.tool(agent, at + 1'100, at + 1'100 + build_ms, "build", "{\"n\":" + std::to_string(i) + "}",
              "built " + std::to_string(i));
    test.tool(agent, at + 1'200, at + 1'300, "search", R"({"q":"same"})", "nothing");
    at += 1'100 + build_ms + rest_ms;
  }
  return found(test.build(), "doom_loop");
}

// A tool that runs code, which looks for a job every so many milliseconds.
std::string loop_inside_a_tool(int64_t every_ms) {
  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);
  test.call(agent, 0, 100);
  const int code = test.tool(agent, 200, 200 + 7 * every_ms, "run_code", R"({"code":"..."})", "done");
  for (int i = 0; i < 6; ++i) {
    const int64_t at = 200 + i * every_ms;
    test.tool(test.add(Kind::span, code, at, at + 60, "request"), at, at + 50, "get_job", R"({"job":7})", "waiting");
  }
  return found(test.build(), "doom_loop");
}

}  // namespace

TEST(ToolDeeds, ALongToolThatRunsBesideAnotherIsNoWait) {
  const std::string expected = "[high] Doom loop: \"search\" came back with the same result 6 times\n";
  EXPECT_EQ(loop_beside_a_build(1'000, 100), expected);
  EXPECT_EQ(loop_beside_a_build(40'000, 100), expected);
  EXPECT_EQ(loop_beside_a_build(40'000, 29'000), expected);
  EXPECT_EQ(loop_beside_a_build(40'000, 30'000), "") << "nothing ran then";
}

TEST(ToolDeeds, AToolThatRunsOthersMayLetThemWait) {
  EXPECT_EQ(loop_inside_a_tool(1'000), "[high] Doom loop: \"get_job\" came back with the same result 6 times\n");
  EXPECT_EQ(loop_inside_a_tool(6'000), "");
}

}  // namespace strobe::analyze
