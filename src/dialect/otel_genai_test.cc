#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;

constexpr const char* k_input = R"([{"role":"user","parts":[{"type":"text","content":"Weather in Paris?"}]}])";
constexpr const char* k_output =
    R"([{"role":"assistant","parts":[{"type":"text","content":"I look."},{"type":"tool_call","id":"call_1",
    "name":"get_weather","arguments":{"city":"Paris"}}],"finish_reason":"tool_call"}])";

TEST(OtelGenAi, ReadsAnInferenceSpan) {
  TestSpan span("chat gpt-5", "opentelemetry.instrumentation.openai_v2");
  span.with("gen_ai.operation.name", "chat")
      .with("gen_ai.provider.name", "gcp.gemini")
      .with("gen_ai.request.model", "gpt-5")
      .with("gen_ai.response.model", "gpt-5-2025")
      .with("gen_ai.response.id", "resp_1")
      .with("gen_ai.conversation.id", "conv")
      .with("gen_ai.agent.name", "helper")
      .with("gen_ai.request.temperature", 0.5)
      .with("gen_ai.request.max_tokens", 100)
      .with("gen_ai.response.time_to_first_chunk", 0.25)
      .with("gen_ai.usage.input_tokens", 100)
      .with("gen_ai.usage.cache_read.input_tokens", 60)
      .with("gen_ai.usage.cache_creation.input_tokens", 10)
      .with("gen_ai.usage.output_tokens", 20)
      .with("gen_ai.usage.reasoning.output_tokens", 5)
      .with("gen_ai.system_instructions", R"([{"type":"text","content":"Be brief."}])")
      .with("gen_ai.tool.definitions", R"([{"type":"function","name":"get_weather"}])")
      .with("gen_ai.input.messages", k_input)
      .with("gen_ai.output.messages", k_output)
      .resource("service.name", "svc")
      .resource("service.namespace", "team")
      .resource("strobe.run.id", "run-7");
  const auto normal = span.normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "otel_genai");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(facts.session_key, "conv");
  EXPECT_EQ(facts.session_namespace, "team");
  EXPECT_EQ(facts.service, "svc");
  EXPECT_EQ(facts.run_id, "run-7");
  EXPECT_EQ(facts.agent, "helper");
  EXPECT_EQ(facts.model, "gpt-5-2025");
  EXPECT_EQ(facts.provider, "google-gemini");
  EXPECT_EQ(facts.response_id, "resp_1");
  EXPECT_EQ(shown(facts.usage), "30/60/10/15/5");
  EXPECT_EQ(facts.usage_rule, "otel_genai_inclusive");
  EXPECT_FALSE(facts.is_rollup);
  EXPECT_EQ(facts.basis, ContextBasis::complete);
  EXPECT_EQ(facts.ttft, DurationNs{250'000'000});
  EXPECT_THAT(facts.requested_tool_call_ids, ElementsAre("call_1"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("tool_call"));
  EXPECT_THAT(shown(normal.output),
              ElementsAre(R"(assistant: text(I look.) tool_call(call_1 get_weather {{"city":"Paris"}}))"));
  ASSERT_EQ(normal.request.size(), 2u);
  EXPECT_EQ(normal.request[0].key, "temperature");
  EXPECT_EQ(normal.request[1].key, "max_tokens");

  ASSERT_EQ(normal.content.size(), 3u);
  EXPECT_EQ(normal.content[0].role, ContentRole::tool_definitions);
  EXPECT_EQ(normal.content[0].shape, ContentShape::json_list);
  EXPECT_EQ(normal.content[1].role, ContentRole::system);
  EXPECT_EQ(normal.content[1].shape, ContentShape::whole);
  EXPECT_EQ(normal.content[2].key, "gen_ai.input.messages");
}

TEST(OtelGenAi, Operations) {
  const auto kind = [](std::string_view operation) {
    TestSpan span("x");
    span.with("gen_ai.operation.name", operation);
    return span.normalised().facts.kind;
  };
  EXPECT_EQ(kind("generate_content"), Kind::llm);
  EXPECT_EQ(kind("embeddings"), Kind::embedding);
  EXPECT_EQ(kind("retrieval"), Kind::retrieval);
  EXPECT_EQ(kind("invoke_agent"), Kind::agent);
  EXPECT_EQ(kind("invoke_workflow"), Kind::workflow);
  EXPECT_EQ(kind("agent_step"), Kind::step);
  EXPECT_EQ(kind("execute_tool"), Kind::tool);
  EXPECT_EQ(kind("search_memory"), Kind::memory);
  EXPECT_EQ(kind("something_new"), Kind::span);
}

