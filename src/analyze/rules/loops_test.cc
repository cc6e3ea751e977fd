#include <gtest/gtest.h>

#include <optional>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

// doom_loop, ping_pong, stagnation, retry_storm: what repeats, and what only looks as if.

namespace strobe::analyze {

namespace {

// An agent that calls a model, then the tool that it asked for, then the model again.
class Loop {
 public:
  // A step with one tool. `wait_ms`: between the model's answer and the tool.
  int turn(std::string_view name, std::string_view arguments, std::string_view result, int64_t wait_ms = 0) {
    call();
    now_ += wait_ms;
    return tool(name, arguments, result);
  }
  int call() {
    const int span = test.call(agent, now_, now_ + 100);
    now_ += 100;
    return span;
  }
  int tool(std::string_view name, std::string_view arguments, std::string_view result, int64_t takes_ms = 50) {
    const int span = test.tool(agent, now_, now_ + takes_ms, name, arguments, result);
    now_ += takes_ms + 10;
    return span;
  }
  void rest(int64_t ms) { now_ += ms; }
  std::string found(std::string_view rule) {
    if (!session_) session_ = test.build();  // once: the builder is spent
    return analyze::found(*session_, rule);
  }

  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);

 private:
  int64_t now_ = 0;
  std::optional<SessionView> session_;
};

constexpr std::string_view k_sad = R"({"command":"make"})";

}  // namespace

TEST(DoomLoop, ThreeTimesIsMediumFiveIsHigh) {
  for (const int times : {2, 3, 4, 5}) {
    Loop loop;
    for (int i = 0; i < times; ++i) loop.turn("bash", k_sad, "no rule to make target");
    const std::string severity = times < 3 ? "" : times < 5 ? "[medium]" : "[high]";
    const std::string expected = times < 3 ? ""
                                           : severity + " Doom loop: \"bash\" came back with the same result " +
                                                 std::to_string(times) + " times\n";
    EXPECT_EQ(loop.found("doom_loop"), expected) << times;
  }
}

TEST(DoomLoop, TellsWhatTheRepetitionsCost) {
  Loop loop;
  for (int i = 0; i < 3; ++i) loop.turn("bash", k_sad, "no");
  const SessionView session = loop.test.build();
  const auto findings = findings_by(session, "doom_loop");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].evidence.size(), 3u);
  EXPECT_EQ(findings[0].step, 1);
  // Two calls of 110 tokens and 100 ms that asked for nothing else, and two tools of 50 ms.
  EXPECT_EQ(findings[0].tokens, 220);
  EXPECT_EQ(findings[0].duration.ns, 300'000'000);
}

TEST(DoomLoop, OrderOfKeysAndWhiteSpaceAreNoDifference) {
  Loop loop;
  loop.turn("grep", R"({"path":"src","pattern":"x","limit":10})", "none");
  loop.turn("grep", R"({ "pattern": "x", "path": "src", "limit": 10.0 })", "none");
  loop.turn("grep", R"({"limit":1e1,"path":"s\u0072c","pattern":"x"})", "none");
  EXPECT_EQ(loop.found("doom_loop"), "[medium] Doom loop: \"grep\" came back with the same result 3 times\n");
}

TEST(DoomLoop, PagingIsNone) {
  Loop loop;
  for (int page = 0; page < 6; ++page) {
    loop.turn("list_issues", "{\"page\":" + std::to_string(page) + "}", "20 issues");
  }
  EXPECT_EQ(loop.found("doom_loop"), "");
  Loop cursor;
  for (int page = 0; page < 6; ++page) {
    cursor.turn("list_issues", "{\"cursor\":\"c" + std::to_string(page) + "\"}", "20 issues");
  }
  EXPECT_EQ(cursor.found("doom_loop"), "");
}

