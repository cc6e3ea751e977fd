#include "export/copilot_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "analyze/test_session.h"
#include "export/copilot_content.h"
#include "export/copilot_test_util.h"
#include "json/parse.h"

namespace strobe::exporter {

namespace {

using analyze::TestSession;

const std::string k_prompt = copilot_content_file("be brief");

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

TEST(CopilotLines, WhatAUserSaidIsToldOfEachAgentAndOfEachTraceThatBeginsWithIt) {
  TestSession test;
  const int agent = test.agent(0, 0, 200, "main");
  test.sees(test.call(agent, 1, 10), {"user: go on"});
  test.sees(test.call(test.agent(agent, 11, 20, "helper"), 12, 13), {"user: go on"});
  test.sees(test.call(test.agent(agent, 21, 30, "helper"), 22, 23), {"user: go on"});
  // The second trace: a question like the first one's, and what the agent does about it.
  const int again = test.call(agent, 31, 40), then = test.call(agent, 41, 50);
  test.sees(again, {"user: go on"});
  test.sees(then, {"user: go on", "assistant: @c1 ls {}", "tool: @c1 a"});
  // The third goes on with the second.
  const int next = test.call(agent, 51, 60);
  test.sees(next, {"user: go on", "assistant: @c1 ls {}", "tool: @c1 b"});
  SessionView session = test.build();
  const auto set_trace = [&](int span, uint8_t trace) {
    session.spans[TestSession::index_of(session, span)].span.facts.trace_id.bytes[0] = trace;
  };
  set_trace(again, 2), set_trace(then, 2), set_trace(next, 3);
  Folder folder;
  EXPECT_EQ(told(folder.write(session), "user_message", "content"), std::vector<std::string>(4, "go on"));
  EXPECT_TRUE(folder.write(session).empty());
}

TEST(CopilotLines, AllThatAUserSaysBeforeACallIsToldAndNothingThatSideCallsAreAsked) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int side = test.call(agent, 1, 2);
  test.sees(side, {"user: find a title"});
  test.at(side).step = 0;
  test.sees(test.call(agent, 3, 4), {"user: old", "assistant: done", "user: the file", "user: what is in it?"});
  Folder folder;
  EXPECT_EQ(told(folder.write(test.build()), "user_message", "content"),
            (std::vector<std::string>{"the file", "what is in it?"}));
}

TEST(CopilotLines, HooksOfTheSdkAreHooks) {
  TestSession test;
  test.add(Kind::span, test.agent(0, 0, 100), 1, 2, "hook preToolUse");
  SessionView session = test.build();
  const auto text = [](std::string_view given) { return Value::of_string(given); };
  const std::array attributes = {KeyValue{"github.copilot.hook.type", text("preToolUse")},
                                 KeyValue{"github.copilot.hook.decision", text("non_blocking_error")}};
  RawSpan raw;
  raw.attributes = attributes;
  session.spans[1].raw = &raw;
  Folder folder;
  const auto lines = folder.write(session);
  EXPECT_EQ(string_in(line_of(lines, "hook"), "name"), "preToolUse");
  EXPECT_EQ(told(lines, "hook", "resultKind"), std::vector<std::string>{"non_blocking_error"});
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
  EXPECT_EQ(string_in(request, "attrs", "inputMessages"),
            R"([{"role":"user","parts":[{"type":"text","content":"aaaa"}]}])");
  expect_in(request, R"("inputMessagesInAll":2)");
}

TEST(CopilotLines, MessagesThatAreCutAreStillJson) {
  for (const size_t bytes_max : {size_t{1}, size_t{70}, size_t{100}, size_t{150}, size_t{400}}) {
    TestSession test;
    test.sees(test.call(test.agent(0, 0, 100), 1, 20), {"user: " + std::string(90, 'u'), "assistant: bbbb", "user: c"});
    Folder folder;
    const auto lines = folder.write(test.build(), {.result_bytes_max = bytes_max});
    const std::string text = string_in(line_of(lines, "llm_request"), "attrs", "inputMessages");
    Arena arena;
    const auto messages = json::parse(text, arena);
    ASSERT_TRUE(messages) << text;
    EXPECT_TRUE(messages->is_array());
    EXPECT_EQ(text.find("[truncated]") != std::string::npos, bytes_max < 90) << text;
    EXPECT_EQ(text.find("bbbb") != std::string::npos, bytes_max == 400) << text;
  }
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
  EXPECT_TRUE(start.text.starts_with(
      R"({"v":1,"recordedBy":"strobe","ts":1767225600000,"dur":0,"sid":"test","type":"session_start")"))
      << start.text;
  EXPECT_TRUE(start.text.starts_with(k_copilot_beginning));
  expect_in(start, R"("attrs":{"recordedBy":"strobe")");
  EXPECT_EQ(copilot_key_of(start.text), start.key);
  EXPECT_EQ(copilot_key_of("{\"type\":\"llm_req"), std::nullopt);
  EXPECT_EQ(copilot_key_of(R"({"type":"error","spanId":"1","attrs":[]})"), "error  1");
  EXPECT_EQ(copilot_key_of("[1]"), std::nullopt);
  EXPECT_NE(copilot_models(session).find("\"id\": \"gpt-4o\""), std::string::npos);
}

TEST(CopilotLines, AKeyThatIsNoUtf8OrHasNoEndIsKnownAgain) {
  for (const std::string& key : {std::string("\xff\xfe monday"), std::string(200'000, 'k'), std::string(500, '\xc3')}) {
    TestSession test;
    test.call(test.agent(0, 0, 100), 1, 20);
    SessionView session = test.build();
    session.summary.key = key;
    const LogLine start = copilot_start_line(session);
    EXPECT_EQ(copilot_key_of(start.text), start.key);
    EXPECT_LT(start.text.size(), 4096u);
    Folder folder;
    for (const LogLine& line : folder.write(session)) {
      EXPECT_LT(line.text.size(), 4096u);
      EXPECT_EQ(string_in(line, "sid"), string_in(start, "sid"));
    }
  }
}

}  // namespace strobe::exporter
