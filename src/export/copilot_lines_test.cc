#include "export/copilot_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "analyze/test_session.h"
#include "export/copilot_content.h"
#include "export/copilot_line.h"
#include "json/parse.h"

namespace strobe::exporter {

namespace {

using analyze::TestSession;

const std::string k_prompt = copilot_content_file("be brief");

// A folder in memory.
struct Folder {
  std::map<std::string, std::string> files;  // name by content
  std::set<std::string, std::less<>> keys;
  size_t child_logs = 0;

  CopilotFolder face() {
    return {.is_written = [this](std::string_view key) { return keys.contains(key); },
            .file_of =
                [this](std::string_view stem, std::string_view content) {
                  const std::string name = std::string(stem) + "_" + std::to_string(files.size()) + ".json";
                  return files.try_emplace(std::string(content), name).first->second;
                },
            .child_logs = child_logs};
  }
  std::vector<LogLine> write(const SessionView& session, const LogLineOptions& options = {}) {
    auto lines = copilot_lines(session, options, face());
    for (const LogLine& line : lines) {
      EXPECT_TRUE(keys.insert(line.key).second) << line.key;
      EXPECT_EQ(copilot_key_of(line.text), line.key);
    }
    return lines;
  }
};

std::string string_in(const LogLine& line, std::string_view key, std::string_view inner = {}) {
  Arena arena;
  const auto node = json::parse(line.text, arena);
  if (!node) return "broken: " + line.text;
  const json::Node* found = node->find(key);
  if (found != nullptr && !inner.empty()) found = found->find(inner);
  return found == nullptr ? "-" : std::string(inner.empty() ? node->string_at(key) : node->find(key)->string_at(inner));
}

// "llm_request", and where it stands when that is not the main log: "llm_request@FILE".
std::vector<std::string> types_of(const std::vector<LogLine>& lines) {
  std::vector<std::string> types;
  for (const LogLine& line : lines) {
    types.push_back(string_in(line, "type") + (line.file.empty() ? "" : "@" + line.file));
  }
  return types;
}

const LogLine& line_of(const std::vector<LogLine>& lines, std::string_view type, size_t number = 0) {
  for (const LogLine& line : lines) {
    if (string_in(line, "type") == type && number-- == 0) return line;
  }
  ADD_FAILURE() << "no " << type;
  return lines.front();
}

void expect_in(const LogLine& line, std::string_view text) {
  EXPECT_NE(line.text.find(text), std::string::npos) << text << " in " << line.text;
}

}  // namespace

TEST(CopilotLines, ATurnIsWhatAUserSaidACallItsAnswerAndTools) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 1, 20, "gpt-4o");
  test.usage(call, {.input = 400, .cache_read = 500, .cache_write = 100, .output = 20, .reasoning = 5});
  test.sees(call, {"user: mend it"});
  test.answers(call, {"assistant: @c1 read_file {\"path\":\"a.ts\"}"});
  test.tool(agent, 21, 66, "read_file", R"({"path":"a.ts"})", "content");
  const SessionView session = test.build();
  Folder folder;
  const auto lines = folder.write(session);
  EXPECT_EQ(types_of(lines), (std::vector<std::string>{"user_message", "turn_start", "generic", "llm_request",
                                                       "agent_response", "tool_call", "turn_end"}));
  expect_in(lines[0], R"("content":"mend it")");
  expect_in(lines[1], R"("name":"turn_start:0")");
  expect_in(lines[2], R"("name":"system_prompt_ref")");
  EXPECT_TRUE(folder.files.contains(k_prompt));
  expect_in(lines[3], R"("ts":1767225600001,"dur":19,"sid":"test","type":"llm_request","name":"chat:gpt-4o")");
  expect_in(lines[3],
            R"("inputTokens":1000,"outputTokens":25,"cachedTokens":500,"cacheCreationTokens":100,"reasoningTokens":5)");
  EXPECT_EQ(string_in(lines[3], "attrs", "inputMessages"),
            R"([{"role":"user","parts":[{"type":"text","content":"mend it"}]}])");
  EXPECT_EQ(string_in(lines[3], "attrs", "systemPromptFile"), folder.files[k_prompt]);
  expect_in(lines[4], "agent-msg-");
  expect_in(lines[4], R"(\"type\":\"tool_call\")");
  expect_in(lines[5], R"("name":"read_file")");
  EXPECT_EQ(string_in(lines[5], "attrs", "args"), R"({"path":"a.ts"})");
  EXPECT_EQ(string_in(lines[5], "attrs", "result"), "content");
  EXPECT_EQ(string_in(lines[5], "parentSpanId"), session.spans[0].span.facts.span_id.hex());
  expect_in(lines[6], R"("ts":1767225600066)");
  EXPECT_TRUE(folder.write(session).empty());
}

TEST(CopilotLines, WhatAUserSaidIsToldOnceHoweverManyCallsSeeIt) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.sees(test.call(agent, 1, 10), {"user: go on"});
  test.sees(test.call(agent, 11, 20), {"user: go on", "assistant: done"});
  test.sees(test.call(agent, 21, 30), {"user: go on", "assistant: done", "user: go on"});
  Folder folder;
  const auto types = types_of(folder.write(test.build()));
  EXPECT_EQ(std::ranges::count(types, "user_message"), 2);
}

