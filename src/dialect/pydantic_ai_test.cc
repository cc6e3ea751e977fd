#include <gtest/gtest.h>

#include "dialect/read.h"
#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

constexpr std::string_view k_opening =
    R"({"content": "Be brief.", "role": "system", "gen_ai.message.index": 0, "event.name": "gen_ai.system.message"}, )"
    R"({"content": ["Weather?", {"kind": "image-url", "url": "https://example.com/a.png"}], "role": "user",)"
    R"( "event.name": "gen_ai.user.message"})";
constexpr std::string_view k_body =
    R"("role": "assistant", "content": [{"kind": "thinking", "text": "hm"}, {"kind": "text", "text": "I look."}],)"
    R"( "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "sky", "arguments": {"city": "Rome"}}}])";

std::string choice(std::string_view body) {
  return R"({"index": 0, "message": {)" + std::string(body) + R"(}, "event.name": "gen_ai.choice"})";
}

TestSpan& as_call(TestSpan& span) {
  return span.with("gen_ai.operation.name", "chat").with("gen_ai.system", "openai").with("gen_ai.request.model", "m");
}

// The messages of the span's input, each read from its part of the attribute.
std::vector<std::string> shown_input(const NormalSpan& span) {
  std::vector<std::string> shown_messages;
  for (const ContentSource& source : span.content) {
    if (source.role != ContentRole::input || source.value == nullptr) continue;
    JsonItems items(source.value->as_text());
    for (std::string_view item; items.next(item);) shown_messages.push_back(shown_element(source.format, item));
  }
  return shown_messages;
}

TEST(PydanticAi, VersionOneKeepsTheAnswerOutOfTheContext) {
  TestSpan first("chat m", "pydantic-ai");
  as_call(first).with("events", "[" + std::string(k_opening) + ", " + choice(k_body) + "]");
  const auto asked = first.normalised();
  EXPECT_EQ(asked.facts.dialect, "pydantic_ai");
  EXPECT_EQ(asked.facts.basis, ContextBasis::complete);
  const std::string answer = "assistant: reasoning(hm) text(I look.) tool_call(c1 sky {{\"city\": \"Rome\"}})";
  EXPECT_EQ(shown_input(asked), (std::vector<std::string>{"system: text(Be brief.)",
                                                          "user: text(Weather?) media( |https://example.com/a.png)"}));
  EXPECT_EQ(shown(asked.output), std::vector<std::string>{answer});
  EXPECT_EQ(asked.facts.requested_tool_call_ids, std::vector<std::string>{"c1"});

  // What was the answer stands in the next call's input as the same message.
  TestSpan second("chat m", "pydantic-ai");
  const std::string repeated =
      "{" + std::string(k_body) + R"(, "gen_ai.message.index": 1, "event.name": "gen_ai.assistant.message"})";
  const std::string result =
      R"({"content": {"sky": "sun"}, "role": "tool", "id": "c1", "name": "sky", "event.name": "gen_ai.tool.message"})";
  const std::string last = choice(R"("role": "assistant", "content": "Sun.")");
  as_call(second).with("events", "[" + std::string(k_opening) + ", " + repeated + ", " + result + ", " + last + "]");
  const auto answered = second.normalised();
  EXPECT_EQ(shown_input(answered)[2], answer);
  EXPECT_EQ(shown_input(answered)[3], "tool: tool_result(c1 {{\"sky\": \"sun\"}})");
  EXPECT_EQ(shown(answered.output), std::vector<std::string>{"assistant: text(Sun.)"});
}

TEST(PydanticAi, EventsThatAreCutOrLackAnAnswer) {
  TestSpan cut("chat m", "pydantic-ai");
  as_call(cut).with("events", "[" + std::string(k_opening) + ", {\"role\": \"assis");
  EXPECT_EQ(cut.normalised().content.front().value->as_text().back(), 's');
  TestSpan empty("chat m", "pydantic-ai");
  as_call(empty).with("events", "[]");
  EXPECT_EQ(empty.normalised().facts.basis, ContextBasis::absent);
  TestSpan answer_only("chat m", "pydantic-ai");
  as_call(answer_only).with("events", "[" + choice(k_body) + "]");
  EXPECT_EQ(answer_only.normalised().output.size(), 1u);
  EXPECT_EQ(answer_only.normalised().facts.basis, ContextBasis::absent);
}

TEST(PydanticAi, BigEventsThatAreNotFetchedStayNamed) {
  TestSpan span("chat m", "pydantic-ai");
  as_call(span).with_stored("events").with_stored("model_request_parameters");
  const auto read = span.normalised();
  EXPECT_EQ(read.facts.basis, ContextBasis::complete);
  EXPECT_EQ(read.content.size(), 2u);
}

