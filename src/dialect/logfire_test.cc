#include <gtest/gtest.h>

#include "dialect/read.h"
#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

TestSpan& as_call(TestSpan& span, std::string_view provider) {
  span.with("gen_ai.provider.name", provider).with("gen_ai.system", provider).with("gen_ai.operation.name", "chat");
  return span.with("gen_ai.request.model", "m").with("logfire.span_type", "span");
}

constexpr std::string_view k_log_name = "streaming response from {request_data[model]!r} took {duration:.2f}s";

TEST(Logfire, ReadsBodiesOfOpenAi) {
  TestSpan span("Chat Completion with {request_data[model]!r}", "logfire.openai");
  as_call(span, "openai")
      .with("request_data", R"({"model":"m","messages":[{"role":"user","content":"Weather?"}],)"
                            R"("tools":[{"type":"function","function":{"name":"sky"}}]})");
  span.with("response_data", R"({"message":{"content":null,"role":"assistant","tool_calls":[{"id":"c1","function":)"
                             R"({"arguments":"{\"city\":\"Rome\"}","name":"sky"},"type":"function"}]},"usage":{}})");
  span.with("gen_ai.usage.input_tokens", 20).with("gen_ai.usage.output_tokens", 9);
  span.with("gen_ai.usage.raw", R"({"completion_tokens":9,"prompt_tokens":20,"completion_tokens_details":)"
                                R"({"reasoning_tokens":2},"prompt_tokens_details":{"cached_tokens":8}})");
  span.with("gen_ai.response.finish_reasons", R"(["tool_calls"])").with("operation.cost", 0.5);
  const auto read = span.normalised();
  EXPECT_EQ(read.facts.dialect, "logfire");
  EXPECT_EQ(read.facts.kind, Kind::llm);
  EXPECT_EQ(shown(read.facts.usage), "12/8/0/7/2");
  EXPECT_EQ(shown(read.output), std::vector<std::string>{"assistant: tool_call(c1 sky {{\"city\":\"Rome\"}})"});
  EXPECT_EQ(read.finish_reasons, std::vector<std::string>{"tool_calls"});
  ASSERT_EQ(read.content.size(), 2u);
  EXPECT_EQ(read.content[0].role, ContentRole::tool_definitions);
  EXPECT_EQ(read.content[1].value->as_text(), R"([{"role":"user","content":"Weather?"}])");
  EXPECT_EQ(read.facts.basis, ContextBasis::complete);
}

TEST(Logfire, AnthropicsNumbersWithAndWithoutTheCache) {
  for (const auto& [input, rule] : {std::pair(12, "logfire_exclusive"), std::pair(112, "logfire_inclusive")}) {
    TestSpan span("Message with {request_data[model]!r}", "logfire.anthropic");
    as_call(span, "anthropic").with("gen_ai.usage.input_tokens", input).with("gen_ai.usage.output_tokens", 7);
    span.with("request_data", R"({"system":"Be brief.","messages":[{"role":"user","content":"Hi"}]})");
    span.with("response_data",
              R"({"message":{"role":"assistant","content":"I look.","tool_calls":[{"id":"t1","function":)"
              R"({"arguments":"{\"input\":{\"city\":\"Rome\"}}","name":"sky"}}]},"usage":)"
              R"({"cache_creation_input_tokens":0,"cache_read_input_tokens":10,"input_tokens":12}})");
    const auto read = span.normalised();
    EXPECT_EQ(read.facts.usage_rule, rule);
    EXPECT_EQ(read.facts.usage.input, input == 12 ? 12 : 102);
    EXPECT_EQ(shown(read.output),
              std::vector<std::string>{"assistant: text(I look.) tool_call(t1 sky {{\"city\":\"Rome\"}})"});
    ASSERT_EQ(read.content.size(), 2u);
    EXPECT_EQ(read.content[0].role, ContentRole::system);
  }
}

TEST(Logfire, AStreamedCallIsItsLog) {
  TestSpan opening("Chat Completion with {request_data[model]!r}", "logfire.openai");
  as_call(opening, "openai").with("request_data", R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})");
  EXPECT_EQ(opening.normalised().facts.kind, Kind::span);

  TestSpan log(k_log_name, "logfire.openai");
  as_call(log, "openai").with("request_data", R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})");
  log.with("response_data", R"({"combined_chunk_content":"Hi there","chunk_count":2})");
  log.with("gen_ai.usage.input_tokens", 20).with("gen_ai.usage.output_tokens", 3).with("duration", 2e-6);
  log.times(9'000, 9'000);
  const auto read = log.normalised();
  EXPECT_EQ(read.facts.kind, Kind::llm);
  EXPECT_EQ(shown(read.output), std::vector<std::string>{"assistant: text(Hi there)"});
  EXPECT_EQ(read.facts.duration().ns, 2'000) << "it began when the stream did";
  EXPECT_EQ(read.facts.basis, ContextBasis::complete);
}

TEST(Logfire, ACallThatFailedBeforeItsStreamIsACall) {
  TestSpan span("Chat Completion with {request_data[model]!r}", "logfire.openai");
  as_call(span, "openai").with("request_data", R"({"model":"m","stream":true,"messages":[]})").status(2);
  EXPECT_EQ(span.normalised().facts.kind, Kind::llm);
}

TEST(Logfire, APlaceholderTakesTheIdsOfItsSpan) {
  TestSpan span("agent", "logfire");
  span.with("logfire.span_type", "pending_span").with("logfire.pending_parent_id", "00000000000000aa");
  span.parent("abcdefgh");
  const auto read = span.normalised();
  EXPECT_EQ(read.facts.rank, SpanRank::pending);
  EXPECT_EQ(read.facts.span_id, *SpanId::from_bytes("abcdefgh"));
  EXPECT_EQ(read.facts.parent_span_id.hex(), "00000000000000aa");
  TestSpan root("agent", "logfire");
  root.with("logfire.span_type", "pending_span").with("logfire.pending_parent_id", "0000000000000000");
  root.parent("abcdefgh");
  EXPECT_EQ(root.normalised().facts.parent_span_id, SpanId{});
}

TEST(Logfire, OtherSpansOfTheSdkAreTheirOwnDialects) {
  TestSpan span("ai.generateText.doGenerate", "ai");
  span.with("logfire.span_type", "span").with("ai.operationId", "ai.generateText.doGenerate");
  EXPECT_EQ(span.normalised().facts.dialect, "vercel");
}

}  // namespace
}  // namespace strobe::dialect
