#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TestSpan& call(TestSpan& span) {
  return span.with("ai.operationId", "ai.streamText.doStream")
      .with("ai.prompt.messages", R"([{"role":"user","content":[{"type":"text","text":"hi"}]}])");
}

TEST(Vercel, ReadsAProviderCall) {
  TestSpan span("ai.streamText.doStream", "ai");
  const Value tools[] = {Value::of_string(R"({"type":"function","name":"ls"})")};
  call(span)
      .with("ai.model.provider", "openai.chat")
      .with("gen_ai.system", "openai.chat")
      .with("ai.model.id", "gpt-5-mini")
      .with("gen_ai.request.model", "gpt-5-mini")
      .with("gen_ai.response.model", "gpt-5-mini-2025")
      .with("ai.telemetry.functionId", "coder")
      .with("ai.telemetry.metadata.sessionId", "s1")
      .with("ai.settings.maxOutputTokens", 50)
      .with("ai.settings.maxRetries", 2)
      .with("gen_ai.request.temperature", 0.5)
      .with("ai.response.id", "chatcmpl-1")
      .with("ai.response.finishReason", "tool-calls")
      .with("ai.response.reasoning", "hm")
      .with("ai.response.text", "I look.")
      .with("ai.response.toolCalls", R"([{"toolCallId":"c1","toolName":"ls","input":"{\"path\": \".\"}"}])")
      .with("ai.response.msToFirstChunk", 12.5)
      .with("ai.prompt.tools", Value::of_array(tools))
      .with("gen_ai.usage.input_tokens", 100)
      .with("gen_ai.usage.output_tokens", 20)
      .with("ai.usage.inputTokens", 100)
      .with("ai.usage.outputTokens", 20)
      .with("ai.usage.inputTokenDetails.cacheReadTokens", 40)
      .with("ai.usage.cachedInputTokens", 40)
      .with("ai.usage.outputTokenDetails.reasoningTokens", 8);
  const auto normal = span.normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "vercel");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(facts.provider, "openai");
  EXPECT_EQ(facts.model, "gpt-5-mini-2025");
  EXPECT_EQ(facts.agent, "coder");
  EXPECT_EQ(facts.session_key, "s1");
  EXPECT_EQ(facts.response_id, "chatcmpl-1");
  EXPECT_EQ(facts.ttft, DurationNs{12'500'000});
  EXPECT_EQ(shown(facts.usage), "60/40/0/12/8");
  EXPECT_EQ(facts.usage_rule, "vercel_v6_inclusive");
  EXPECT_FALSE(facts.is_rollup);
  EXPECT_EQ(facts.basis, ContextBasis::complete);
  EXPECT_THAT(facts.requested_tool_call_ids, ElementsAre("c1"));
  EXPECT_THAT(shown(normal.output),
              ElementsAre(R"(assistant: reasoning(hm) text(I look.) tool_call(c1 ls {{"path": "."}}))"));
  EXPECT_EQ(normal.output[0].finish_reason, "tool-calls");
  ASSERT_EQ(normal.content.size(), 2u);
  EXPECT_EQ(normal.content[0].shape, ContentShape::value_array);
  EXPECT_EQ(normal.content[1].format, ElementFormat::vercel_message);
  ASSERT_EQ(normal.request.size(), 2u);
  EXPECT_EQ(normal.request[0].key, "temperature");
  EXPECT_EQ(normal.request[1].key, "max_tokens");
}

TEST(Vercel, BeforeSixTheProviderDecidesWhetherInputHoldsTheCache) {
  const auto usage = [](const char* provider, const char* model) {
    TestSpan span("x", "ai");
    call(span).with("ai.model.provider", provider).with("ai.model.id", model);
    span.with("ai.usage.inputTokens", 100).with("ai.usage.outputTokens", 5).with("ai.usage.cachedInputTokens", 40);
    const auto facts = span.normalised().facts;
    return shown(facts.usage) + " " + facts.usage_rule;
  };
  EXPECT_EQ(usage("openai.responses", "gpt-5"), "60/40/0/5/0 vercel_v5_native_inclusive");
  EXPECT_EQ(usage("anthropic.messages", "claude"), "100/40/0/5/0 vercel_v5_native_exclusive");
  EXPECT_EQ(usage("amazon-bedrock", "claude"), "100/40/0/5/0 vercel_v5_native_exclusive");
  EXPECT_EQ(usage("gateway", "anthropic/claude"), "100/40/0/5/0 vercel_v5_native_exclusive");
  EXPECT_EQ(usage("gateway", "openai/gpt-5"), "60/40/0/5/0 vercel_v5_native_inclusive");
}

TEST(Vercel, FiveKeepsCacheWritesInTheProvidersMetadata) {
  TestSpan span("x", "ai");
  call(span).with("ai.model.provider", "anthropic.messages").with("ai.usage.inputTokens", 10);
  span.with("ai.response.providerMetadata", R"({"anthropic":{"usage":{},"cacheCreationInputTokens":30}})");
  EXPECT_EQ(shown(span.normalised().facts.usage), "10/0/30/0/0");
}

