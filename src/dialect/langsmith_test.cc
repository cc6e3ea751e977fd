#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* k_answer = R"({"lc":1,"type":"constructor","id":["langchain","schema","messages","AIMessage"],
    "kwargs":{"content":[{"type":"text","text":"I look."},{"type":"tool_use","id":"c1","name":"get_weather","input":{}}],
    "type":"ai","tool_calls":[{"name":"get_weather","args":{"city":"Paris"},"id":"c1","type":"tool_call"}],
    "response_metadata":{"stop_reason":"tool_use"}}})";
constexpr const char* k_shown_answer = R"(assistant: text(I look.) tool_call(c1 get_weather {{"city":"Paris"}}))";

TEST(LangSmith, ReadsAChatModelRun) {
  TestSpan span("ChatAnthropic", "langsmith");
  span.with("langsmith.span.kind", "llm")
      .with("gen_ai.operation.name", "chat")
      .with("gen_ai.system", "langchain")
      .with("langsmith.metadata.ls_provider", "anthropic")
      .with("gen_ai.request.model", "claude-sonnet-4")
      .with("langsmith.trace.session_id", "project")
      .with("langsmith.metadata.thread_id", "t1")
      .with("gen_ai.usage.input_tokens", 100)
      .with("gen_ai.usage.output_tokens", 20)
      .with("gen_ai.usage.total_tokens", 120)
      .with("gen_ai.usage.input_token_details", "{'cache_read': 60, 'cache_creation': 10}")
      .with("gen_ai.usage.output_token_details", "{'audio': 0, 'reasoning': 5}")
      .with("gen_ai.response.finish_reasons", "tool_use, stop")
      .with("gen_ai.prompt", R"({"messages":[[{"lc":1,"type":"constructor","id":["x","HumanMessage"],
            "kwargs":{"content":"Weather?","type":"human"}}]]})")
      .with("gen_ai.completion",
            std::string(R"({"generations":[[{"text":"I look.","type":"ChatGeneration","message":)") + k_answer +
                R"(}]],"llm_output":{},"type":"LLMResult"})");
  const auto normal = span.normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "langsmith");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(facts.provider, "anthropic");
  EXPECT_EQ(facts.session_key, "t1");
  EXPECT_EQ(shown(facts.usage), "30/60/10/15/5");
  EXPECT_EQ(facts.usage_rule, "langsmith_inclusive");
  EXPECT_THAT(normal.finish_reasons, ElementsAre("tool_use", "stop"));
  EXPECT_THAT(shown(normal.output), ElementsAre(k_shown_answer));
  EXPECT_THAT(facts.requested_tool_call_ids, ElementsAre("c1"));
  ASSERT_EQ(normal.content.size(), 1u);
  EXPECT_EQ(normal.content[0].shape, ContentShape::json_list);
  EXPECT_TRUE(normal.content[0].value->as_text().starts_with(R"([{"lc":1)"));
  EXPECT_EQ(facts.basis, ContextBasis::complete);
}

TEST(LangSmith, TheProjectIsNoSession) {
  TestSpan span("x", "langsmith");
  span.with("langsmith.span.kind", "chain")
      .with("langsmith.trace.session_id", "p")
      .with("langsmith.trace.session_name", "p");
  EXPECT_EQ(span.normalised().facts.session_key, "");
}

TEST(LangSmith, OnlyItsOwnKindIsRight) {
  const auto facts = [](std::string_view word, std::string_view operation) {
    TestSpan span("x", "langsmith");
    span.with("langsmith.span.kind", word).with("gen_ai.operation.name", operation);
    span.with("gen_ai.usage.input_tokens", 3).with("gen_ai.prompt", R"({"messages":[]})");
    return span.normalised().facts;
  };
  EXPECT_EQ(facts("prompt", "chat").kind, Kind::span);
  EXPECT_EQ(facts("retriever", "embeddings").kind, Kind::retrieval);
  EXPECT_EQ(facts("parser", "chat").kind, Kind::span);
  EXPECT_EQ(facts("tool", "execute_tool").kind, Kind::tool);
  EXPECT_TRUE(facts("chain", "chain").is_rollup);
  EXPECT_TRUE(facts("prompt", "chat").is_rollup);
  EXPECT_FALSE(facts("llm", "chat").is_rollup);
}

