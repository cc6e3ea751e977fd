#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MlFlow, ReadsAChatModel) {
  TestSpan span("Completions");
  span.with("mlflow.spanType", R"("CHAT_MODEL")")
      .with("mlflow.traceRequestId", R"("tr-1")")
      .with("mlflow.trace.session", R"("s1")")
      .with("mlflow.llm.model", R"("gpt-4o")")
      .with("mlflow.llm.provider", R"("openai")")
      .with("mlflow.chat.tokenUsage",
            R"({"input_tokens": 100, "output_tokens": 20, "total_tokens": 120, "cache_read_input_tokens": 60})")
      .with("mlflow.llm.cost", R"({"input_cost": 0.1, "output_cost": 0.2, "total_cost": 0.3})")
      .with("mlflow.chat.tools", R"([{"type": "function", "function": {"name": "f"}}])")
      .with("mlflow.spanInputs", R"({"messages": [{"role": "user", "content": "Hi"}], "model": "gpt-4o"})")
      .with("mlflow.spanOutputs", R"({"id": "r", "choices": [{"finish_reason": "stop", "message": {"role": "assistant",
            "content": "Hello"}}]})");
  const auto normal = span.normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "mlflow");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(facts.session_key, "s1");
  EXPECT_EQ(facts.model, "gpt-4o");
  EXPECT_EQ(facts.provider, "openai");
  EXPECT_EQ(shown(facts.usage), "40/60/0/20/0");
  EXPECT_EQ(facts.usage_rule, "mlflow_inclusive");
  EXPECT_EQ(facts.cost_pico_usd, 300'000'000'000);
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Hello)"));
  ASSERT_EQ(normal.content.size(), 2u);
  EXPECT_EQ(normal.content[0].key, "mlflow.chat.tools");
  EXPECT_EQ(normal.content[1].value->as_text(), R"([{"role": "user", "content": "Hi"}])");
}

TEST(MlFlow, NumbersOfAnthropicLeaveTheCacheOut) {
  TestSpan span("Messages.create");
  span.with("mlflow.spanType", R"("CHAT_MODEL")");
  span.with("mlflow.chat.tokenUsage", R"({"input_tokens":5,"output_tokens":20,"cache_read_input_tokens":60})");
  EXPECT_EQ(shown(span.normalised().facts.usage), "5/60/0/20/0");
}

TEST(MlFlow, KindsAndTools) {
  const auto kind = [](std::string_view word) {
    TestSpan span("x");
    span.with("mlflow.spanType", word);
    return span.normalised().facts.kind;
  };
  EXPECT_EQ(kind(R"("AGENT")"), Kind::agent);
  EXPECT_EQ(kind(R"("CHAIN")"), Kind::workflow);
  EXPECT_EQ(kind(R"("RETRIEVER")"), Kind::retrieval);
  EXPECT_EQ(kind(R"("UNKNOWN")"), Kind::span);
  EXPECT_EQ(kind("LLM"), Kind::llm);

  TestSpan tool("get_weather");
  tool.with("mlflow.spanType", R"("TOOL")").with("mlflow.spanInputs", R"({"city":"Paris"})");
  tool.with("mlflow.spanOutputs", R"("rainy")");
  const auto normal = tool.normalised();
  EXPECT_EQ(normal.facts.tool_name, "get_weather");
  EXPECT_EQ(normal.tool->arguments->text, R"({"city":"Paris"})");
  EXPECT_EQ(normal.tool->result->text, "rainy");
}

TEST(MlFlow, PlainStringsComeInQuotes) {
  TestSpan span("LLM");
  span.with("mlflow.spanType", R"("LLM")").with("mlflow.spanInputs", R"("Hi")").with("mlflow.spanOutputs", R"("Ho")");
  const auto normal = span.normalised();
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Ho)"));
  ASSERT_EQ(normal.content.size(), 1u);
  EXPECT_EQ(shown_element(normal.content[0].format, normal.content[0].value->as_text()), "user: text(Hi)");
}

TEST(MlFlow, MessagesOfLangChain) {
  TestSpan span("ChatOpenAI");
  span.with("mlflow.spanType", R"("CHAT_MODEL")");
  span.with("mlflow.spanInputs", R"([[{"content":"Hi","type":"human"},{"content":"Ho","type":"ai"}]])");
  span.with("mlflow.spanOutputs", R"({"generations":[[{"text":"Ho","message":{"content":"Ho","type":"ai",
            "response_metadata":{"finish_reason":"stop"}}}]]})");
  const auto normal = span.normalised();
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Ho)"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("stop"));
  EXPECT_EQ(normal.content.at(0).value->as_text(), R"([{"content":"Hi","type":"human"},{"content":"Ho","type":"ai"}])");
}

TEST(MlFlow, WrongTypesAreUnset) {
  TestSpan span("x");
  span.with("mlflow.spanType", 7).with("mlflow.chat.tokenUsage", R"({"input_tokens":"many"})");
  span.with("mlflow.spanInputs", "{").with("mlflow.traceRequestId", "t");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "mlflow");
  EXPECT_EQ(normal.facts.kind, Kind::span);
  EXPECT_FALSE(normal.facts.has_usage);
  EXPECT_THAT(normal.content, IsEmpty());
}

}  // namespace
}  // namespace strobe::dialect