TEST(Vercel, SixContradictingItselfIsSuspect) {
  TestSpan span("x", "ai");
  call(span).with("ai.usage.inputTokens", 10).with("ai.usage.inputTokenDetails.cacheReadTokens", 50);
  EXPECT_EQ(span.normalised().facts.usage_rule, "vercel_v6_inclusive_suspect");
}

TEST(Vercel, OuterSpansAreRollups) {
  TestSpan span("ai.generateText", "ai");
  span.with("ai.operationId", "ai.generateText").with("ai.usage.promptTokens", 10).with("ai.usage.completionTokens", 2);
  span.with("ai.prompt", R"({"prompt":"hi"})").with("ai.response.text", "hello");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::agent);
  EXPECT_TRUE(normal.facts.is_rollup);
  EXPECT_EQ(normal.facts.basis, ContextBasis::none);
  ASSERT_EQ(normal.content.size(), 1u);
  EXPECT_EQ(normal.content[0].format, ElementFormat::vercel_prompt);
  EXPECT_EQ(normal.content[0].shape, ContentShape::whole);
}

TEST(Vercel, Embeddings) {
  TestSpan inner("ai.embed.doEmbed", "ai");
  inner.with("ai.operationId", "ai.embed.doEmbed").with("ai.usage.tokens", 7);
  EXPECT_EQ(inner.normalised().facts.kind, Kind::embedding);
  EXPECT_EQ(shown(inner.normalised().facts.usage), "7/0/0/0/0");
  EXPECT_FALSE(inner.normalised().facts.is_rollup);
  TestSpan outer("ai.embed", "ai");
  outer.with("ai.operationId", "ai.embed").with("ai.usage.tokens", 7);
  EXPECT_TRUE(outer.normalised().facts.is_rollup);
}

TEST(Vercel, ToolCalls) {
  TestSpan span("ai.toolCall", "ai");
  span.with("ai.operationId", "ai.toolCall")
      .with("ai.toolCall.name", "read_file")
      .with("ai.toolCall.id", "c1")
      .with("ai.toolCall.args", R"({"path":"x"})")
      .with("ai.toolCall.result", R"("line\n")")
      .status(2)
      .exception("Error");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.tool_name, "read_file");
  EXPECT_EQ(normal.facts.tool_call_id, "c1");
  EXPECT_EQ(normal.facts.error_type, "Error");
  EXPECT_TRUE(normal.tool->arguments->is_json);
  EXPECT_EQ(normal.tool->result->text, "line\n");
  EXPECT_FALSE(normal.tool->result->is_json);
}

TEST(Vercel, ObjectsAndFilesAreOutput) {
  TestSpan object("x", "ai");
  object.with("ai.operationId", "ai.generateObject.doGenerate").with("ai.response.object", R"({"a":1})");
  EXPECT_THAT(shown(object.normalised().output), ElementsAre(R"(assistant: text({"a":1}))"));
  TestSpan files("x", "ai");
  call(files).with("ai.response.files", R"([{"type":"file","mediaType":"image/png","data":"QUJD"}])");
  EXPECT_THAT(shown(files.normalised().output), ElementsAre("assistant: media(image/png QUJD|)"));
}

TEST(Vercel, BrokenToolCallsAreKept) {
  TestSpan span("x", "ai");
  call(span).with("ai.response.toolCalls", "oops");
  EXPECT_THAT(shown(span.normalised().output), ElementsAre("assistant: other(toolCalls 'oops')"));
  EXPECT_THAT(span.normalised().facts.requested_tool_call_ids, IsEmpty());
}

TEST(Vercel, MustNotClaimForeignSpans) {
  TestSpan span("ai.generateText", "my-ai");
  span.with("ai.something", "x");
  EXPECT_EQ(span.normalised().facts.dialect, "fallback");
}

TEST(Vercel, VersionFourHasCacheAndReasoningInItsMetadata) {
  TestSpan openai("ai.generateText.doGenerate", "ai");
  openai.with("ai.operationId", "ai.generateText.doGenerate").with("ai.model.provider", "openai.chat");
  openai.with("ai.usage.promptTokens", 100).with("ai.usage.completionTokens", 20);
  openai.with("gen_ai.usage.input_tokens", 100).with("gen_ai.usage.output_tokens", 20);
  openai.with("ai.response.providerMetadata", R"({"openai":{"cachedPromptTokens":40,"reasoningTokens":5}})");
  EXPECT_EQ(shown(openai.normalised().facts.usage), "60/40/0/15/5");
  EXPECT_EQ(openai.normalised().facts.usage_rule, "vercel_v4_native_inclusive");

  TestSpan anthropic("ai.generateText.doGenerate", "ai");
  anthropic.with("ai.operationId", "ai.generateText.doGenerate").with("ai.model.provider", "anthropic.messages");
  anthropic.with("ai.usage.promptTokens", 12).with("ai.usage.completionTokens", 20);
  anthropic.with("ai.response.providerMetadata",
                 R"({"anthropic":{"cacheCreationInputTokens":7,"cacheReadInputTokens":900}})");
  EXPECT_EQ(shown(anthropic.normalised().facts.usage), "12/900/7/20/0");

  // The outer span sums its calls, but has the metadata of the last.
  TestSpan outer("ai.generateText", "ai");
  outer.with("ai.operationId", "ai.generateText").with("ai.usage.promptTokens", 100);
  outer.with("ai.usage.completionTokens", 20)
      .with("ai.response.providerMetadata", R"({"openai":{"reasoningTokens":5}})");
  EXPECT_EQ(shown(outer.normalised().facts.usage), "100/0/0/20/0");
  EXPECT_TRUE(outer.normalised().facts.is_rollup);
}

