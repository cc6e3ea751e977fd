#include <gtest/gtest.h>

#include <algorithm>

#include "importer/import_test_util.h"

// Traces of the TypeScript generation. What they come to (steps, tokens, costs) is told by the golden cases
// import_attocode*.

namespace strobe::importer {
namespace {

constexpr uint64_t k_second_ns = 1'000'000'000;
constexpr uint64_t k_millisecond_ns = 1'000'000;
constexpr uint64_t k_noon_ns = 1769774400 * k_second_ns;  // 2026-01-30T12:00:00Z

constexpr char k_start[] =
    R"({"_type":"session.start","_ts":"2026-01-30T12:00:00Z","traceId":"t","sessionId":"s","task":"Do it","model":"m"})"
    "\n";
constexpr char k_end[] =
    R"({"_type":"session.end","_ts":"2026-01-30T12:01:00Z","traceId":"t","sessionId":"s","status":"completed"})"
    "\n";

std::string request(std::string_view id, std::string_view seconds, std::string_view more = "") {
  return R"({"_type":"llm.request","_ts":"2026-01-30T12:00:)" + std::string(seconds) +
         R"(Z","traceId":"t","requestId":")" + std::string(id) + "\"" + std::string(more) + "}\n";
}
std::string response(std::string_view id, std::string_view seconds, std::string_view more = "") {
  return R"({"_type":"llm.response","_ts":"2026-01-30T12:00:)" + std::string(seconds) +
         R"(Z","traceId":"t","requestId":")" + std::string(id) + "\"" + std::string(more) + "}\n";
}
std::string call(std::string_view id, std::string_view from, std::string_view to, std::string_view more = "") {
  return request(id, from, more) + response(id, to, more);
}
std::string tool(std::string_view name, std::string_view seconds, std::string_view more = "") {
  return R"({"_type":"tool.execution","_ts":"2026-01-30T12:00:)" + std::string(seconds) +
         R"(Z","traceId":"t","toolName":")" + std::string(name) + "\"" + std::string(more) + "}\n";
}
constexpr char k_helper[] = R"(,"subagentId":"helper-1-1","subagentType":"helper","spawnedAtIteration":1)";

TEST(Attocode, TimesAreThoseOfTheLines) {
  const Imported read(k_start + call("a", "01.050", "03.341") + tool("grep", "03.900", R"(,"durationMs":45)") + k_end);
  EXPECT_EQ(read.report().format, "attocode trace");
  EXPECT_EQ(read.report().documents, 5u);
  EXPECT_EQ(read.span("chat m").start_time_unix_nano, k_noon_ns + 1050 * k_millisecond_ns);
  EXPECT_EQ(read.span("chat m").end_time_unix_nano, k_noon_ns + 3341 * k_millisecond_ns);
  EXPECT_EQ(read.span("execute_tool grep").start_time_unix_nano, k_noon_ns + 3855 * k_millisecond_ns);
  EXPECT_EQ(read.span("execute_tool grep").end_time_unix_nano, k_noon_ns + 3900 * k_millisecond_ns);
  EXPECT_EQ(read.span("invoke_agent attocode").end_time_unix_nano, k_noon_ns + 60 * k_second_ns);
  EXPECT_EQ(read.span("invoke_agent attocode").status_code, 1);
}

TEST(Attocode, CallsOfSubagentsAreNotTheMainAgents) {
  const Imported read(k_start + call("a", "01", "02") + request("h", "03", k_helper) + request("b", "03.5") +
                      response("h", "04", k_helper) + tool("grep", "05", k_helper) + response("b", "06") + k_end);
  const RawSpan& helper = read.span("invoke_agent helper");
  std::vector<std::string_view> parents;
  std::vector<std::string_view> ids;
  for (const RawSpan* span : read.spans()) {
    if (span->name != "chat m") continue;
    parents.push_back(span->parent_span_id);
    ids.push_back(span->span_id);
  }
  const std::string_view main = read.span("invoke_agent attocode").span_id;
  EXPECT_EQ(parents, (std::vector<std::string_view>{main, helper.span_id, main}));
  EXPECT_EQ(read.span("execute_tool grep").parent_span_id, helper.span_id);
  EXPECT_EQ(helper.parent_span_id, ids[0]) << "the call of the iteration it was spawned at";
  EXPECT_EQ(helper.start_time_unix_nano, k_noon_ns + 3 * k_second_ns);
  EXPECT_EQ(helper.end_time_unix_nano, k_noon_ns + 5 * k_second_ns) << "when it was heard of last";
}

