#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Genkit, ReadsAModelAction) {
  TestSpan span("googleai/gemini-2.5-flash", "genkit-tracer");
  span.with("genkit:type", "action")
      .with("genkit:metadata:subtype", "model")
      .with("genkit:name", "googleai/gemini-2.5-flash")
      .with("genkit:state", "success")
      .with("genkit:input", R"({"messages":[{"role":"user","content":[{"text":"Weather?"}]}],
            "config":{"temperature":0.5},"tools":[{"name":"get_weather"}]})")
      .with("genkit:output", R"({"message":{"role":"model","content":[{"text":"I look."},
            {"toolRequest":{"ref":"c1","name":"get_weather","input":{"city":"Paris"}}}]},"finishReason":"stop",
            "usage":{"inputTokens":100,"outputTokens":20,"thoughtsTokens":30,"totalTokens":150,"inputCharacters":9}})");
  const auto normal = span.normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "genkit");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(facts.model, "gemini-2.5-flash");
  EXPECT_EQ(facts.provider, "google-gemini");
  EXPECT_EQ(shown(facts.usage), "100/0/0/20/30");
  EXPECT_EQ(facts.usage_rule, "genkit_inclusive_reasoning_apart");
  const std::string answer = R"(assistant: text(I look.) tool_call(c1 get_weather {{"city":"Paris"}}))";
  EXPECT_THAT(shown(normal.output), ElementsAre(answer));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("stop"));
  ASSERT_EQ(normal.content.size(), 2u);
  EXPECT_EQ(normal.content[1].value->as_text(), R"([{"role":"user","content":[{"text":"Weather?"}]}])");
  ASSERT_EQ(normal.request.size(), 1u);
  EXPECT_EQ(normal.request[0].key, "temperature");
  EXPECT_EQ(shown_element(ElementFormat::framework_message, R"({"role":"model","content":[{"text":"I look."},
            {"toolRequest":{"ref":"c1","name":"get_weather","input":{"city":"Paris"}}}]})"),
            answer);
}

TEST(Genkit, PartsOfItsMessages) {
  EXPECT_EQ(shown_element(ElementFormat::framework_message, R"({"role":"tool","content":[{"toolResponse":{"ref":"c1",
            "name":"f","output":"rainy"}}]})"),
            "tool: tool_result(c1 'rainy')");
  EXPECT_EQ(shown_element(ElementFormat::framework_message, R"({"role":"user","content":[{"text":"a"},{"reasoning":"r"},
            {"media":{"url":"data:image/png;base64,QQ==","contentType":"image/png"}}]})"),
            "user: text(a) reasoning(r) media(image/png QQ==|)");
}

TEST(Genkit, FlowsToolsAndFailures) {
  TestSpan flow("menu", "genkit-tracer");
  flow.with("genkit:type", "action").with("genkit:metadata:subtype", "flow").with("genkit:state", "error");
  EXPECT_EQ(flow.normalised().facts.kind, Kind::workflow);
  EXPECT_EQ(flow.normalised().facts.status, SpanStatus::error);

  TestSpan tool("get_weather", "genkit-tracer");
  tool.with("genkit:metadata:subtype", "tool").with("genkit:name", "get_weather");
  tool.with("genkit:input", R"({"city":"Paris"})").with("genkit:output", R"("rainy")");
  const auto normal = tool.normalised();
  EXPECT_EQ(normal.facts.tool_name, "get_weather");
  EXPECT_EQ(normal.tool->arguments->text, R"({"city":"Paris"})");
  EXPECT_EQ(normal.tool->result->text, "rainy");

  TestSpan helper("generate", "genkit-tracer");
  helper.with("genkit:type", "util").with("genkit:name", "generate");
  EXPECT_EQ(helper.normalised().facts.kind, Kind::span);
}

TEST(Genkit, WrongTypesAreUnset) {
  TestSpan span("x", "genkit-tracer");
  span.with("genkit:metadata:subtype", "model").with("genkit:name", 7).with("genkit:input", 7);
  span.with("genkit:output", R"({"usage":[],"message":7})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::llm);
  EXPECT_FALSE(normal.facts.has_usage);
  EXPECT_EQ(normal.facts.basis, ContextBasis::absent);
  EXPECT_THAT(normal.content, IsEmpty());
}

}  // namespace
}  // namespace strobe::dialect
