#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"
#include "dialect/unflatten.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The element N of a flattened list, as the context room hands it over.
std::string shown_flat(TestSpan& span, std::string_view prefix, size_t number) {
  std::vector<const KeyValue*> attributes;
  for (const KeyValue& attribute : span.raw().attributes) {
    if (attribute.key.starts_with(prefix)) attributes.push_back(&attribute);
  }
  const auto nodes = unflatten(attributes, prefix, span.arena());
  return number < nodes.size() ? shown(parse_element(ElementFormat::openllmetry_message, nodes[number], span.arena()))
                               : "none";
}

TestSpan& with_old_call(TestSpan& span) {
  return span.with("llm.request.type", "chat")
      .with("gen_ai.system", "OpenAI")
      .with("gen_ai.request.model", "gpt-4o")
      .with("gen_ai.request.temperature", 0.5)
      .with("llm.is_streaming", "True")
      .with("llm.top_k", 4)
      .with("gen_ai.response.model", "gpt-4o-2024")
      .with("gen_ai.prompt.0.role", "system")
      .with("gen_ai.prompt.0.content", "Be brief.")
      .with("gen_ai.prompt.1.role", "user")
      .with("gen_ai.prompt.1.content", "Weather?")
      .with("llm.request.functions.0.name", "get_weather")
      .with("llm.request.functions.0.parameters", R"({"type":"object"})")
      .with("gen_ai.completion.0.role", "assistant")
      .with("gen_ai.completion.0.content", "I look.")
      .with("gen_ai.completion.0.finish_reason", "tool_calls")
      .with("gen_ai.completion.0.tool_calls.0.id", "c1")
      .with("gen_ai.completion.0.tool_calls.0.name", "get_weather")
      .with("gen_ai.completion.0.tool_calls.0.arguments", R"({"city":"Paris"})")
      .with("gen_ai.usage.prompt_tokens", 100)
      .with("gen_ai.usage.completion_tokens", 20)
      .with("llm.usage.total_tokens", 120)
      .with("gen_ai.usage.cache_read_input_tokens", 60)
      .with("traceloop.association.properties.session_id", "s1");
}

TEST(OpenLlmetry, ReadsFlattenedCalls) {
  TestSpan span("openai.chat", "opentelemetry.instrumentation.openai.v1");
  const auto normal = with_old_call(span).normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "openllmetry");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(facts.model, "gpt-4o-2024");
  EXPECT_EQ(facts.provider, "openai");
  EXPECT_EQ(facts.session_key, "s1");
  EXPECT_EQ(shown(facts.usage), "40/60/0/20/0");
  EXPECT_EQ(facts.usage_rule, "openllmetry_inclusive");
  EXPECT_EQ(facts.basis, ContextBasis::complete);
  EXPECT_THAT(facts.requested_tool_call_ids, ElementsAre("c1"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("tool_calls"));
  EXPECT_THAT(shown(normal.output),
              ElementsAre(R"(assistant: text(I look.) tool_call(c1 get_weather {{"city":"Paris"}}))"));
  ASSERT_EQ(normal.content.size(), 2u);
  EXPECT_EQ(normal.content[0].key, "llm.request.functions");
  EXPECT_EQ(normal.content[0].shape, ContentShape::flat_list);
  EXPECT_EQ(normal.content[1].key, "gen_ai.prompt");
  EXPECT_EQ(normal.content[1].format, ElementFormat::openllmetry_message);
  ASSERT_EQ(normal.request.size(), 3u);
  EXPECT_EQ(normal.request[1].key, "top_k");
  EXPECT_TRUE(normal.request[2].key == "stream" && normal.request[2].value.boolean);
}

