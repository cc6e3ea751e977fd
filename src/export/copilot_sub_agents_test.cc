#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "analyze/test_session.h"
#include "export/copilot_names.h"
#include "export/copilot_test_util.h"

// Where lines of sub-agents stand.

namespace strobe::exporter {

namespace {

using analyze::TestSession;

}  // namespace

TEST(CopilotSubAgents, ASubAgentHasALogOfItsOwnThatItsParentsTellsOf) {
  TestSession test;
  const int agent = test.agent(0, 0, 100, "main");
  test.call(agent, 1, 10);
  const int tool = test.tool(agent, 11, 70, "task", "{}", "done");
  const int inner = test.agent(tool, 21, 60, "code reviewer");
  test.call(inner, 22, 30);
  const int innermost = test.agent(inner, 31, 50, "helper");
  test.call(innermost, 32, 40);
  const SessionView session = test.build();
  const auto id = [&](int span) {
    return session.spans[TestSession::index_of(session, span)].span.facts.span_id.hex();
  };
  const std::string in_trace = "-" + session.spans[0].span.facts.trace_id.hex();
  const std::string reviewer = "runSubagent-code-reviewer-" + id(inner) + in_trace + ".jsonl";
  const std::string helper = "runSubagent-helper-" + id(innermost) + in_trace + ".jsonl";
  Folder folder;
  const auto lines = folder.write(session);
  const auto types = types_of(lines);
  EXPECT_EQ(std::ranges::count(types, "llm_request"), 1);
  EXPECT_EQ(std::ranges::count(types, "llm_request@" + reviewer), 1);
  EXPECT_EQ(std::ranges::count(types, "llm_request@" + helper), 1);
  const LogLine& start = line_of(lines, "session_start");
  EXPECT_EQ(start.file, reviewer);
  expect_in(start, R"("parentSessionId":"test","label":"runSubagent-code-reviewer")");
  const LogLine& reference = line_of(lines, "child_session_ref");
  EXPECT_EQ(reference.file, "");
  EXPECT_EQ(string_in(reference, "parentSpanId"), id(tool));
  EXPECT_EQ(string_in(reference, "attrs", "childLogFile"), reviewer);
  EXPECT_EQ(line_of(lines, "child_session_ref", 1).file, reviewer);
  EXPECT_EQ(line_of(lines, "subagent").file, "");
  EXPECT_EQ(line_of(lines, "subagent", 1).file, reviewer);
  EXPECT_EQ(string_in(line_of(lines, "llm_request", 2), "sid"), id(innermost) + in_trace);
  EXPECT_TRUE(folder.write(session).empty());
}

TEST(CopilotSubAgents, ASubAgentThatGetsItsNameLateStaysInItsLog) {
  const auto begin = [](TestSession& test) {
    const int main = 90, agent = 3;  // which have not arrived
    test.call(main, 1, 10);
    test.at(test.call(agent, 11, 20)).span.facts.agent = "helper";
  };
  TestSession early, later;
  begin(early), begin(later);
  later.agent(90, 10, 50, "code reviewer");
  later.call(3, 21, 30);
  Folder folder;
  const auto of_helper = [&](const SessionView& session) {
    std::set<std::string> files;
    for (const LogLine& line : folder.write(session)) files.insert(line.file);
    return files;
  };
  const std::string main_log, helper_log = "runSubagent-helper-0000000000000003-01000000000000000000000000000000.jsonl";
  EXPECT_EQ(of_helper(early.build()), (std::set{main_log, helper_log}));
  EXPECT_EQ(of_helper(later.build()), (std::set{main_log, helper_log}));
}

TEST(CopilotSubAgents, SubAgentsWithTheSameIdInTwoTracesAreTwo) {
  TestSession test;
  const int agent = test.agent(0, 0, 100, "main");
  const int one = test.agent(agent, 10, 20, "helper"), other = test.agent(agent, 30, 40, "helper");
  test.call(one, 11, 12);
  const int last = test.call(other, 31, 32);
  SessionView session = test.build();
  const SpanId shared = session.spans[TestSession::index_of(session, one)].span.facts.span_id;
  const int32_t twin = TestSession::index_of(session, other);
  session.spans[twin].span.facts.span_id = shared;
  for (const int32_t index : {twin, TestSession::index_of(session, last)}) {
    session.spans[index].span.facts.trace_id.bytes[0] = 2;
  }
  Folder folder;
  const auto lines = folder.write(session);
  EXPECT_EQ(folder.child_logs.size(), 2u);
  EXPECT_EQ(told(lines, "session_start", "parentSessionId").size(), 2u);
  const auto references = told(lines, "child_session_ref", "childLogFile");
  EXPECT_EQ(std::set<std::string>(references.begin(), references.end()).size(), 2u);
  EXPECT_TRUE(folder.write(session).empty());
}

TEST(CopilotSubAgents, SubAgentsBeyondTheLimitStandInTheMainLog) {
  TestSession test;
  const int agent = test.agent(0, 0, 100, "main");
  const int inner = test.agent(agent, 21, 60, "helper");
  test.call(inner, 22, 30);
  const SessionView session = test.build();
  Folder folder;
  CopilotChildLogs names({});
  for (size_t i = 0; i < k_copilot_child_logs_max; ++i) {
    SubAgent other{.type = "other"};
    other.span_id.bytes = {9, static_cast<uint8_t>(i)};
    folder.child_logs.insert(names.file_of(copilot_sid(other), copilot_label(other)));
  }
  for (const LogLine& line : folder.write(session)) {
    EXPECT_EQ(line.file, "");
    EXPECT_NE(string_in(line, "type"), "session_start");
  }
  SubAgent known{.type = "now it has a name"};
  known.span_id.bytes = {9, 7};
  const std::string sid = copilot_sid(known);
  EXPECT_EQ(CopilotChildLogs(folder.child_logs).file_of(sid, copilot_label(known)),
            "runSubagent-other-" + sid + ".jsonl");
}

TEST(CopilotSubAgents, TwoNamesForWhatHasNotArrivedShareItsLog) {
  TestSession test;
  const int main = 90, agent = 91;  // which have not arrived
  test.call(main, 1, 10);
  test.at(test.call(agent, 11, 20)).span.facts.agent = "helper";
  test.at(test.call(agent, 21, 30)).span.facts.agent = "reviewer";
  Folder folder;
  EXPECT_EQ(told(folder.write(test.build()), "child_session_ref", "label"),
            std::vector<std::string>{"runSubagent-helper"});
  EXPECT_EQ(folder.child_logs.size(), 1u);
}

TEST(CopilotSubAgents, AChainOfSubAgentsIsNotFollowedByRecursion) {
  constexpr int32_t k_levels = 20'000;
  SessionView session;
  session.spans.resize(k_levels);
  for (int32_t level = 0; level < k_levels; ++level) {
    SpanView& span = session.spans[level];
    SpanFacts& facts = span.span.facts;
    std::memcpy(facts.span_id.bytes.data(), &level, sizeof level);
    facts.kind = level + 1 < k_levels ? Kind::agent : Kind::tool;
    facts.agent = "agent-" + std::to_string(level);
    facts.start = {level};
    facts.end = {2 * k_levels - level};
    span.parent = level - 1;
    if (level + 1 < k_levels) span.children = {level + 1};
  }
  Folder folder;
  const auto lines = folder.write(session);
  const LogLine& tool = line_of(lines, "tool_call");
  EXPECT_EQ(tool.file, "") << "beyond the limit";
  const SpanFacts& last = session.spans[k_levels - 2].span.facts;
  EXPECT_EQ(string_in(tool, "sid"), last.span_id.hex() + "-" + last.trace_id.hex());
}

}  // namespace strobe::exporter