TEST(OtelGenAi, PollingIsNeverCounted) {
  TestSpan span("fetch");
  span.with("gen_ai.operation.name", "fetch_response").with("gen_ai.usage.input_tokens", 9);
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::span);
  EXPECT_FALSE(normal.facts.has_usage);
}

TEST(OtelGenAi, AgentsAndStepsAreRollups) {
  for (const char* operation : {"invoke_agent", "agent_step", "invoke_workflow", "execute_tool"}) {
    TestSpan span("invoke_agent researcher");
    span.with("gen_ai.operation.name", operation).with("gen_ai.usage.input_tokens", 9);
    EXPECT_TRUE(span.normalised().facts.is_rollup) << operation;
  }
  TestSpan span("invoke_agent researcher");
  span.with("gen_ai.operation.name", "invoke_agent");
  EXPECT_EQ(span.normalised().facts.agent, "researcher");
  EXPECT_FALSE(span.normalised().facts.is_rollup);
  EXPECT_EQ(span.normalised().facts.basis, ContextBasis::none);
}

TEST(OtelGenAi, OldNumbersAreTheProvidersOwn) {
  const auto usage = [](const char* system) {
    TestSpan span("chat");
    span.with("gen_ai.operation.name", "chat").with("gen_ai.system", system);
    span.with("gen_ai.usage.input_tokens", 100).with("gen_ai.usage.cache_read_input_tokens", 40);
    const auto normal = span.normalised();
    return shown(normal.facts.usage) + " " + normal.facts.usage_rule;
  };
  EXPECT_EQ(usage("anthropic"), "100/40/0/0/0 otel_genai_native_exclusive");
  EXPECT_EQ(usage("aws.bedrock"), "100/40/0/0/0 otel_genai_native_exclusive");
  EXPECT_EQ(usage("openai"), "60/40/0/0/0 otel_genai_native_inclusive");
}

TEST(OtelGenAi, AliasesAreOneValue) {
  TestSpan span("chat");
  span.with("gen_ai.provider.name", "openai").with("gen_ai.operation.name", "chat");
  span.with("gen_ai.usage.prompt_tokens", 10).with("gen_ai.usage.input_tokens", 10);
  span.with("gen_ai.usage.completion_tokens", "4").with("gen_ai.usage.output_tokens", 4.0);
  span.with("gen_ai.usage.cache_read.input_tokens", 3).with("gen_ai.usage.details.cache_read_tokens", 3);
  EXPECT_EQ(shown(span.normalised().facts.usage), "7/3/0/4/0");
}

TEST(OtelGenAi, StructuredContentIsReadLikeText) {
  Arena arena;
  const KeyValue part[] = {{"type", Value::of_string("tool_call")},
                           {"id", Value::of_string("c9")},
                           {"name", Value::of_string("ls")},
                           {"arguments", Value::of_string("{\"a\":1}")}};
  const Value parts[] = {Value::of_kvlist(part)};
  const KeyValue message[] = {{"role", Value::of_string("assistant")}, {"parts", Value::of_array(parts)}};
  const Value messages[] = {Value::of_kvlist(message)};
  TestSpan span("chat");
  span.with("gen_ai.operation.name", "chat").with("gen_ai.output.messages", Value::of_array(messages));
  span.with("gen_ai.input.messages", Value::of_array(messages));
  const auto normal = span.normalised();
  EXPECT_THAT(shown(normal.output), ElementsAre(R"(assistant: tool_call(c9 ls {{"a":1}}))"));
  EXPECT_THAT(normal.facts.requested_tool_call_ids, ElementsAre("c9"));
  ASSERT_EQ(normal.content.size(), 1u);
  EXPECT_EQ(normal.content[0].shape, ContentShape::value_array);
}

TEST(OtelGenAi, CutOutputIsTruncated) {
  TestSpan span("chat");
  span.with("gen_ai.operation.name", "chat");
  span.with("gen_ai.output.messages", R"([{"role":"assistant","parts":[{"type":"text","content":"The answ)");
  const auto normal = span.normalised();
  ASSERT_EQ(normal.output.size(), 1u);
  EXPECT_EQ(normal.output[0].state, ContentState::truncated);
  EXPECT_EQ(normal.output[0].role, "assistant");
}

TEST(OtelGenAi, BasisSaysWhatIsKnown) {
  const auto basis = [](auto&& change) {
    TestSpan span("chat");
    span.with("gen_ai.operation.name", "chat");
    change(span);
    return span.normalised().facts.basis;
  };
  EXPECT_EQ(basis([](TestSpan& s) { s.with("gen_ai.input.messages", k_input); }), ContextBasis::complete);
  EXPECT_EQ(basis([](TestSpan&) {}), ContextBasis::absent);
  EXPECT_EQ(basis([](TestSpan& s) { s.with("gen_ai.input.messages", "[]"); }), ContextBasis::absent);
  EXPECT_EQ(basis([](TestSpan& s) { s.with("gen_ai.input.messages", 7); }), ContextBasis::absent);
  EXPECT_EQ(basis([](TestSpan& s) { s.with("gen_ai.input.messages", k_input).dropped(1); }), ContextBasis::dropped);
  EXPECT_EQ(basis([](TestSpan& s) {
              s.with("gen_ai.input.messages", k_input).with("gen_ai.request.previous_response.id", "resp_0");
            }),
            ContextBasis::delta);
}