TEST(OpenLlmetry, AnAnswerEqualsItsRepetition) {
  TestSpan span("anthropic.chat");
  const std::string answer = R"(assistant: text(I look.) tool_call(c1 get_weather {{"city":"Paris"}}))";
  with_old_call(span);
  // Lists of parts are sent again as their JSON.
  span.with("gen_ai.prompt.2.role", "assistant")
      .with("gen_ai.prompt.2.content", R"([{"type":"text","text":"I look."}])")
      .with("gen_ai.prompt.2.tool_calls.0.id", "c1")
      .with("gen_ai.prompt.2.tool_calls.0.name", "get_weather")
      .with("gen_ai.prompt.2.tool_calls.0.arguments", R"({"city":"Paris"})")
      .with("gen_ai.prompt.3.role", "tool")
      .with("gen_ai.prompt.3.tool_call_id", "c1")
      .with("gen_ai.prompt.3.content", "rainy");
  EXPECT_THAT(shown(span.normalised().output), ElementsAre(answer));
  EXPECT_EQ(shown_flat(span, "gen_ai.prompt", 2), answer);
  EXPECT_EQ(shown_flat(span, "gen_ai.prompt", 3), "tool: tool_result(c1 'rainy')");
}

TEST(OpenLlmetry, ElementsOfManyShapes) {
  const auto element = [](std::string_view text) { return shown_element(ElementFormat::openllmetry_message, text); };
  EXPECT_EQ(element(R"({"user":"old Anthropic"})"), "user: text(old Anthropic)");
  EXPECT_EQ(element(R"({"role":"user","content":"[1, 2]"})"), "user: text([1, 2])");
  EXPECT_EQ(element(R"({"role":"user","content":"[{\"type\":\"text\",\"text\":\"a\"},{\"city\":1}]"})"),
            R"(user: text([{"type":"text","text":"a"},{"city":1}]))");
  EXPECT_EQ(
      element(R"({"role":"user","content":"[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":\"x\"}]"})"),
      "user: tool_result(c 'x')");
  EXPECT_EQ(element(R"({"role":"assistant","content":"[]","tool_calls":[{"id":"c","name":"f","arguments":"{}"}]})"),
            "assistant: tool_call(c f {{}})");
  EXPECT_EQ(element(R"({"role":"user","content":"[]"})"), "user: text([])");
  EXPECT_EQ(element(R"({"role":"assistant","function_call":{"name":"f","arguments":"{\"a\":1}"}})"),
            R"(assistant: tool_call( f {{"a":1}}))");
  EXPECT_EQ(element(R"({"role":"assistant","reasoning":"hm","content":"yes"})"), "assistant: reasoning(hm) text(yes)");
}

// LangChain with OpenAI's Responses API: blocks that it does not know come back as texts of their JSON.
TEST(OpenLlmetry, BlocksAsTextsAreBlocks) {
  const auto element = [](std::string_view text) { return shown_element(ElementFormat::openllmetry_chat, text); };
  EXPECT_EQ(element(R"({"role":"assistant","parts":[
      {"type":"text","content":"{\"type\":\"reasoning\",\"id\":\"rs\",\"summary\":[{\"text\":\"hm\"}]}"},
      {"type":"text","content":"I look."},
      {"type":"text","content":"{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\"}"},
      {"type":"text","content":"{\"type\":\"of my own\"}"},
      {"type":"tool_call","id":"c1","name":"f","arguments":{}}]})"),
            R"(assistant: reasoning(hm) text(I look.) text({"type":"of my own"}) tool_call(c1 f {{}}))");
  TestSpan span("ChatOpenAI.chat", "opentelemetry.instrumentation.langchain");
  span.with("gen_ai.operation.name", "chat").with("gen_ai.output.messages", R"([{"role":"assistant","parts":[
      {"type":"text","content":"{\"type\":\"reasoning\",\"summary\":[{\"text\":\"hm\"}]}"}]}])");
  EXPECT_THAT(shown(span.normalised().output), ElementsAre("assistant: reasoning(hm)"));
  EXPECT_EQ(element(R"({"role":"user","parts":[{"type":"text","content":"{\"type\":\"thinking\"}"}]})"),
            R"(user: text({"type":"thinking"}))");
}

