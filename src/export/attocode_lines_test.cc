#include "export/attocode_lines.h"

#include <gtest/gtest.h>

#include <set>

#include "analyze/test_session.h"
#include "json/parse.h"

namespace strobe::exporter {

namespace {

using analyze::TestSession;

const IsWritten k_none = [](std::string_view) { return false; };

// "llm.request requestId=..." is hard to read: types in order.
std::vector<std::string> types_of(const std::vector<LogLine>& lines) {
  std::vector<std::string> types;
  for (const LogLine& line : lines) {
    Arena arena;
    const auto node = json::parse(line.text, arena);
    types.emplace_back(node ? node->string_at("_type") : "broken");
  }
  return types;
}

const LogLine& line_of(const std::vector<LogLine>& lines, std::string_view type, size_t number = 0) {
  for (const LogLine& line : lines) {
    if (line.text.find("{\"_type\":\"" + std::string(type) + "\"") == 0 && number-- == 0) return line;
  }
  ADD_FAILURE() << "no " << type;
  return lines.front();
}

bool has(const LogLine& line, std::string_view text) {
  const bool found = line.text.find(text) != std::string::npos;
  EXPECT_TRUE(found) << text << " in " << line.text;
  return found;
}

}  // namespace

TEST(AttocodeLines, CallsAndToolsInTheOrderOfTheirTimes) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 1, 20);
  test.usage(call, {.input = 400, .cache_read = 500, .cache_write = 100, .output = 20, .reasoning = 5});
  test.sees(call, {"user: mend it"});
  test.tool(agent, 21, 66, "read_file", R"({"path":"a.ts"})", "content");
  const SessionView session = test.build();
  const auto lines = attocode_lines(session, {}, k_none);
  EXPECT_EQ(types_of(lines), (std::vector<std::string>{"llm.request", "llm.response", "tool.execution"}));
  has(lines[0], R"("_ts":"2026-01-01T00:00:00.001Z")");
  has(lines[0], R"("messageCount":2,"toolCount":0)");
  has(lines[1], R"("durationMs":19)");
  has(lines[1], R"("tokens":{"input":1000,"output":25,"total":1025,"thinking":5})");
  has(lines[1], R"("cache":{"cacheReadTokens":500,"cacheWriteTokens":100,"freshTokens":400,"hitRate":0.5})");
  has(lines[2], R"("toolName":"read_file")");
  has(lines[2],
      R"("durationMs":45,"status":"success","input":{"path":"a.ts"},"resultSize":7,"outputPreview":"content")");
  EXPECT_EQ(lines[0].text.find("subagentId"), std::string::npos);
}

TEST(AttocodeLines, NoLineTwice) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 1, 20);
  test.fail(call, "overloaded");
  test.fail(test.tool(agent, 21, 30, "bash", "{}"), "TimeoutError");
  const SessionView session = test.build();
  const auto lines = attocode_lines(session, {}, k_none);
  EXPECT_EQ(types_of(lines), (std::vector<std::string>{"llm.request", "llm.response", "error", "tool.execution"}));
  has(line_of(lines, "error"), R"("errorCode":"overloaded")");
  has(line_of(lines, "tool.execution"), R"("status":"timeout")");
  std::set<std::string, std::less<>> keys;
  for (const LogLine& line : lines) {
    EXPECT_TRUE(keys.insert(line.key).second);
    EXPECT_EQ(attocode_key_of(line.text), line.key);
  }
  EXPECT_TRUE(attocode_lines(session, {}, [&](std::string_view key) { return keys.contains(key); }).empty());
  EXPECT_EQ(attocode_key_of(attocode_start_line(session, {}).text), k_start_key);
  EXPECT_TRUE(attocode_start_line(session, {}).text.starts_with(k_attocode_beginning));
  EXPECT_EQ(attocode_key_of(attocode_end_line(session).text), k_end_key);
  EXPECT_EQ(attocode_key_of("{\"_type\":\"llm.req"), std::nullopt);
}

TEST(AttocodeLines, WhatIsTooLongIsCutMarkedAndCounted) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.call(agent, 1, 20);
  test.tool(agent, 21, 30, "read", R"({"path":"0123456789"})", "aaaaaaaa\xc3\xa4 and more");
  const SessionView session = test.build();
  const auto lines = attocode_lines(session, {.result_bytes_max = 9}, k_none);
  const LogLine& tool = line_of(lines, "tool.execution");
  EXPECT_EQ(tool.cut, 2);
  has(tool, R"("outputPreview":"aaaaaaaa... [cut: 19 bytes in all]")");
  has(tool, R"([cut: 21 bytes in all]")");
}

