#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Langfuse, ReadsAGeneration) {
  TestSpan span("answer", "langfuse-sdk");
  span.with("langfuse.observation.type", "generation")
      .with("langfuse.observation.model.name", "gpt-4o")
      .with("langfuse.observation.model.parameters", R"({"temperature": 0.2, "max_tokens": 50, "odd": 1})")
      .with("langfuse.observation.usage_details",
            R"({"input":40,"output":15,"cache_read_input_tokens":60,"output_reasoning_tokens":5,"total":120})")
      .with("langfuse.observation.cost_details", R"({"input":0.1,"output":0.2,"total":0.25})")
      .with("langfuse.observation.input",
            R"({"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f"}}]})")
      .with("langfuse.observation.output", R"({"role":"assistant","content":"Hello"})")
      .with("session.id", "s1");
  const auto normal = span.normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "langfuse");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(facts.model, "gpt-4o");
  EXPECT_EQ(facts.session_key, "s1");
  EXPECT_EQ(shown(facts.usage), "40/60/0/15/5");
  EXPECT_EQ(facts.usage_rule, "langfuse_exclusive_reasoning_apart");
  EXPECT_EQ(facts.cost_kind, CostKind::reported);
  EXPECT_EQ(facts.cost_pico_usd, 250'000'000'000);
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Hello)"));
  ASSERT_EQ(normal.request.size(), 2u);
  ASSERT_EQ(normal.content.size(), 2u);
  EXPECT_EQ(normal.content[0].role, ContentRole::tool_definitions);
  EXPECT_EQ(normal.content[0].value->as_text(), R"([{"type":"function","function":{"name":"f"}}])");
  EXPECT_EQ(normal.content[1].value->as_text(), R"([{"role":"user","content":"Hi"}])");
  EXPECT_EQ(normal.content[1].shape, ContentShape::json_list);
}

std::string usage_of(std::string_view details) {
  TestSpan span("x", "langfuse-sdk");
  span.with("langfuse.observation.type", "generation").with("langfuse.observation.usage_details", details);
  const auto facts = span.normalised().facts;
  return facts.has_usage ? shown(facts.usage) + " " + facts.usage_rule : "none";
}

TEST(Langfuse, BucketsAreDisjointUnlessTheNumbersProveOtherwise) {
  EXPECT_EQ(usage_of(R"({"input":10,"output":3})"), "10/0/0/3/0 langfuse_exclusive");
  EXPECT_EQ(usage_of(R"({"input":10,"input_audio_tokens":4,"output":3})"), "14/0/0/3/0 langfuse_exclusive");
  EXPECT_EQ(usage_of(R"({"input":10,"input_cached_tokens":90,"input_cache_creation":7,"output":3})"),
            "10/90/7/3/0 langfuse_exclusive");
  // More cached than fresh, and the total says that all of it is in the input.
  EXPECT_EQ(usage_of(R"({"input":100,"cache_read_input_tokens":90,"output":3,"total":103})"),
            "10/90/0/3/0 langfuse_inclusive");
  EXPECT_EQ(usage_of(R"({"prompt_tokens":100,"completion_tokens":30,"total_tokens":130,
            "prompt_tokens_details":{"cached_tokens":90},"completion_tokens_details":{"reasoning_tokens":10}})"),
            "10/90/0/20/10 langfuse_inclusive");
  // Aliases are one number.
  EXPECT_EQ(usage_of(R"({"input":10,"prompt_tokens":10,"output":3,"completion_tokens":3})"),
            "10/0/0/3/0 langfuse_exclusive");
  EXPECT_EQ(usage_of(R"({"input":"10","output":-3})"), "10/0/0/0/0 langfuse_exclusive_suspect");
  for (const char* broken : {"[]", "{}", "7", "{\"input\":", R"({"input":{}})", "many"}) {
    EXPECT_EQ(usage_of(broken), "none") << broken;
  }
}

TEST(Langfuse, InputsOfManyShapes) {
  const auto input = [](std::string_view text) {
    TestSpan span("x", "langfuse-sdk");
    span.with("langfuse.observation.type", "generation").with("langfuse.observation.input", text);
    const auto content = span.normalised().content;
    std::string shown;
    for (const ContentSource& source : content) {
      shown += (source.shape == ContentShape::json_list ? "list " : "whole ") + std::string(source.value->as_text());
      shown += source.role == ContentRole::system ? " (system);" : ";";
    }
    return shown;
  };
  EXPECT_EQ(input(R"([{"role":"user"}])"), R"(list [{"role":"user"}];)");
  EXPECT_EQ(input(R"([[{"role":"user"}]])"), R"(list [{"role":"user"}];)");
  EXPECT_EQ(input(R"([["human","hi"]])"), R"(list [["human","hi"]];)");
  EXPECT_EQ(input("Hello"), "whole Hello;");
  EXPECT_EQ(input(R"("Hello")"), R"(whole "Hello";)");
  EXPECT_EQ(input(R"("[{\"role\":\"user\"}]")"), R"(list [{"role":"user"}];)");
  EXPECT_EQ(input(R"({"system":"Be brief.","messages":[1],"model":"m"})"), R"(whole "Be brief." (system);list [1];)");
  EXPECT_EQ(input(R"({"input":"Hi","instructions":"Be."})"), R"(whole "Be." (system);whole "Hi";)");
  EXPECT_EQ(input(R"({"topic":"cats"})"), R"(whole {"topic":"cats"};)");
  // Cut by an exporter: what there is of it.
  EXPECT_EQ(input(R"({"messages":[{"role":"user","content":"He)"), R"(list [{"role":"user","content":"He;)");
  EXPECT_EQ(input("[]"), "");
}

TEST(Langfuse, ToolsAgentsAndErrors) {
  TestSpan tool("search", "langfuse-sdk");
  tool.with("langfuse.observation.type", "tool").with("langfuse.observation.input", R"({"args":[],"kwargs":{"q":1}})");
  tool.with("langfuse.observation.output", R"("hits")").with("langfuse.observation.level", "ERROR");
  const auto called = tool.normalised();
  EXPECT_EQ(called.facts.kind, Kind::tool);
  EXPECT_EQ(called.facts.tool_name, "search");
  EXPECT_EQ(called.tool->arguments->text, R"({"q":1})");
  EXPECT_EQ(called.tool->result->text, "hits");
  EXPECT_EQ(called.facts.status, SpanStatus::error);

  TestSpan agent("planner", "langfuse-sdk");
  agent.with("langfuse.observation.type", "agent");
  agent.with("langfuse.observation.usage_details", R"({"input":1,"output":1})");
  const auto facts = agent.normalised().facts;
  EXPECT_EQ(facts.agent, "planner");
  EXPECT_TRUE(facts.is_rollup);
}

TEST(Langfuse, ItsTypeComesBeforeTheOperation) {
  TestSpan span("x", "other");
  span.with("langfuse.observation.type", "chain").with("gen_ai.operation.name", "chat");
  EXPECT_EQ(span.normalised().facts.kind, Kind::workflow);
}

TEST(Langfuse, WrongTypesAreUnset) {
  TestSpan span("x", "langfuse-sdk");
  span.with("langfuse.observation.type", 7)
      .with("langfuse.observation.input", 7)
      .with("langfuse.observation.output", 7);
  span.with("langfuse.observation.usage_details", 7).with("langfuse.observation.cost_details", "x");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::span);
  EXPECT_EQ(normal.facts.cost_kind, CostKind::unpriced);
  EXPECT_THAT(normal.output, IsEmpty());
}

}  // namespace
}  // namespace strobe::dialect
