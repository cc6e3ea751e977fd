#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LiteLlm, ReadsARequest) {
  TestSpan span("litellm_request", "litellm");
  span.with("gen_ai.operation.name", "acompletion")
      .with("gen_ai.system", "openai")
      .with("llm.is_streaming", "True")
      .with("gen_ai.request.model", "gpt-4o")
      .with("gen_ai.usage.input_tokens", 100)
      .with("gen_ai.usage.output_tokens", 20)
      .with("gen_ai.usage.total_tokens", 120)
      .with("gen_ai.cost.total_cost", 0.5)
      .with("gen_ai.response.finish_reasons", R"(["stop"])")
      .with("gen_ai.input.messages", R"([{"role":"user","parts":[{"type":"text","content":"Hi"}]}])")
      .with("gen_ai.output.messages",
            R"([{"role":"assistant","parts":[{"type":"text","content":"Ho"}],"finish_reason":"stop"}])");
  const auto normal = span.normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "litellm");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(shown(facts.usage), "100/0/0/20/0");
  EXPECT_EQ(facts.usage_rule, "litellm_inclusive");
  EXPECT_EQ(facts.cost_pico_usd, 500'000'000'000);
  EXPECT_FALSE(facts.is_rollup);
  EXPECT_EQ(facts.basis, ContextBasis::complete);
  EXPECT_THAT(normal.finish_reasons, ElementsAre("stop"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Ho)"));
  ASSERT_EQ(normal.request.size(), 1u);
  EXPECT_TRUE(normal.request[0].value.boolean);
}

TEST(LiteLlm, CacheAndReasoningStandInTheMetadata) {
  TestSpan span("chat gpt-5-mini", "litellm");
  span.with("llm.request.type", "completion").with("gen_ai.usage.input_tokens", 1402);
  span.with("gen_ai.usage.output_tokens", 181).with("gen_ai.usage.total_tokens", 1583);
  span.with("metadata.usage_object",
            "{'completion_tokens': 181, 'total_tokens': 1583, 'completion_tokens_details': {'audio_tokens': 0, "
            "'reasoning_tokens': 64}, 'prompt_tokens_details': {'audio_tokens': 0, 'cached_tokens': 1152}}");
  const auto facts = span.normalised().facts;
  EXPECT_EQ(shown(facts.usage), "250/1152/0/117/64");
  EXPECT_EQ(facts.usage_rule, "litellm_inclusive");
}

TEST(LiteLlm, OpenAiMembersBesideParts) {
  const auto element = [](std::string_view text) { return shown_element(ElementFormat::openllmetry_chat, text); };
  EXPECT_EQ(element(R"({"role":"tool","tool_call_id":"c","parts":[{"type":"text","content":"rain"}]})"),
            "tool: tool_result(c 'rain')");
  EXPECT_EQ(element(R"({"role":"tool","tool_call_id":"c","parts":[{"type":"tool_call_response","id":"c",
            "response":"rain"}]})"),
            "tool: tool_result(c 'rain')");
  EXPECT_EQ(element(R"({"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f","arguments":{}}],
            "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]})"),
            "assistant: tool_call(c f {{}})");
}

TEST(LiteLlm, TheRawRequestIsNoSecondCall) {
  TestSpan span("raw_gen_ai_request", "litellm");
  span.with("llm.openai.messages", "[{'role': 'user'}]").with("gen_ai.usage.input_tokens", 100);
  span.with("gen_ai.request.model", "gpt-4o").with("gen_ai.prompt.0.role", "user");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "litellm");
  EXPECT_EQ(normal.facts.kind, Kind::span);
  EXPECT_FALSE(normal.facts.has_usage);
  EXPECT_THAT(normal.content, IsEmpty());
}

TEST(LiteLlm, OlderFlattenedMessages) {
  TestSpan span("litellm_request", "litellm");
  span.with("llm.request.type", "completion")
      .with("gen_ai.prompt.0.role", "user")
      .with("gen_ai.prompt.0.content", "Hi");
  span.with("gen_ai.completion.0.role", "assistant").with("gen_ai.completion.0.function_call.name", "f");
  span.with("gen_ai.completion.0.function_call.arguments", R"({"a":1})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::llm);
  EXPECT_EQ(normal.content.at(0).key, "gen_ai.prompt");
  EXPECT_THAT(shown(normal.output), ElementsAre(R"(assistant: tool_call( f {{"a":1}}))"));
}

TEST(LiteLlm, OtherSpansOfItsScope) {
  const auto kind = [](const char* name, const char* operation) {
    TestSpan span(name, "litellm");
    if (*operation != 0) span.with("gen_ai.operation.name", operation);
    return span.normalised().facts.kind;
  };
  EXPECT_EQ(kind("Received Proxy Server Request", ""), Kind::span);
  EXPECT_EQ(kind("Received Proxy Server Request", "chat"), Kind::llm);
  EXPECT_EQ(kind("postgres", ""), Kind::span);
  EXPECT_EQ(kind("litellm_request", "aembedding"), Kind::embedding);
  EXPECT_EQ(kind("litellm_request", "arerank"), Kind::retrieval);
  EXPECT_EQ(kind("litellm_request", ""), Kind::llm);
}

TEST(LiteLlm, WrongTypesAreUnset) {
  TestSpan span("litellm_request", "litellm");
  span.with("gen_ai.operation.name", 7).with("llm.is_streaming", "maybe").with("gen_ai.usage.input_tokens", "x");
  const auto normal = span.normalised();
  EXPECT_THAT(normal.request, IsEmpty());
  EXPECT_FALSE(normal.facts.has_usage);
}

TEST(LiteLlm, CallsStandBesideTheAnswerAsCompletions) {
  const auto answers = [](std::string_view messages) {
    TestSpan span("chat gpt-5-mini", "litellm");
    span.with("gen_ai.operation.name", "chat").with("gen_ai.request.model", "gpt-5-mini");
    span.with("gen_ai.output.messages", messages);
    span.with("gen_ai.completion.0.function_call.name", "list_files");
    span.with("gen_ai.completion.0.function_call.arguments", R"({"path": "."})");
    span.with("gen_ai.completion.1.function_call.name", "run_tests");
    span.with("gen_ai.completion.1.function_call.arguments", "{}");
    return shown(span.normalised().output);
  };
  EXPECT_THAT(
      answers(R"([{"role":"assistant","parts":[{"type":"text","content":"I look."}],"finish_reason":"tool_calls"}])"),
      ElementsAre(R"(assistant: text(I look.) tool_call( list_files {{"path": "."}}) tool_call( run_tests {{}}))"));
  EXPECT_THAT(answers(R"([{"role":"assistant","parts":[],"finish_reason":"tool_calls"}])"),
              ElementsAre(R"(assistant: tool_call( list_files {{"path": "."}}) tool_call( run_tests {{}}))"));
  EXPECT_THAT(answers(R"([{"role":"assistant","parts":[],"tool_calls":[{"id":"c1","function":{"name":"f"}}]}])"),
              ElementsAre("assistant: tool_call(c1 f '')"));
  EXPECT_THAT(answers(R"([{"role":"assistant","parts":[{"type":"text","content":"One."}]},
                          {"role":"assistant","parts":[{"type":"text","content":"Two."}]}])"),
              ElementsAre("assistant: text(One.)", "assistant: text(Two.)"));
}

}  // namespace
}  // namespace strobe::dialect