TEST(CopilotLines, ATurnEndsWhenAnotherBeginsOrItsAgentEnds) {
  TestSession test;
  const int missing = 90;
  test.call(missing, 1, 10);
  test.call(missing, 11, 20);
  SessionView session = test.build();
  session.summary.status = SessionStatus::running;
  Folder folder;
  auto types = types_of(folder.write(session));
  EXPECT_EQ(std::ranges::count(types, "turn_start"), 2);
  EXPECT_EQ(std::ranges::count(types, "turn_end"), 1);
  session.summary.status = SessionStatus::ok;
  EXPECT_EQ(types_of(folder.write(session)), std::vector<std::string>{"turn_end"});
}

TEST(CopilotLines, ASubAgentHasALogOfItsOwnThatItsParentsTellsOf) {
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
  const std::string reviewer = "runSubagent-code-reviewer-" + id(inner) + ".jsonl";
  const std::string helper = "runSubagent-helper-" + id(innermost) + ".jsonl";
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
  EXPECT_EQ(string_in(line_of(lines, "llm_request", 2), "sid"), id(innermost));
}

TEST(CopilotLines, SubAgentsBeyondTheLimitStandInTheMainLog) {
  TestSession test;
  const int agent = test.agent(0, 0, 100, "main");
  const int inner = test.agent(agent, 21, 60, "helper");
  test.call(inner, 22, 30);
  const SessionView session = test.build();
  Folder folder;
  folder.child_logs = k_copilot_child_logs_max;
  for (const LogLine& line : folder.write(session)) {
    EXPECT_EQ(line.file, "");
    EXPECT_NE(string_in(line, "type"), "session_start");
  }
}

TEST(CopilotLines, AChainOfSubAgentsIsNotFollowedByRecursion) {
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
  EXPECT_EQ(string_in(tool, "sid"), session.spans[k_levels - 2].span.facts.span_id.hex());
}

TEST(CopilotLines, WhatIsTooLongIsCutMarkedAndCounted) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 1, 20);
  test.sees(call, {"user: aaaa", "assistant: bbbb"});
  test.tool(agent, 21, 30, "read", R"({"path":"0123456789"})", "aaaaaaaa\xc3\xa4 and more");
  Folder folder;
  const auto lines = folder.write(test.build(), {.result_bytes_max = 9});
  const LogLine& tool = line_of(lines, "tool_call");
  EXPECT_EQ(tool.cut, 2);
  EXPECT_EQ(string_in(tool, "attrs", "result"), "aaaaaaaa... [cut: 19 bytes in all][truncated]");
  const LogLine& request = line_of(lines, "llm_request");
  EXPECT_EQ(request.cut, 1);
  EXPECT_EQ(string_in(request, "attrs", "inputMessages"), "[{\"role\":... [cut: 2 messages in all][truncated]");
}

TEST(CopilotLines, AFileOfContentHasALimit) {
  EXPECT_EQ(copilot_content_file("a \"b\""), "{\"content\":\"a \\\"b\\\"\"}\n");
  const std::string large = copilot_content_file(std::string(k_copilot_content_bytes_max + 1, 'x'));
  EXPECT_LT(large.size(), k_copilot_content_bytes_max + 100);
  EXPECT_NE(large.find("[cut: 1048577 bytes in all][truncated]"), std::string::npos);
}

TEST(CopilotLines, WithoutContentNothingOfItIsThere) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 1, 20);
  test.sees(call, {"user: secret"}, {"system: secret"}, {"tool_definition: secret"});
  test.answers(call, {"assistant: secret"});
  test.fail(test.tool(agent, 21, 30, "read", R"({"path":"secret"})", "secret"));
  SessionView session = test.build();
  session.summary.task = "secret";
  Folder folder;
  for (const LogLine& line : folder.write(session, {.has_content = false})) {
    EXPECT_EQ(line.text.find("secret"), std::string::npos) << line.text;
  }
  EXPECT_TRUE(folder.files.empty());
  EXPECT_EQ(copilot_start_line(session).text.find("secret"), std::string::npos);
  bool is_told = false;
  for (const LogLine& line : Folder().write(session))
    is_told = is_told || line.text.find("secret") != std::string::npos;
  EXPECT_TRUE(is_told) << "with content it is";
}

TEST(CopilotLines, AFailureIsToldWhereItBegan) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int chain = test.add(Kind::workflow, agent, 1, 50, "chain");
  test.fail(chain, "ValueError");
  test.fail(agent, "ValueError");
  Folder folder;
  const auto lines = folder.write(test.build());
  EXPECT_EQ(types_of(lines), std::vector<std::string>{"error"});
  expect_in(lines[0], R"("name":"ValueError")");
  expect_in(lines[0], R"("status":"error")");
}

TEST(CopilotLines, TheFirstLineSaysWhoWroteItAndLinesOfOthersHaveNoKey) {
  TestSession test;
  test.call(test.agent(0, 0, 100), 1, 20, "gpt-4o");
  const SessionView session = test.build();
  const LogLine start = copilot_start_line(session);
  EXPECT_TRUE(start.text.starts_with(R"({"v":1,"ts":1767225600000,"dur":0,"sid":"test","type":"session_start")"))
      << start.text;
  expect_in(start, R"("recordedBy":"strobe")");
  EXPECT_EQ(copilot_key_of(start.text), start.key);
  EXPECT_EQ(copilot_key_of("{\"type\":\"llm_req"), std::nullopt);
  EXPECT_EQ(copilot_key_of("[1]"), std::nullopt);
  EXPECT_NE(copilot_models(session).find("\"id\": \"gpt-4o\""), std::string::npos);
}

}  // namespace strobe::exporter