TEST(LangSmith, MessagesOfLangChain) {
  const auto element = [](std::string_view text) { return shown_element(ElementFormat::framework_message, text); };
  EXPECT_EQ(element(k_answer), k_shown_answer);
  EXPECT_EQ(element(R"({"type":"human","content":"a"})"), "user: text(a)");
  EXPECT_EQ(element(R"({"type":"AIMessageChunk","content":"a","tool_calls":[]})"), "assistant: text(a)");
  EXPECT_EQ(element(R"({"type":"system","data":{"content":"a"}})"), "system: text(a)");
  EXPECT_EQ(element(R"({"type":"tool","content":"no","tool_call_id":"c","name":"f","status":"error"})"),
            "tool: tool_result(c 'no' error)");
  EXPECT_EQ(element(R"(["human","a"])"), "user: text(a)");
  EXPECT_EQ(element(R"({"type":"chat","content":"a","role":"user"})"), "user: text(a)");
  EXPECT_EQ(element(R"({"role":"user","content":[{"type":"text","text":"a"}]})"), "user: text(a)");
  // A part is no message.
  EXPECT_EQ(element(R"({"type":"text","text":"a"})"), R"(user: other(unknown {{"type":"text","text":"a"}}))");
  EXPECT_EQ(element(R"({"lc":1,"type":"constructor","id":[],"kwargs":7})"),
            R"(user: other(unknown {{"lc":1,"type":"constructor","id":[],"kwargs":7}}))");
}

TEST(LangSmith, OpenAiShapesInAndOut) {
  TestSpan span("ChatOpenAI", "langsmith");
  span.with("langsmith.span.kind", "llm").with("gen_ai.prompt", R"({"messages":[{"role":"user","content":"Hi"}],
      "model":"m","temperature":0.5,"tools":[{"type":"function"}]})");
  span.with("gen_ai.completion", R"({"id":"r","choices":[{"index":0,"finish_reason":"stop","message":
      {"role":"assistant","content":"Hello","tool_calls":null}}],"usage":{}})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.content.size(), 2u);
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Hello)"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("stop"));
  ASSERT_EQ(normal.request.size(), 1u);
  EXPECT_EQ(normal.request[0].key, "temperature");
}

TEST(LangSmith, ToolRuns) {
  TestSpan span("get_weather", "langsmith");
  span.with("langsmith.span.kind", "tool").with("gen_ai.prompt", R"({"input":"{'city': 'Paris'}"})");
  span.with("gen_ai.completion",
            R"({"output":{"content":"rainy","type":"tool","tool_call_id":"c1","status":"success"}})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.tool_name, "get_weather");
  EXPECT_EQ(normal.facts.tool_call_id, "c1");
  EXPECT_EQ(normal.tool->arguments->text, R"({"input":"{'city': 'Paris'}"})");
  EXPECT_EQ(normal.tool->result->text, "rainy");
}

TEST(LangSmith, WrongTypesAreUnset) {
  TestSpan span("x", "langsmith");
  span.with("langsmith.span.kind", 7).with("gen_ai.prompt", 7).with("gen_ai.completion", 7);
  span.with("gen_ai.usage.input_tokens", 3).with("gen_ai.usage.input_token_details", "{'cache_read': many}");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::span);
  EXPECT_EQ(shown(normal.facts.usage), "3/0/0/0/0");
  EXPECT_THAT(normal.output, IsEmpty());
  EXPECT_THAT(normal.content, IsEmpty());
}

}  // namespace
}  // namespace strobe::dialect