TEST(OpenLlmetry, MessagesOfTheConventionsComeFirst) {
  TestSpan span("openai.chat", "opentelemetry.instrumentation.openai.v1");
  span.with("gen_ai.operation.name", "chat").with("gen_ai.provider.name", "openai");
  span.with("gen_ai.input.messages", R"([{"role":"user","parts":[{"type":"text","content":"new"}]}])");
  span.with("gen_ai.output.messages", R"([{"role":"assistant","parts":[{"type":"text","content":"out"}]}])");
  span.with("gen_ai.prompt.0.role", "user").with("gen_ai.completion.0.content", "old");
  const auto normal = span.normalised();
  ASSERT_EQ(normal.content.size(), 1u);
  EXPECT_EQ(normal.content[0].key, "gen_ai.input.messages");
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(out)"));
}

TEST(OpenLlmetry, PromptNamesAreNoMessages) {
  TestSpan span("chat");
  span.with("gen_ai.operation.name", "chat").with("gen_ai.prompt.name", "greeting").with("gen_ai.prompt.version", 3);
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "otel_genai");
  EXPECT_THAT(normal.content, IsEmpty());
}

TEST(OpenLlmetry, KindsOfEntities) {
  const auto kind = [](std::string_view word) {
    TestSpan span("x.y", "traceloop.tracer");
    span.with("traceloop.span.kind", word);
    return span.normalised().facts.kind;
  };
  EXPECT_EQ(kind("workflow"), Kind::workflow);
  EXPECT_EQ(kind("task"), Kind::workflow);
  EXPECT_EQ(kind("agent"), Kind::agent);
  EXPECT_EQ(kind("tool"), Kind::tool);
  EXPECT_EQ(kind("unknown"), Kind::span);
  TestSpan named("LangGraph.workflow");
  named.with("traceloop.span.kind", "task").with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "f");
  EXPECT_EQ(named.normalised().facts.kind, Kind::tool);
}

TEST(OpenLlmetry, ToolsOfDecoratorsAndOfLangChain) {
  TestSpan decorated("search.tool", "traceloop.tracer");
  decorated.with("traceloop.span.kind", "tool").with("traceloop.entity.name", "search");
  decorated.with("traceloop.entity.input", R"({"args": [], "kwargs": {"q": "x"}})");
  decorated.with("traceloop.entity.output", R"("three hits")");
  const auto first = decorated.normalised();
  EXPECT_EQ(first.facts.tool_name, "search");
  EXPECT_EQ(first.tool->arguments->text, R"({"q": "x"})");
  EXPECT_EQ(first.tool->result->text, "three hits");
  EXPECT_FALSE(first.tool->result->is_json);

  TestSpan langchain("search.tool", "opentelemetry.instrumentation.langchain");
  langchain.with("traceloop.span.kind", "tool").with("traceloop.entity.name", "search");
  langchain.with("traceloop.entity.input", R"({"input_str": "{'q': 'x'}", "tags": [], "inputs": {"q": "x"}})");
  langchain.with(
      "traceloop.entity.output",
      R"({"output": {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "ToolMessage"],
                 "kwargs": {"content": "hits", "type": "tool", "tool_call_id": "c7"}}, "kwargs": {}})");
  const auto same_in_new_keys = [&](const NormalSpan& span) {
    return span.tool->arguments->text == R"({"q": "x"})" && span.tool->result->text == "hits";
  };
  TestSpan newer("execute_tool search", "opentelemetry.instrumentation.langchain");
  newer.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "search");
  newer.with("gen_ai.tool.call.arguments", R"({"input_str": "{'q': 'x'}", "inputs": {"q": "x"}})");
  newer.with("gen_ai.tool.call.result", R"({"output": "hits", "kwargs": {"color": "green"}})");
  EXPECT_TRUE(same_in_new_keys(newer.normalised()));

  const auto second = langchain.normalised();
  EXPECT_EQ(second.tool->arguments->text, R"({"q": "x"})");
  EXPECT_EQ(second.tool->result->text, "hits");
  EXPECT_EQ(second.facts.tool_call_id, "c7");
}