TEST(AttocodeLines, WithoutContentNothingOfItIsThere) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 1, 20);
  test.sees(call, {"user: secret"});
  test.answers(call, {"assistant: secret"});
  test.fail(test.tool(agent, 21, 30, "read", R"({"path":"secret"})", "secret"));
  SessionView session = test.build();
  session.summary.task = "secret";
  for (const LogLine& line : attocode_lines(session, {.has_content = false}, k_none)) {
    EXPECT_EQ(line.text.find("secret"), std::string::npos) << line.text;
  }
  EXPECT_EQ(attocode_start_line(session, {.has_content = false}).text.find("secret"), std::string::npos);
  has(attocode_start_line(session, {}), R"("task":"secret")");
}

TEST(AttocodeLines, ASubAgentIsNamedWithTheIterationThatStartedIt) {
  TestSession test;
  const int agent = test.agent(0, 0, 100, "main");
  test.call(agent, 1, 10);
  test.call(agent, 11, 20);
  const int inner = test.agent(agent, 21, 60, "code reviewer");
  test.call(inner, 22, 30);
  const int innermost = test.agent(inner, 31, 50, "helper");
  test.call(innermost, 32, 40);
  const SessionView session = test.build();
  const auto lines = attocode_lines(session, {}, k_none);
  EXPECT_EQ(line_of(lines, "llm.request").text.find("subagent"), std::string::npos);
  const LogLine& second = line_of(lines, "llm.request", 2);
  has(second,
      R"("subagentId":"code-reviewer-2-00000000","subagentType":"code-reviewer","parentSessionId":"test","spawnedAtIteration":2)");
  has(line_of(lines, "llm.request", 3), R"("subagentType":"helper","parentSessionId":"code-reviewer-2-00000000")");
}

TEST(AttocodeLines, WhoseParentHasNotArrivedWaitsUnlessItIsTheFirstOnes) {
  TestSession test;
  const int missing_main = 90, missing_inner = 91;
  test.call(missing_main, 1, 10);
  test.call(missing_inner, 11, 20);
  test.call(missing_main, 21, 30);
  const SessionView session = test.build();
  const auto lines = attocode_lines(session, {}, k_none);
  EXPECT_TRUE(line_of(lines, "llm.request", 0).is_settled);
  EXPECT_FALSE(line_of(lines, "llm.request", 1).is_settled);
  EXPECT_TRUE(line_of(lines, "llm.request", 2).is_settled);
}

TEST(AttocodeLines, ASubAgentIsOneAlsoWhileTheMainAgentHasNotArrived) {
  TestSession test;
  const int missing_main = 90;
  test.call(missing_main, 1, 10);
  const int tool = test.tool(missing_main, 11, 50, "task", "{}");
  const int inner = test.agent(tool, 12, 49, "helper");
  test.call(inner, 13, 20);
  const auto lines = attocode_lines(test.build(), {}, k_none);
  EXPECT_EQ(line_of(lines, "llm.request").text.find("subagent"), std::string::npos);
  has(line_of(lines, "llm.request", 1), R"("subagentId":"helper-1-00000000","subagentType":"helper")");
  EXPECT_TRUE(line_of(lines, "llm.request", 1).is_settled);
}

TEST(AttocodeLines, AnAgentBelowWhatHasNotArrivedAndCalledNoModelIsTheMainAgent) {
  TestSession test;
  const int missing_workflow = 90;
  const int agent = test.agent(missing_workflow, 1, 50, "main");
  test.call(agent, 2, 10);
  const auto lines = attocode_lines(test.build(), {}, k_none);
  EXPECT_EQ(line_of(lines, "llm.request").text.find("subagent"), std::string::npos);
}

TEST(AttocodeLines, WhatHasNotEndedHasNoLineYet) {
  TestSession test;
  const int call = test.call(0, 1, 10);
  test.at(call).span.facts.end = {};
  EXPECT_TRUE(attocode_lines(test.build(), {}, k_none).empty());
}

}  // namespace strobe::exporter