TEST(Attocode, TasksHaveWhatStandsBetweenTheirLines) {
  // By time alone both calls would be the second task's.
  const Imported read(
      std::string(k_start) +
      R"({"_type":"task.start","_ts":"2026-01-30T12:00:10Z","traceId":"t","taskId":"1","prompt":"a"})" + "\n" +
      call("a", "20", "21") +
      R"({"_type":"task.end","_ts":"2026-01-30T12:00:11Z","traceId":"t","taskId":"1","status":"completed"})" + "\n" +
      R"({"_type":"task.start","_ts":"2026-01-30T12:00:15Z","traceId":"t","taskId":"2","prompt":"b"})" + "\n" +
      call("b", "22", "23") + k_end);
  ASSERT_EQ(read.count("chat m"), 2u);
  EXPECT_EQ(read.spans()[0]->parent_span_id, read.span("task 1").span_id);
  EXPECT_EQ(read.spans()[2]->parent_span_id, read.span("task 2").span_id);
  EXPECT_EQ(read.span("task 1").status_code, 1);
  EXPECT_EQ(read.span("task 2").end_time_unix_nano, 0u) << "nothing says that it ended";
}

TEST(Attocode, LinesLongerThan64KiBDoNotEndTheFile) {
  const std::string output(size_t{300} << 10, 'x');
  const Imported read(k_start + call("a", "01", "02") + tool("cat", "03", R"(,"outputPreview":")" + output + "\"") +
                      call("b", "04", "05") + k_end);
  EXPECT_TRUE(read.report().problems.empty());
  EXPECT_EQ(read.attribute("execute_tool cat", "gen_ai.tool.call.result"), output);
  EXPECT_EQ(read.count("chat m"), 2u);
  EXPECT_NE(read.span("invoke_agent attocode").end_time_unix_nano, 0u);
}

TEST(Attocode, FailuresOfToolsHaveTheirKind) {
  const Imported read(k_start + tool("a", "01", R"(,"status":"error","errorMessage":"no such file")") +
                      tool("b", "02", R"(,"status":"timeout")") + tool("c", "03", R"(,"status":"blocked")") +
                      tool("d", "04", R"(,"status":"success")") + k_end);
  EXPECT_EQ(read.span("execute_tool a").status_code, 2);
  EXPECT_EQ(read.span("execute_tool a").status_message, "no such file");
  EXPECT_EQ(read.attribute("execute_tool b", "error.type"), "timeout");
  EXPECT_EQ(read.attribute("execute_tool c", "error.type"), "blocked");
  EXPECT_EQ(read.span("execute_tool d").status_code, 1);
}

TEST(Attocode, AnErrorToldTwiceIsOne) {
  const std::string line =
      R"({"_type":"error","_ts":"2026-01-30T12:00:02Z","traceId":"t","errorCode":"E","errorMessage":"no such file"})"
      "\n";
  const Imported after_tool(k_start + tool("a", "01", R"(,"status":"error","errorMessage":"no such file")") + line);
  EXPECT_EQ(after_tool.span("error").status_code, 0);
  const Imported alone(k_start + line);
  EXPECT_EQ(alone.span("error").status_code, 2);
  EXPECT_EQ(Imported::attribute(alone.span("error"), "error.type"), "E");
}

TEST(Attocode, ToolsBelongToTheCallBeforeThemWhateverTheClockSays) {
  // 2 ms of rounding are taken off; a tool that began well before the answer is put below the call itself.
  const Imported read(k_start + call("a", "01", "02.000") + tool("quick", "02.043", R"(,"durationMs":45)") +
                      tool("early", "02.100", R"(,"durationMs":900)"));
  EXPECT_EQ(read.span("execute_tool quick").start_time_unix_nano, k_noon_ns + 2 * k_second_ns);
  EXPECT_EQ(read.span("execute_tool quick").parent_span_id, read.span("invoke_agent attocode").span_id);
  EXPECT_EQ(read.span("execute_tool early").start_time_unix_nano, k_noon_ns + 1200 * k_millisecond_ns);
  EXPECT_EQ(read.span("execute_tool early").parent_span_id, read.span("chat m").span_id);
}

TEST(Attocode, WhatHasNotEndedHasNoEnd) {
  const Imported read(k_start + request("a", "01"));
  EXPECT_EQ(read.span("chat m").end_time_unix_nano, 0u);
  EXPECT_EQ(read.span("invoke_agent attocode").end_time_unix_nano, 0u);
}

TEST(Attocode, AnAnswerAloneBeganByItsDuration) {
  const Imported read(std::string(k_start) +
                      response("a", "05", R"(,"durationMs":1500,"tokens":{"input":7,"output":2})"));
  EXPECT_EQ(read.span("chat m").start_time_unix_nano, k_noon_ns + 3500 * k_millisecond_ns);
  EXPECT_EQ(read.attribute("chat m", "gen_ai.usage.input_tokens"), "7");
}

