#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/told_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* k_scope = "strands.telemetry.tracer";

void as_call(TestSpan& span, const char* model) {
  span.with("gen_ai.operation.name", "chat")
      .with("gen_ai.system", "strands-agents")
      .with("gen_ai.request.model", model)
      .with("gen_ai.usage.prompt_tokens", 100)
      .with("gen_ai.usage.input_tokens", 100)
      .with("gen_ai.usage.completion_tokens", 20)
      .with("gen_ai.usage.output_tokens", 20)
      .with("gen_ai.usage.total_tokens", 120)
      .with("gen_ai.usage.cache_read_input_tokens", 60)
      .with("gen_ai.usage.cache_write_input_tokens", 8)
      .with("gen_ai.server.time_to_first_token", 250);
}

TEST(Strands, RoleEventsHoldBedrocksBlocks) {
  TestSpan span("chat", k_scope);
  as_call(span, "us.anthropic.claude-sonnet-4-20250514-v1:0");
  tell(span, "gen_ai.user.message", 10,
       R"({"content":"[{\"text\": \"Weather?\"}, {\"cachePoint\": {\"type\": \"default\"}}]"})");
  tell(span, "gen_ai.assistant.message", 11,
       R"({"content":"[{\"text\": \"I look.\"}, {\"toolUse\": {\"toolUseId\": \"t1\", \"name\": \"weather\", )"
       R"(\"input\": {\"city\": \"Paris\"}}}]"})");
  tell(
      span, "gen_ai.tool.message", 12,
      R"({"content":"[{\"toolResult\": {\"toolUseId\": \"t1\", \"status\": \"error\", \"content\": [{\"text\": \"gone\"}]}}]"})");
  tell(span, "gen_ai.choice", 13,
       R"({"finish_reason":"end_turn","message":"[{\"reasoningContent\": {\"reasoningText\": {\"text\": \"Hm.\"}}}, )"
       R"({\"text\": \"No idea.\"}]"})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "strands");
  EXPECT_EQ(normal.facts.kind, Kind::llm);
  EXPECT_EQ(normal.facts.provider, "bedrock");
  EXPECT_EQ(normal.facts.ttft, DurationNs{250'000'000});
  EXPECT_EQ(normal.facts.basis, ContextBasis::complete);
  EXPECT_THAT(
      shown_input(normal, span.arena()),
      ElementsAre("user: text(Weather?)", R"(assistant: text(I look.) tool_call(t1 weather {{"city": "Paris"}}))",
                  "tool: tool_result(t1 'gone' error)"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: reasoning(Hm.) text(No idea.)"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("end_turn"));
}

TEST(Strands, CacheIsApartOnBedrockAndAnthropicOnly) {
  const std::pair<const char*, const char*> models[] = {
      {"us.anthropic.claude-sonnet-4-20250514-v1:0", "100/60/8/20/0"},
      {"amazon.nova-pro-v1:0", "100/60/8/20/0"},
      {"arn:aws:bedrock:us-east-1:1:inference-profile/x", "100/60/8/20/0"},
      {"meta-llama/Llama-3.1", "32/60/8/20/0"},
      {"claude-sonnet-4-5", "100/60/8/20/0"},
      {"gpt-4.1", "32/60/8/20/0"},
      {"gemini-2.5-pro", "32/60/8/20/0"},
      {"anthropic/claude-sonnet-4-5", "32/60/8/20/0"},
  };
  for (const auto& [model, usage] : models) {
    TestSpan span("chat", k_scope);
    as_call(span, model);
    const auto facts = span.normalised().facts;
    EXPECT_EQ(shown(facts.usage), usage) << model;
    EXPECT_EQ(facts.usage_rule, usage[0] == '1' ? "strands_exclusive" : "strands_inclusive") << model;
  }
}

TEST(Strands, WhatAnAgentAccumulatedIsNobodysUsage) {
  TestSpan span("invoke_agent helper", k_scope);
  as_call(span, "gpt-4.1");
  span.with("gen_ai.operation.name", "invoke_agent").with("gen_ai.agent.name", "helper");
  tell(span, "gen_ai.choice", 10, R"({"finish_reason":"end_turn","message":"[brackets] in a text\n"})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::agent);
  EXPECT_EQ(normal.facts.agent, "helper");
  EXPECT_FALSE(normal.facts.has_usage);
  EXPECT_EQ(normal.reported.input, 100);
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text([brackets] in a text\n)"));
}

TEST(Strands, ACycleIsAStep) {
  TestSpan span("execute_event_loop_cycle", k_scope);
  span.with("event_loop.cycle_id", "c1").with("gen_ai.operation.name", "execute_event_loop_cycle");
  tell(span, "gen_ai.user.message", 10, R"({"content":"[{\"text\": \"Weather?\"}]"})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::step);
  EXPECT_THAT(normal.content, IsEmpty());
}

TEST(Strands, ToolsInTheOldForm) {
  TestSpan span("execute_tool weather", k_scope);
  span.with("gen_ai.operation.name", "execute_tool")
      .with("gen_ai.tool.name", "weather")
      .with("gen_ai.tool.call.id", "t1");
  span.with("gen_ai.tool.status", "error").status(1);
  tell(span, "gen_ai.tool.message", 10, R"({"role":"tool","content":"{\"city\": \"Paris\"}","id":"t1"})");
  tell(span, "gen_ai.choice", 11, R"({"message":"[{\"text\": \"gone\"}]","id":"t1"})");
  const auto normal = span.normalised();
  ASSERT_TRUE(normal.tool && normal.tool->arguments && normal.tool->result);
  EXPECT_EQ(normal.tool->arguments->text, R"({"city": "Paris"})");
  EXPECT_TRUE(normal.tool->arguments->is_json);
  EXPECT_EQ(normal.tool->result->text, "gone");
  EXPECT_FALSE(normal.tool->result->is_json);
  EXPECT_EQ(normal.facts.status, SpanStatus::error);
  EXPECT_EQ(normal.facts.error_type, "tool_error");
}

TEST(Strands, ToolsInTheNewForm) {
  TestSpan span("execute_tool weather", k_scope);
  span.with("gen_ai.operation.name", "execute_tool").with("gen_ai.provider.name", "strands-agents");
  span.with("gen_ai.tool.name", "weather").with("gen_ai.tool.call.arguments", R"({"city": "Paris"})");
  tell(span, "gen_ai.client.inference.operation.details", 11,
       R"({"gen_ai.output.messages":"[{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"t1\", )"
       R"(\"response\":[{\"text\":\"Error: gone\"}]}]}]"})");
  const auto failed = span.normalised();
  ASSERT_TRUE(failed.tool && failed.tool->result);
  EXPECT_EQ(failed.tool->result->text, "Error: gone");
  span.with("gen_ai.tool.call.result", R"([{"json": {"degrees": 7}}])");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.tool->arguments->text, R"({"city": "Paris"})");
  EXPECT_EQ(normal.tool->result->text, R"({"degrees": 7})");
  EXPECT_EQ(normal.facts.status, SpanStatus::unset);
}

TEST(Strands, DetailsEventsTellSystemInputAndOutputEachAlone) {
  TestSpan span("chat", k_scope);
  as_call(span, "gpt-5-mini");
  tell(span, "gen_ai.client.inference.operation.details", 10,
       R"({"gen_ai.system_instructions":"[{\"type\": \"text\", \"content\": \"Be brief.\"}]"})");
  tell(span, "gen_ai.client.inference.operation.details", 11,
       R"({"gen_ai.input.messages":"[{\"role\":\"user\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"t1\", )"
       R"(\"response\":[{\"text\":\"rainy\"}]}]}]"})");
  tell(span, "gen_ai.client.inference.operation.details", 12,
       R"({"gen_ai.output.messages":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"A\"}], )"
       R"(\"finish_reason\":\"end_turn\"}]"})");
  const auto normal = span.normalised();
  ASSERT_EQ(normal.content.size(), 2u);
  EXPECT_EQ(normal.content[0].role, ContentRole::system);
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("user: tool_result(t1 'rainy')"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(A)"));
}

TEST(Strands, WrongTypesAreUnset) {
  for (const char* attributes : {R"({"content":7,"message":[]})", R"({"content":"[","message":"[{"})", "{}",
                                 R"({"content":"[7,{\"toolUse\":7},{\"toolResult\":[]},{\"image\":{}}]"})"}) {
    for (const char* operation : {"chat", "execute_tool", "invoke_agent"}) {
      TestSpan span("x", k_scope);
      span.with("gen_ai.operation.name", operation).with("gen_ai.usage.input_tokens", "many");
      span.with("gen_ai.tool.status", 7).with("gen_ai.tool.call.result", "[[");
      for (const char* name : {"gen_ai.user.message", "gen_ai.tool.message", "gen_ai.choice"}) {
        tell(span, name, 10, attributes);
      }
      const auto normal = span.normalised();
      EXPECT_FALSE(normal.facts.has_usage);
      shown_input(normal, span.arena());
    }
  }
}

}  // namespace
}  // namespace strobe::dialect