TEST(OtelGenAi, ToolSpans) {
  TestSpan span("execute_tool get_weather");
  span.with("gen_ai.operation.name", "execute_tool")
      .with("gen_ai.tool.call.id", "call_1")
      .with("gen_ai.tool.call.arguments", R"({"city":"Paris"})")
      .with("gen_ai.tool.call.result", "42")
      .status(2)
      .exception("TimeoutError");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::tool);
  EXPECT_EQ(normal.facts.tool_name, "get_weather");
  EXPECT_EQ(normal.facts.tool_call_id, "call_1");
  EXPECT_EQ(normal.facts.error_type, "TimeoutError");
  EXPECT_EQ(normal.facts.status, SpanStatus::error);
  ASSERT_TRUE(normal.tool && normal.tool->arguments && normal.tool->result);
  EXPECT_TRUE(normal.tool->arguments->is_json);
  EXPECT_FALSE(normal.tool->result->is_json);
  EXPECT_EQ(normal.tool->result->text, "42");
}

TEST(OtelGenAi, ErrorTypeComesBeforeTheException) {
  TestSpan span("chat");
  span.with("gen_ai.operation.name", "chat").with("error.type", "429").status(2).exception("RateLimitError");
  EXPECT_EQ(span.normalised().facts.error_type, "429");
  TestSpan handled("chat");
  handled.with("gen_ai.operation.name", "chat").status(0).exception("RateLimitError");
  EXPECT_EQ(handled.normalised().facts.error_type, "");
}

TEST(OtelGenAi, McpToolCalls) {
  TestSpan span("tools/call get-weather");
  span.with("mcp.method.name", "tools/call");
  const KeyValue result[] = {{"isError", Value::of_bool(true)}};
  span.with("gen_ai.tool.call.result", Value::of_kvlist(result));
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.kind, Kind::tool);
  EXPECT_EQ(normal.facts.tool_name, "get-weather");
  EXPECT_EQ(normal.facts.status, SpanStatus::error);
  EXPECT_EQ(normal.facts.error_type, "tool_error");
  TestSpan list("tools/list");
  list.with("mcp.method.name", "tools/list");
  EXPECT_EQ(list.normalised().facts.kind, Kind::span);
}

TEST(OtelGenAi, ReportedCost) {
  const auto cost = [](auto value) {
    TestSpan span("chat");
    span.with("gen_ai.operation.name", "chat").with("gen_ai.usage.cost", value);
    const auto facts = span.normalised().facts;
    return facts.cost_kind == CostKind::reported ? facts.cost_pico_usd : -1;
  };
  EXPECT_EQ(cost("0.000123456789"), 123'456'789);
  EXPECT_EQ(cost(0.25), 250'000'000'000);
  EXPECT_EQ(cost(2), 2'000'000'000'000);
  EXPECT_EQ(cost(-1.0), -1);
  EXPECT_EQ(cost(1e30), -1);
  EXPECT_EQ(cost("free"), -1);
}

TEST(OtelGenAi, FinishReasonsInAnyDress) {
  for (const char* text : {"stop,length", R"(["stop","length"])"}) {
    TestSpan span("chat");
    span.with("gen_ai.operation.name", "chat").with("gen_ai.response.finish_reasons", text);
    EXPECT_THAT(span.normalised().finish_reasons, ElementsAre("stop", "length"));
  }
}

TEST(OtelGenAi, VercelSevenSpeaksIt) {
  TestSpan span("step 1", "gen_ai");
  span.with("gen_ai.operation.name", "agent_step").with("gen_ai.usage.input_tokens", 5).with("ai.settings.maxSteps", 3);
  const auto facts = span.normalised().facts;
  EXPECT_EQ(facts.dialect, "vercel");
  EXPECT_EQ(facts.kind, Kind::step);
  EXPECT_TRUE(facts.is_rollup);
  TestSpan chat("chat x", "gen_ai");
  chat.with("gen_ai.operation.name", "chat").with("gen_ai.client.operation.time_to_first_chunk", 0.5);
  EXPECT_EQ(chat.normalised().facts.ttft, DurationNs{500'000'000});
}

}  // namespace
}  // namespace strobe::dialect
