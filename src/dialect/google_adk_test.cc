#include <gtest/gtest.h>

#include "dialect/read.h"
#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

constexpr std::string_view k_request =
    R"({"model": "gemini-2.5-flash", "config": {"system_instruction": "Be \"brief\".", "tools": [)"
    R"({"function_declarations": [{"name": "sky"}]}, {"google_search": {}}, {"functionDeclarations": [{"name": "sea"}]}]},)"
    R"( "contents": [{"parts": [{"text": "Weather?"}], "role": "user"}, {"parts": [{"text": "hm", "thought": true},)"
    R"( {"function_call": {"id": "fc1", "args": {"city": "Rome"}, "name": "sky"}}], "role": "model"},)"
    R"( {"parts": [{"function_response": {"id": "fc1", "name": "sky", "response": {"sky": "sun"}}}], "role": "user"}]})";
constexpr std::string_view k_response =
    R"({"content":{"parts":[{"text":"hm","thought":true},{"function_call":{"id":"fc1","args":{"city": "Rome"},)"
    R"("name":"sky"}}],"role":"model"},"finish_reason":"STOP","usage_metadata":{"cached_content_token_count":30,)"
    R"("candidates_token_count":20,"prompt_token_count":100,"thoughts_token_count":7,"total_token_count":127}})";

TestSpan& as_call(TestSpan& span) {
  return span.with("gen_ai.system", "gcp.vertex.agent")
      .with("gen_ai.request.model", "gemini-2.5-flash")
      .with("gcp.vertex.agent.session_id", "sess-1")
      .with("gcp.vertex.agent.llm_request", k_request)
      .with("gcp.vertex.agent.llm_response", k_response);
}

TEST(GoogleAdk, ReadsACallOfSchemaOne) {
  TestSpan span("call_llm", "gcp.vertex.agent");
  as_call(span).with("gen_ai.usage.input_tokens", 100).with("gen_ai.usage.output_tokens", 20);
  const auto read = span.normalised();
  EXPECT_EQ(read.facts.dialect, "google_adk");
  EXPECT_EQ(read.facts.kind, Kind::llm);
  EXPECT_EQ(read.facts.session_key, "sess-1");
  EXPECT_EQ(read.facts.provider, "google-gemini") << "the framework is no provider";
  EXPECT_EQ(read.facts.basis, ContextBasis::complete);
  // The attributes count the candidates alone.
  EXPECT_EQ(shown(read.facts.usage), "70/30/0/20/7");
  EXPECT_EQ(read.facts.usage_rule, "google_adk_inclusive_reasoning_apart");
  EXPECT_EQ(read.finish_reasons, std::vector<std::string>{"STOP"});
  ASSERT_EQ(read.content.size(), 3u);
  EXPECT_EQ(read.content[0].value->as_text(), R"([{"name": "sky"},{"name": "sea"}])");
  EXPECT_EQ(shown_element(read.content[1].format, read.content[1].value->as_text()), "system: text(Be \"brief\".)");
}

TEST(GoogleAdk, AnAnswerEqualsItsRepetition) {
  TestSpan span("call_llm", "gcp.vertex.agent");
  as_call(span);
  const auto read = span.normalised();
  std::vector<std::string> input;
  JsonItems items(read.content[2].value->as_text());
  for (std::string_view item; items.next(item);) input.push_back(shown_element(read.content[2].format, item));
  ASSERT_EQ(input.size(), 3u);
  EXPECT_EQ(input[0], "user: text(Weather?)");
  EXPECT_EQ(shown(read.output), std::vector<std::string>{input[1]});
  EXPECT_EQ(input[2], "user: tool_result(fc1 {{\"sky\": \"sun\"}})");
  EXPECT_EQ(read.facts.requested_tool_call_ids, std::vector<std::string>{"fc1"});
}

TEST(GoogleAdk, NewerReleasesHaveAddedTheThoughts) {
  TestSpan span("call_llm", "gcp.vertex.agent");
  as_call(span).with("gen_ai.usage.input_tokens", 100).with("gen_ai.usage.output_tokens", 27);
  span.with("gen_ai.usage.cache_read.input_tokens", 30).with("gen_ai.usage.reasoning.output_tokens", 7);
  EXPECT_EQ(shown(span.normalised().facts.usage), "70/30/0/20/7");
  EXPECT_EQ(span.normalised().facts.usage_rule, "google_adk_inclusive");
}