TEST(Attocode, UnknownTypesAreKept) {
  const Imported read(
      std::string(k_start) +
      R"({"_type":"weather","_ts":"2026-01-30T12:00:03Z","traceId":"t","sky":"blue","wind":{"from":"west"},"n":[1,2]})"
      "\n");
  const RawSpan& span = read.span("weather");
  EXPECT_EQ(span.start_time_unix_nano, span.end_time_unix_nano);
  EXPECT_EQ(Imported::attribute(span, "attocode.sky"), "blue");
  EXPECT_EQ(Imported::attribute(span, "attocode.wind.from"), "west");
  EXPECT_EQ(Imported::attribute(span, "attocode.n"), "[1,2]");
}

TEST(Attocode, TheSameAgainAndALongerVersionGiveTheSameIds) {
  const std::string begin = k_start + call("a", "01", "02") + tool("ls", "03") + tool("ls", "03");
  const auto shorter = Imported(begin).by_id();
  EXPECT_EQ(shorter, Imported(begin).by_id());
  EXPECT_EQ(shorter.size(), 4u) << "equal lines are told apart";
  const auto longer = Imported(begin + call("b", "04", "05") + k_end).by_id();
  for (const auto& [id, told] : shorter) EXPECT_TRUE(longer.contains(id)) << told;
  EXPECT_EQ(longer.size(), 5u);
}

TEST(Attocode, NamesThatComeAgainAtAnotherTimeAreOtherThings) {
  const Imported read(k_start + call("1", "01", "02") + call("1", "03", "04") + request("1", "05"));
  EXPECT_EQ(read.by_id().size(), 4u);
}

TEST(Attocode, LinksLeadToTheTraceOfTheChild) {
  const std::string link =
      R"({"_type":"subagent.link","_ts":"2026-01-30T12:00:09Z","traceId":"t","link":{"childTraceId":"child","childSessionId":"c",)"
      R"("childConfig":{"agentType":"helper","task":"look"},"spawnContext":{"parentIteration":1},"result":{"success":false,"summary":"lost"},)"
      R"("spawnedAt":"2026-01-30T12:00:02Z","completedAt":"2026-01-30T12:00:08Z"}})"
      "\n";
  const Imported parent(k_start + call("a", "01", "02") + link);
  const RawSpan& helper = parent.span("invoke_agent helper");
  EXPECT_EQ(helper.parent_span_id, parent.span("chat m").span_id);
  EXPECT_EQ(helper.end_time_unix_nano, k_noon_ns + 8 * k_second_ns);
  EXPECT_EQ(helper.status_message, "lost");
  const Imported child(R"({"_type":"session.start","_ts":"2026-01-30T12:00:02Z","traceId":"child","sessionId":"c"})"
                       "\n");
  ASSERT_EQ(helper.links.size(), 1u);
  EXPECT_EQ(helper.links[0].trace_id, child.span("invoke_agent attocode").trace_id);
  EXPECT_EQ(helper.links[0].span_id, child.span("invoke_agent attocode").span_id);
  // The agent's own lines and the link are one agent, whichever comes first.
  EXPECT_EQ(
      Imported(k_start + call("a", "01", "02") + link + request("h", "03", k_helper)).count("invoke_agent helper"), 1u);
  EXPECT_EQ(
      Imported(k_start + call("a", "01", "02") + request("h", "03", k_helper) + link).count("invoke_agent helper"), 1u);
}

TEST(Attocode, SwarmsHaveWavesAndWavesHaveTasks) {
  const auto line = [](std::string_view type, std::string_view seconds, std::string_view more) {
    return R"({"_type":"swarm.)" + std::string(type) + R"(","_ts":"2026-01-30T12:00:)" + std::string(seconds) +
           R"(Z","traceId":"t",)" + std::string(more) + "}\n";
  };
  const Imported read(k_start + line("start", "01", R"("taskCount":2)") +
                      line("decomposition", "02", R"("tasks":[{"id":"x","wave":1},{"id":"y","wave":2}])") +
                      line("wave", "03", R"("phase":"start","wave":1)") +
                      line("task", "04", R"("phase":"dispatched","taskId":"x")") +
                      line("task", "06", R"("phase":"failed","taskId":"x","error":"no")") +
                      line("wave", "07", R"("phase":"complete","wave":1,"failed":1)") +
                      line("task", "08", R"("phase":"skipped","taskId":"y","reason":"x failed")") +
                      line("complete", "09", R"("stats":{"totalTasks":2,"failedTasks":1})"));
  const RawSpan& task = read.span("invoke_agent task x");
  EXPECT_EQ(task.parent_span_id, read.span("wave 1").span_id);
  EXPECT_EQ(task.end_time_unix_nano - task.start_time_unix_nano, 2 * k_second_ns);
  EXPECT_EQ(task.status_message, "no");
  EXPECT_EQ(read.span("wave 1").parent_span_id, read.span("swarm").span_id);
  EXPECT_EQ(read.span("invoke_agent task y").parent_span_id, read.span("swarm").span_id);
  EXPECT_EQ(read.span("swarm.decomposition").parent_span_id, read.span("swarm").span_id);
}

