#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Laminar, ReadsACall) {
  TestSpan span("openai.chat", "opentelemetry.instrumentation.openai.v1");
  span.with("lmnr.span.type", "LLM").with("lmnr.association.properties.session_id", "s1");
  span.with("gen_ai.system", "openai").with("gen_ai.response.model", "gpt-4o");
  span.with("gen_ai.prompt.0.role", "user").with("gen_ai.prompt.0.content", "Hi");
  span.with("gen_ai.completion.0.role", "assistant").with("gen_ai.completion.0.content", "Ho");
  span.with("gen_ai.usage.input_tokens", 10).with("gen_ai.usage.output_tokens", 2).with("gen_ai.usage.cost", 0.25);
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "laminar");
  EXPECT_EQ(normal.facts.kind, Kind::llm);
  EXPECT_EQ(normal.facts.session_key, "s1");
  EXPECT_EQ(shown(normal.facts.usage), "10/0/0/2/0");
  EXPECT_EQ(normal.facts.cost_pico_usd, 250'000'000'000);
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Ho)"));
  EXPECT_EQ(normal.content.at(0).key, "gen_ai.prompt");
}

TEST(Laminar, ObservedFunctions) {
  TestSpan tool("search", "lmnr.sdk");
  tool.with("lmnr.span.type", "TOOL").with("lmnr.span.input", R"({"q":1})").with("lmnr.span.output", R"("hits")");
  const auto called = tool.normalised();
  EXPECT_EQ(called.facts.kind, Kind::tool);
  EXPECT_EQ(called.facts.tool_name, "search");
  EXPECT_EQ(called.tool->result->text, "hits");

  TestSpan model("ask", "lmnr.sdk");
  model.with("lmnr.span.type", "LLM").with("lmnr.span.input", R"([{"role":"user","content":"Hi"}])");
  model.with("lmnr.span.output", R"([{"role":"assistant","content":"Ho"}])");
  const auto asked = model.normalised();
  EXPECT_EQ(asked.facts.basis, ContextBasis::complete);
  EXPECT_THAT(shown(asked.output), ElementsAre("assistant: text(Ho)"));

  TestSpan plain("work", "lmnr.sdk");
  plain.with("lmnr.span.type", "DEFAULT").with("lmnr.span.input", "{}");
  EXPECT_EQ(plain.normalised().facts.kind, Kind::span);
}

TEST(Laminar, WrongTypesAreUnset) {
  TestSpan span("x", "lmnr.sdk");
  span.with("lmnr.span.type", 7).with("lmnr.span.input", 7).with("lmnr.span.path", "p");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::span);
  EXPECT_THAT(normal.content, IsEmpty());
}

}  // namespace
}  // namespace strobe::dialect