TEST(DoomLoop, PollingIsNone) {
  Loop moves;  // results that change
  for (int percent = 0; percent < 6; ++percent) moves.turn("status", "{}", std::to_string(percent) + "%");
  EXPECT_EQ(moves.found("doom_loop"), "");

  Loop ends;  // a status that changes in the end
  for (int i = 0; i < 6; ++i) ends.turn("status", R"({"build":7})", "running");
  ends.turn("status", R"({"build":7})", "done");
  EXPECT_EQ(ends.found("doom_loop"), "");

  Loop waits;
  for (int i = 0; i < 6; ++i) waits.turn("status", R"({"build":7})", "running", 5'000);
  EXPECT_EQ(waits.found("doom_loop"), "");
  Loop hardly_waits;
  for (int i = 0; i < 6; ++i) hardly_waits.turn("status", R"({"build":7})", "running", 4'900);
  EXPECT_EQ(hardly_waits.found("doom_loop"), "[high] Doom loop: \"status\" came back with the same result 6 times\n");

  Loop sleeps;
  for (int i = 0; i < 6; ++i) {
    sleeps.turn("status", R"({"build":7})", "running");
    sleeps.turn("bash", R"({"command":"sleep 3"})", "");
  }
  EXPECT_EQ(sleeps.found("doom_loop"), "");
  EXPECT_EQ(sleeps.found("ping_pong"), "");
}

// What a loop of calls of this tool that take so long each is called.
std::string loop_of(std::string_view name, std::string_view arguments, std::string_view result, int64_t takes_ms) {
  Loop loop;
  for (int i = 0; i < 6; ++i) {
    loop.call();
    loop.tool(name, arguments, result, takes_ms);
  }
  return loop.found("doom_loop");
}

TEST(DoomLoop, AToolThatWaitsForAStateItselfPolls) {
  EXPECT_EQ(loop_of("build_status", R"({"build":7})", "compiling", 30'000), "") << "by its name";
  EXPECT_EQ(loop_of("get_build", R"({"build":7})", R"({"state":"in_progress"})", 30'000), "") << "by what it says";
  EXPECT_EQ(loop_of("get_build", R"({"build":7})", "running", 5'000), "");
  EXPECT_EQ(loop_of("get_build", R"({"build":7})", R"({"state":"running"})", 5'000), "");
}

TEST(DoomLoop, WhoLooksAtAStateAllTheTimeOrWorksForLongDoesNotPoll) {
  const std::string expected = " came back with the same result 6 times\n";
  EXPECT_EQ(loop_of("build_status", R"({"build":7})", "compiling", 4'999),
            "[high] Doom loop: \"build_status\"" + expected);
  EXPECT_EQ(loop_of("get_build", R"({"build":7})", "running", 4'999), "[high] Doom loop: \"get_build\"" + expected);
  EXPECT_EQ(loop_of("bash", k_sad, "no rule to make target", 30'000), "[high] Doom loop: \"bash\"" + expected)
      << "a slow build that fails the same way";
  EXPECT_EQ(loop_of("run_tests", "{}", "running 5 tests: 1 failed", 30'000),
            "[high] Doom loop: \"run_tests\"" + expected);
  Loop fails;
  for (int i = 0; i < 6; ++i) {
    fails.call();
    fails.test.fail(fails.tool("build_status", "{}", "", 30'000), "timeout");
  }
  EXPECT_EQ(fails.found("doom_loop"), "[high] Doom loop: \"build_status\"" + expected) << "it has not seen a state";
}

TEST(DoomLoop, TheModelsTimeIsNoWait) {
  const auto with_pause_before_calls = [](int64_t ms) {
    Loop loop;
    for (int i = 0; i < 6; ++i) {
      loop.turn("bash", k_sad, "no rule to make target");
      loop.rest(ms);
    }
    return loop.found("doom_loop");
  };
  const std::string expected = "[high] Doom loop: \"bash\" came back with the same result 6 times\n";
  EXPECT_EQ(with_pause_before_calls(7'000), expected);
  EXPECT_EQ(with_pause_before_calls(29'000), expected);
  EXPECT_EQ(with_pause_before_calls(30'000), "") << "somebody let it wait";
}

TEST(DoomLoop, WhereNoResultOfTheToolArrivedArgumentsAloneCount) {
  for (const int times : {2, 3, 9}) {
    Loop loop;
    for (int i = 0; i < times; ++i) loop.turn("bash", k_sad, "");
    loop.turn("read", "{}", "text");
    EXPECT_EQ(loop.found("doom_loop"), times < 3 ? ""
                                                 : "[medium] Doom loop: \"bash\" called with the same arguments " +
                                                       std::to_string(times) + " times\n");
  }
  Loop other_result;  // of the same tool
  for (int i = 0; i < 5; ++i) other_result.turn("bash", k_sad, "");
  other_result.turn("bash", "{}", "text");
  EXPECT_EQ(other_result.found("doom_loop"), "");
  Loop edits;  // who knows what the test said
  for (int i = 0; i < 5; ++i) {
    edits.turn("edit", "{\"line\":" + std::to_string(i) + "}", "");
    edits.turn("test", "{}", "");
  }
  EXPECT_EQ(edits.found("doom_loop"), "");
  Loop turns;
  for (int i = 0; i < 5; ++i) {
    turns.turn("a", "{}", "");
    turns.turn("b", "{}", "");
    turns.turn("c", "{}", "");
  }
  EXPECT_EQ(turns.found("ping_pong") + turns.found("stagnation"), "");
}

TEST(DoomLoop, OthersMayStandBetween) {
  Loop loop;
  for (int i = 0; i < 3; ++i) {
    loop.turn("edit", "{\"line\":" + std::to_string(i) + "}", "edited");
    loop.turn("edit", "{\"line\":" + std::to_string(i + 10) + "}", "edited");
    loop.turn("test", "{}", "1 failed");
  }
  EXPECT_EQ(loop.found("doom_loop"), "[medium] Doom loop: \"test\" came back with the same result 3 times\n");
  Loop far;  // a look at the state now and then
  for (int i = 0; i < 5; ++i) {
    for (int other = 0; other < 3; ++other)
      far.turn("edit", "{\"line\":" + std::to_string(i * 3 + other) + "}", "edited");
    far.turn("git_status", "{}", "clean");
  }
  EXPECT_EQ(far.found("doom_loop"), "");
}

TEST(DoomLoop, CallsInTurnAreOneLoop) {
  Loop loop;
  for (int i = 0; i < 4; ++i) {
    loop.turn("a", "{}", "1");
    loop.turn("b", "{}", "2");
    loop.turn("c", "{}", "3");
  }
  EXPECT_EQ(loop.found("doom_loop"),
            "[medium] Doom loop: \"a\" and 2 other calls came back with the same result 4 times\n");
}

TEST(DoomLoop, WithoutContentNobodyKnows) {
  Loop loop;
  for (int i = 0; i < 6; ++i) loop.turn("bash", "", "");
  EXPECT_EQ(loop.found("doom_loop"), "");
}

TEST(DoomLoop, WithoutLanesNobodyKnows) {
  Loop loop;
  for (int i = 0; i < 6; ++i) loop.turn("bash", "{}", "no");
  SessionView session = loop.test.build();
  session.lanes.clear();
  for (const char* rule : {"doom_loop", "ping_pong", "stagnation", "retry_storm"}) EXPECT_EQ(found(session, rule), "");
}

TEST(DoomLoop, TwoAgentsThatAskTheSameAreNone) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (int i = 0; i < 5; ++i) {
    const int inner = test.agent(agent, i * 1'000, i * 1'000 + 900, "researcher");
    test.call(inner, i * 1'000, i * 1'000 + 100);
    test.tool(inner, i * 1'000 + 200, i * 1'000 + 300, "read_file", R"({"path":"README.md"})", "# Readme");
  }
  EXPECT_EQ(found(test.build(), "doom_loop"), "");
}

TEST(PingPong, ThreeTurnsAreMediumFiveAreHigh) {
  for (const int turns : {2, 3, 5}) {
    Loop loop;
    for (int i = 0; i < turns; ++i) {
      loop.turn("enable", R"({"flag":"x"})", "enabled");
      loop.turn("disable", R"({"flag":"x"})", "disabled");
    }
    const std::string severity = turns == 5 ? "[high]" : "[medium]";
    const std::string expected =
        severity + " Ping-pong: \"enable\" and \"disable\" took turns " + std::to_string(turns) + " times\n";
    EXPECT_EQ(loop.found("ping_pong"), turns < 3 ? "" : expected);
    EXPECT_EQ(loop.found("doom_loop"), "") << "told once";
  }
}

TEST(PingPong, WhatMovesIsNone) {
  Loop loop;
  for (int i = 0; i < 6; ++i) {
    loop.turn("next", "{\"offset\":" + std::to_string(i) + "}", "chunk");
    loop.turn("store", "{}", "stored");
  }
  EXPECT_EQ(loop.found("ping_pong"), "");
  Loop solved;
  for (int i = 0; i < 4; ++i) {
    solved.turn("edit", "{}", "edited");
    solved.turn("test", "{}", "1 failed");
  }
  solved.turn("test", "{}", "all passed");
  EXPECT_EQ(solved.found("ping_pong"), "");
}

TEST(Stagnation, FourStepsWithoutNewsAreMediumEightAreHigh) {
  for (const int stale : {3, 4, 7, 8}) {
    Loop loop;
    const auto read = [&](int file) {
      loop.turn("read", "{\"file\":" + std::to_string(file) + "}", "text " + std::to_string(file));
    };
    for (int file = 0; file < 20; ++file) read(file);
    // Each once more, in an order that is no loop.
    for (int i = 0; i < stale; ++i) read(i * 7 % 20);
    const std::string severity = stale < 8 ? "[medium]" : "[high]";
    const std::string expected = severity + " The last " + std::to_string(stale) + " steps brought nothing new\n";
    EXPECT_EQ(loop.found("stagnation"), stale < 4 ? "" : expected);
  }
}

TEST(Stagnation, ADoomLoopIsToldOnce) {
  Loop loop;
  for (int i = 0; i < 8; ++i) loop.turn("bash", "{}", "no");
  EXPECT_EQ(loop.found("stagnation"), "");
}

TEST(Stagnation, ASummaryAtTheEndDoesNotHideIt) {
  Loop loop;
  for (int round = 0; round < 2; ++round) {
    for (int file = 0; file < 5; ++file) loop.turn("read", "{\"file\":" + std::to_string(file) + "}", "text");
  }
  const int last = loop.call();
  loop.test.answers(last, {"assistant: I could not find it"});
  EXPECT_EQ(loop.found("stagnation"), "[medium] 5 steps in a row brought nothing new\n");
}

TEST(Stagnation, TheSameAnswersAreNothingNew) {
  TestSession test;
  std::vector<std::string> seen = {"user: go"};
  for (int i = 0; i < 9; ++i) {
    const int call = test.call(0, i * 1'000, i * 1'000 + 100);
    test.sees(call, seen);
    const std::string answer = "assistant: working on it " + std::to_string(i % 3);
    test.answers(call, {answer});
    seen.push_back(answer);
    seen.push_back("user: and?");
  }
  EXPECT_EQ(found(test.build(), "stagnation"), "[medium] The last 6 steps brought nothing new\n");
}

TEST(RetryStorm, ThreeFailedCallsAreMediumSixAreHigh) {
  for (const int times : {2, 3, 6}) {
    TestSession test;
    for (int i = 0; i < times; ++i) {
      const int call = test.call(0, i * 1'000, i * 1'000 + 100);
      test.sees(call, {"user: go"});
      test.fail(call, "RateLimitError");
    }
    const int through = test.call(0, 10'000, 10'100);
    test.sees(through, {"user: go"});
    const std::string severity = times < 6 ? "[medium]" : "[high]";
    const std::string expected = severity + " Retry storm: the call to \"claude-sonnet-4\" failed " +
                                 std::to_string(times) + " times in a row\n";
    EXPECT_EQ(found(test.build(), "retry_storm"), times < 3 ? "" : expected);
  }
}

TEST(RetryStorm, WhoWaitsMakesNone) {
  for (const int64_t gap_ms : {9'900, 10'000}) {
    TestSession test;
    for (int i = 0; i < 4; ++i) {
      const int call = test.call(0, i * (gap_ms + 100), i * (gap_ms + 100) + 100);
      test.sees(call, {"user: go"});
      test.fail(call);
    }
    EXPECT_EQ(found(test.build(), "retry_storm").empty(), gap_ms == 10'000);
  }
}

TEST(RetryStorm, OfATool) {
  Loop loop;
  loop.call();
  for (int i = 0; i < 3; ++i) loop.test.fail(loop.tool("fetch", R"({"url":"x"})", ""), "timeout");
  EXPECT_EQ(loop.found("retry_storm"), "[medium] Retry storm: \"fetch\" failed 3 times in a row\n");
  EXPECT_EQ(loop.found("doom_loop"), "") << "no agent decided";
  Loop decided;
  for (int i = 0; i < 3; ++i) decided.test.fail(decided.turn("fetch", R"({"url":"x"})", ""), "timeout");
  EXPECT_EQ(decided.found("retry_storm"), "");
  EXPECT_EQ(decided.found("doom_loop"), "[medium] Doom loop: \"fetch\" came back with the same result 3 times\n");
  Loop parallel;
  parallel.call();
  for (int i = 0; i < 5; ++i)
    parallel.test.fail(parallel.tool("fetch", "{\"url\":" + std::to_string(i) + "}", ""), "timeout");
  EXPECT_EQ(parallel.found("retry_storm"), "");
}

}  // namespace strobe::analyze