TEST(OpenLlmetry, AgentOpsSharesItsNames) {
  TestSpan span("planner.agent", "agentops");
  span.with("agentops.span.kind", "agent").with("agentops.entity.name", "planner");
  const auto facts = span.normalised().facts;
  EXPECT_EQ(facts.dialect, "openllmetry");
  EXPECT_EQ(facts.kind, Kind::agent);
  EXPECT_EQ(facts.agent, "planner");
}

TEST(OpenLlmetry, ForeignSpansOfTheSameBeginning) {
  TestSpan contrib("chat", "opentelemetry.instrumentation.openai_v2");
  contrib.with("gen_ai.operation.name", "chat");
  EXPECT_EQ(contrib.normalised().facts.dialect, "otel_genai");
  TestSpan namesake("chat gemini-2.5-flash", "opentelemetry.instrumentation.vertexai");
  namesake.with("gen_ai.operation.name", "chat").with("gen_ai.system", "vertex_ai");
  EXPECT_EQ(namesake.normalised().facts.dialect, "openllmetry");
  namesake.scope_schema("https://opentelemetry.io/schemas/1.28.0");
  EXPECT_EQ(namesake.normalised().facts.dialect, "otel_genai");
  TestSpan http("GET", "opentelemetry.instrumentation.httpx");
  EXPECT_EQ(http.normalised().facts.dialect, "fallback");
}

TEST(OpenLlmetry, WrongTypesAreUnset) {
  TestSpan span("x");
  span.with("llm.request.type", 7).with("gen_ai.prompt.0.role", 7).with("gen_ai.completion.0", 7);
  span.with("gen_ai.completion.1.tool_calls", "x").with("gen_ai.usage.prompt_tokens", "many");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::span);
  EXPECT_FALSE(normal.facts.has_usage);
}

TEST(OpenLlmetry, LangGraphsRunIsNoSecondAgent) {
  TestSpan span("coder.workflow", "opentelemetry.instrumentation.langchain");
  span.with("traceloop.span.kind", "workflow").with("gen_ai.operation.name", "invoke_agent");
  span.with("gen_ai.agent.name", "coder");
  EXPECT_EQ(span.normalised().facts.kind, Kind::workflow);
  span.with("traceloop.span.kind", "agent");
  EXPECT_EQ(span.normalised().facts.kind, Kind::agent);
}

TEST(OpenLlmetry, AFailedToolIsNamedByWhatItWasGiven) {
  TestSpan span("execute_tool search", "opentelemetry.instrumentation.langchain");
  span.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "search").status(2);
  span.with("gen_ai.tool.call.arguments",
            R"({"input_str": "{'q': 'x'}", "inputs": {"q": "x"}, "kwargs": {"name": null, "tool_call_id": "c7"}})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.tool_call_id, "c7");
  EXPECT_EQ(normal.tool->arguments->text, R"({"q": "x"})");
}

TEST(OpenLlmetry, ReasoningAsTheJsonOfItsSummaryCameFirst) {
  TestSpan span("openai.response", "opentelemetry.instrumentation.openai.v1");
  span.with("gen_ai.operation.name", "chat").with("gen_ai.request.model", "small");
  span.with("gen_ai.output.messages",
            R"([{"role": "assistant", "parts": [{"type": "text", "content": "Rain."},
                 {"type": "reasoning", "content": "[{\"text\": \"Clouds.\", \"type\": \"summary_text\"}]"},
                 {"type": "reasoning", "content": "[one, two]"}]}])");
  EXPECT_EQ(shown(span.normalised().output),
            (std::vector<std::string>{"assistant: reasoning(Clouds.) text(Rain.) reasoning([one, two])"}));
}

}  // namespace
}  // namespace strobe::dialect