TEST(PydanticAi, ToolsOfAllVersions) {
  TestSpan old("running tool", "pydantic-ai");
  old.with("gen_ai.tool.name", "sky").with("gen_ai.tool.call.id", "c1").with("tool_arguments", R"({"city":"Rome"})");
  old.with("tool_response", R"({"sky":"sun"})").with("logfire.msg", "running tool: sky");
  const auto tool = old.normalised();
  EXPECT_EQ(tool.facts.kind, Kind::tool);
  EXPECT_EQ(tool.facts.tool_name, "sky");
  EXPECT_EQ(tool.facts.tool_call_id, "c1");
  EXPECT_EQ(tool.tool->arguments->text, R"({"city":"Rome"})");
  EXPECT_TRUE(tool.tool->result->is_json);

  TestSpan current("execute_tool sky", "pydantic-ai");
  current.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "sky");
  current.with("gen_ai.tool.call.arguments", "{}").with("gen_ai.tool.call.result", "sunny");
  EXPECT_EQ(current.normalised().tool->result->text, "sunny");

  TestSpan output("running output function", "pydantic-ai");
  output.with("gen_ai.tool.name", "final").with("tool_arguments", "{}");
  EXPECT_EQ(output.normalised().facts.kind, Kind::tool);

  TestSpan wrapper("running tools", "pydantic-ai");
  wrapper.with("logfire.msg", "running 2 tools");
  EXPECT_EQ(wrapper.normalised().facts.kind, Kind::span);
  EXPECT_FALSE(wrapper.normalised().tool.has_value());
}

TEST(PydanticAi, TheAgentsNumbersAreTotalsUnderOldAndNewNames) {
  for (const std::string prefix : {"gen_ai.usage.", "gen_ai.aggregated_usage."}) {
    TestSpan span("agent run", "pydantic-ai");
    span.with("model_name", "gpt-4o").with("agent_name", "weather").with("final_result", "Sun.");
    span.with(prefix + "input_tokens", 201).with(prefix + "output_tokens", 41);
    span.with(prefix + "details.cache_read_tokens", 80).with(prefix + "details.reasoning_tokens", 10);
    const auto read = span.normalised();
    EXPECT_EQ(read.facts.kind, Kind::agent) << prefix;
    EXPECT_EQ(read.facts.agent, "weather");
    EXPECT_EQ(read.facts.model, "gpt-4o");
    EXPECT_TRUE(read.facts.is_rollup);
    EXPECT_EQ(shown(read.facts.usage), "121/80/0/31/10") << prefix;
    EXPECT_EQ(read.facts.usage_rule, "pydantic_ai_inclusive");
  }
}

TEST(PydanticAi, AliasesOfOneNumberAreNotAdded) {
  TestSpan span("chat m", "pydantic-ai");
  as_call(span).with("gen_ai.provider.name", "anthropic").with("gen_ai.usage.input_tokens", 100);
  span.with("gen_ai.usage.output_tokens", 20).with("gen_ai.usage.cache_read.input_tokens", 40);
  span.with("gen_ai.usage.details.cache_read_tokens", 40).with("gen_ai.usage.details.reasoning_tokens", 5);
  span.with("operation.cost", 0.002).with("gen_ai.client.operation.time_to_first_chunk", 0.25);
  const auto read = span.normalised();
  EXPECT_EQ(shown(read.facts.usage), "60/40/0/15/5");
  EXPECT_FALSE(read.facts.is_rollup);
  EXPECT_EQ(read.facts.cost_pico_usd, 2'000'000'000);
  EXPECT_EQ(read.facts.ttft->ns, 250'000'000);
}

TEST(PydanticAi, ToolDefinitionsBeforeTheyHadAnAttribute) {
  TestSpan span("chat m", "pydantic-ai");
  as_call(span).with("model_request_parameters",
                     R"({"function_tools": [{"name": "sky"}], "output_tools": [{"name": "final"}], "x": 1})");
  const auto read = span.normalised();
  ASSERT_EQ(read.content.size(), 1u);
  EXPECT_EQ(read.content.front().role, ContentRole::tool_definitions);
  EXPECT_EQ(read.content.front().value->as_text(), R"([{"name": "sky"},{"name": "final"}])");
  span.with("gen_ai.tool.definitions", R"([{"name":"sky"}])");
  EXPECT_EQ(span.normalised().content.front().key, "gen_ai.tool.definitions");
}

TEST(PydanticAi, PartsOfItsOwn) {
  EXPECT_EQ(shown_element(ElementFormat::otel_message,
                          R"({"role":"user","parts":[{"type":"tool_call_response","id":"c1","name":"sky",)"
                          R"("result":{"sky":"sun"}},{"type":"binary","media_type":"image/png","content":"QUJD"},)"
                          R"({"type":"document-url","url":"https://example.com/a.pdf"}]})"),
            "user: tool_result(c1 {{\"sky\":\"sun\"}}) media(image/png QUJD|) media( |https://example.com/a.pdf)");
}

TEST(PydanticAi, WrongTypesAreUnset) {
  TestSpan span("agent run", "pydantic-ai");
  span.with("agent_name", 5).with("model_name", true).with("gen_ai.aggregated_usage.input_tokens", "many");
  span.with("all_messages_events", 7);
  const auto read = span.normalised();
  EXPECT_FALSE(read.facts.has_usage);
  EXPECT_TRUE(read.facts.agent.empty());
  EXPECT_TRUE(read.content.empty());
}

}  // namespace
}  // namespace strobe::dialect