TEST(GoogleAdk, TheSpanInsideACallIsNoSecondCall) {
  TestSpan shadow("generate_content gemini-2.5-flash", "gcp.vertex.agent");
  shadow.with("gen_ai.system", "gemini").with("gen_ai.operation.name", "generate_content");
  shadow.with("gen_ai.request.model", "gemini-2.5-flash").with("gen_ai.usage.input_tokens", 100);
  EXPECT_EQ(shadow.normalised().facts.kind, Kind::span);
  EXPECT_FALSE(shadow.normalised().facts.has_usage);
  // Schema 2 has no other.
  TestSpan call("generate_content gemini-2.5-flash", "gcp.vertex.agent");
  call.with("gen_ai.provider.name", "gcp.gemini").with("gen_ai.operation.name", "generate_content");
  call.with("gen_ai.request.model", "gemini-2.5-flash").with("gen_ai.usage.input_tokens", 100);
  EXPECT_EQ(call.normalised().facts.kind, Kind::llm);
  EXPECT_EQ(shown(call.normalised().facts.usage), "100/0/0/0/0");
}

TEST(GoogleAdk, ToolsAndTheirMergerWhichIsNone) {
  TestSpan span("execute_tool sky", "gcp.vertex.agent");
  span.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "sky").with("gen_ai.tool.call.id", "fc1");
  span.with("gcp.vertex.agent.llm_request", "{}").with("gcp.vertex.agent.llm_response", "{}");
  span.with("gcp.vertex.agent.tool_call_args", R"({"city": "Rome"})");
  span.with("gcp.vertex.agent.tool_response", R"({"sky": "sun"})");
  const auto read = span.normalised();
  EXPECT_EQ(read.facts.kind, Kind::tool);
  EXPECT_EQ(read.facts.tool_call_id, "fc1");
  EXPECT_EQ(read.tool->arguments->text, R"({"city": "Rome"})");
  EXPECT_EQ(read.tool->result->text, R"({"sky": "sun"})");
  EXPECT_TRUE(read.content.empty());

  TestSpan merged("execute_tool (merged)", "gcp.vertex.agent");
  merged.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "(merged tools)");
  merged.with("gcp.vertex.agent.tool_call_args", "N/A").with("gcp.vertex.agent.tool_response", "[]");
  EXPECT_EQ(merged.normalised().facts.kind, Kind::span);
  EXPECT_TRUE(merged.normalised().facts.tool_name.empty());
}

TEST(GoogleAdk, PlaceholdersAreNothing) {
  TestSpan tool("execute_tool sky", "gcp.vertex.agent");
  tool.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "sky");
  tool.with("gen_ai.tool.call.id", "<not specified>").with("gcp.vertex.agent.tool_call_args", "{}");
  tool.with("gcp.vertex.agent.tool_response", "{}");
  EXPECT_TRUE(tool.normalised().facts.tool_call_id.empty());
  EXPECT_FALSE(tool.normalised().tool->arguments.has_value());
  EXPECT_FALSE(tool.normalised().tool->result.has_value());
  TestSpan call("call_llm", "gcp.vertex.agent");
  call.with("gen_ai.request.model", "m").with("gcp.vertex.agent.llm_request", "{}");
  call.with("gcp.vertex.agent.llm_response", "{}");
  EXPECT_EQ(call.normalised().facts.basis, ContextBasis::absent);
  EXPECT_TRUE(call.normalised().output.empty());
}

TEST(GoogleAdk, OtherSpans) {
  EXPECT_EQ(TestSpan("invocation", "gcp.vertex.agent").normalised().facts.kind, Kind::workflow);
  TestSpan agent("agent_run [weather]", "gcp.vertex.agent");
  EXPECT_EQ(agent.normalised().facts.kind, Kind::agent);
  EXPECT_EQ(agent.normalised().facts.agent, "weather");
  TestSpan litellm("call_llm", "gcp.vertex.agent");
  litellm.with("gen_ai.system", "gcp.vertex.agent").with("gen_ai.request.model", "openai/gpt-4o");
  EXPECT_EQ(litellm.normalised().facts.provider, "openai");
}

TEST(GoogleAdk, CutJsonIsTruncated) {
  TestSpan span("call_llm", "gcp.vertex.agent");
  span.with("gen_ai.request.model", "m");
  span.with("gcp.vertex.agent.llm_response", R"({"content":{"role":"model","parts":[{"text":"Sunny and wa)");
  EXPECT_EQ(shown(span.normalised().output), std::vector<std::string>{"assistant: text(Sunny and wa) [truncated]"});
}

}  // namespace
}  // namespace strobe::dialect