TEST(Attocode, WhatIsWrongIsAProblemOfItsLineAndNothingElse) {
  const Imported read(k_start + request("a", "01") + "{broken\n" + "[1]\n" + R"({"no":"type"})" + "\n" +
                      response("a", "00.5", R"(,"durationMs":-5,"tokens":{"input":"many","output":3})") +
                      tool("ls", "02", R"(,"durationMs":1e300)") +
                      R"({"_type":"x","_ts":"soon","traceId":"t"})"
                      "\n" +
                      R"({"_type":"llm.respon)");
  std::vector<size_t> lines;
  for (const Problem& problem : read.report().problems) lines.push_back(problem.line);
  EXPECT_EQ(lines, (std::vector<size_t>{3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(read.attribute("chat m", "gen_ai.usage.output_tokens"), "3");
  EXPECT_EQ(read.span("chat m").end_time_unix_nano, read.span("chat m").start_time_unix_nano);
  EXPECT_EQ(read.span("x").start_time_unix_nano, k_noon_ns + 2 * k_second_ns) << "the time of the line before";
  EXPECT_NE(read.report().problems.back().message.find("ends within"), std::string::npos);
}

// What session logs of our own say beyond that: attocode_lines.h in room export.
TEST(Attocode, SessionLogsOfOurOwn) {
  const std::string start =
      R"({"_type":"session.start","_ts":"2026-01-30T12:00:00Z","traceId":"t","sessionId":"s","metadata":{"recordedBy":"strobe","agent":"coder"}})"
      "\n";
  const std::string nested =
      R"(,"subagentId":"b","subagentType":"inner","parentSessionId":"helper-1-1","spawnedAtIteration":1)";
  const std::string failure =
      R"({"_type":"error","_ts":"2026-01-30T12:00:09Z","traceId":"t","errorCode":"overloaded_error","errorMessage":"busy","context":{"spanId":"f","requestId":"f"}})"
      "\n";
  const Imported read(start + request("a", "01", R"(,"provider":"anthropic","isSideCall":true)") +
                      response("a", "02", R"(,"costUsd":0.5,"tokens":{"input":9,"output":5,"thinking":3})") +
                      call("h", "03", "04", k_helper) + call("n", "05", "06", nested) + request("f", "07") +
                      response("f", "08", R"(,"status":"error")") + failure +
                      R"({"_type":"llm.request","_ts":"2026-01-30T12:00:20Z","traceId":"another","requestId":"z"})"
                      "\n");
  const RawSpan& side = read.span("chat");
  EXPECT_EQ(Imported::attribute(side, "attocode.isSideCall"), "true");
  EXPECT_EQ(Imported::attribute(side, "gen_ai.provider.name"), "anthropic");
  EXPECT_EQ(Imported::attribute(side, "gen_ai.usage.reasoning.output_tokens"), "3");
  EXPECT_EQ(find_attribute(side.attributes, "cost_usd")->float64, 0.5);
  EXPECT_EQ(read.spans()[1]->span_id, read.span("invoke_agent inner").parent_span_id);
  EXPECT_EQ(read.span("error").status_code, 0);
  const auto failed = std::ranges::find(read.spans(), 2, &RawSpan::status_code);
  ASSERT_NE(failed, read.spans().end());
  EXPECT_EQ((*failed)->status_message, "busy");
  EXPECT_EQ(Imported::attribute(**failed, "error.type"), "overloaded_error");
  for (const RawSpan* span : read.spans())
    EXPECT_EQ(span->trace_id, side.trace_id) << "a session may have several traces";
  EXPECT_EQ(read.count("invoke_agent coder"), 1u);
}

TEST(Attocode, LinesWithoutTraceIdsBelongToTheSessionBeforeThem) {
  const std::string first = R"({"_type":"session.start","_ts":"2026-01-30T12:00:00Z","sessionId":"one","model":"m"})"
                            "\n"
                            R"({"_type":"llm.response","_ts":"2026-01-30T12:00:01Z","requestId":"a"})"
                            "\n";
  const std::string second = R"({"_type":"session.start","_ts":"2026-01-30T13:00:00Z","sessionId":"two","model":"n"})"
                             "\n"
                             R"({"_type":"llm.response","_ts":"2026-01-30T13:00:01Z","requestId":"a"})"
                             "\n";
  const Imported read(first + second);
  EXPECT_NE(read.span("chat m").trace_id, read.span("chat n").trace_id);
  EXPECT_EQ(Imported(second).span("chat n").trace_id, read.span("chat n").trace_id);
}

}  // namespace
}  // namespace strobe::importer