TEST(Vercel, NotANumberIsNoUsage) {
  TestSpan span("ai.streamText.doStream", "ai");
  span.with("ai.operationId", "ai.streamText.doStream").with("ai.usage.promptTokens", "NaN");
  span.with("ai.usage.completionTokens", "NaN").with("gen_ai.usage.input_tokens", std::nan(""));
  EXPECT_FALSE(span.normalised().facts.has_usage);
}

TEST(Vercel, NamesOfVersionThree) {
  TestSpan span("ai.generateText.doGenerate", "ai");
  span.with("ai.result.text", "I look.").with("ai.finishReason", "tool-calls");
  span.with("ai.result.toolCalls", R"([{"toolCallType":"function","toolCallId":"c1","toolName":"sky","args":"{}"}])");
  const auto read = span.normalised();
  EXPECT_EQ(read.facts.kind, Kind::llm);
  EXPECT_EQ(shown(read.output), std::vector<std::string>{"assistant: text(I look.) tool_call(c1 sky {{}})"});
  EXPECT_EQ(read.finish_reasons, std::vector<std::string>{"tool-calls"});
}

TEST(Vercel, WhatTraceloopRewroteIsOneValueEach) {
  TestSpan span("text.generate", "ai");
  span.with("ai.operationId", "ai.generateText.doGenerate")
      .with("ai.model.id", "gpt-4o")
      .with("gen_ai.system", "OpenAI");
  span.with("gen_ai.usage.input_tokens", 100).with("gen_ai.usage.output_tokens", 20);
  span.with("llm.usage.total_tokens", 120).with("traceloop.association.properties.sessionId", "s1");
  span.with("gen_ai.prompt.0.role", "user").with("gen_ai.prompt.0.content", "Weather?");
  span.with("gen_ai.input.messages", R"([{"role":"user","parts":[{"type":"text","content":"Weather?"}]}])");
  span.with("gen_ai.completion.0.role", "assistant").with("gen_ai.completion.0.tool_calls.0.name", "sky");
  span.with("gen_ai.output.messages",
            R"([{"role":"assistant","parts":[{"type":"tool_call","tool_call":{"name":"sky","arguments":{"x":1}}}]}])");
  span.with("llm.request.functions.0.name", "sky");
  const auto read = span.normalised();
  EXPECT_EQ(read.facts.dialect, "vercel");
  EXPECT_EQ(read.facts.kind, Kind::llm);
  EXPECT_EQ(read.facts.provider, "openai");
  EXPECT_EQ(read.facts.session_key, "s1");
  EXPECT_EQ(shown(read.facts.usage), "100/0/0/20/0");
  EXPECT_EQ(shown(read.output), std::vector<std::string>{"assistant: tool_call( sky {{\"x\":1}})"});
  ASSERT_EQ(read.content.size(), 2u);
  EXPECT_EQ(read.content[1].key, "gen_ai.input.messages");
  EXPECT_EQ(read.facts.basis, ContextBasis::complete);

  TestSpan tool("sky.tool", "ai");
  tool.with("ai.operationId", "ai.toolCall").with("ai.toolCall.name", "sky").with("ai.toolCall.id", "c1");
  tool.with("traceloop.entity.input", "{\"x\":1}").with("traceloop.entity.output", "\"sun\"");
  EXPECT_EQ(tool.normalised().tool->arguments->text, "{\"x\":1}");
  EXPECT_EQ(tool.normalised().tool->result->text, "sun");
}

TEST(Vercel, VersionSevenCountsTheCacheIn) {
  TestSpan chat("chat claude", "gen_ai");
  chat.with("gen_ai.operation.name", "chat").with("gen_ai.provider.name", "anthropic");
  chat.with("gen_ai.usage.input_tokens", 100).with("gen_ai.usage.cache_read.input_tokens", 60);
  chat.with("gen_ai.usage.output_tokens", 7);
  EXPECT_EQ(shown(chat.normalised().facts.usage), "40/60/0/7/0");
  EXPECT_EQ(chat.normalised().facts.usage_rule, "vercel_v7_inclusive");
  TestSpan tool("execute_tool sky", "gen_ai");
  tool.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "sky");
  tool.with("gen_ai.tool.call.result", "\"sun\\nny\"");
  EXPECT_EQ(tool.normalised().tool->result->text, "sun\nny");
  TestSpan agent("invoke_agent claude", "gen_ai");
  agent.with("gen_ai.operation.name", "invoke_agent").with("gen_ai.usage.input_tokens", 100);
  EXPECT_TRUE(agent.normalised().facts.is_rollup);
}

}  // namespace
}  // namespace strobe::dialect
