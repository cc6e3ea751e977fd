#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;

TestSpan& llm(TestSpan& span) {
  return span.with("openinference.span.kind", "LLM")
      .with("llm.input_messages.0.message.role", "user")
      .with("llm.input_messages.0.message.content", "hi");
}

TEST(OpenInference, ReadsAnLlmSpan) {
  TestSpan span("ChatCompletion", "openinference.instrumentation.openai");
  llm(span)
      .with("llm.system", "openai")
      .with("llm.model_name", "gpt-5-mini")
      .with("session.id", "s1")
      .with("input.value", R"({"messages":[]})")
      .with("input.mime_type", "application/json")
      .with("output.value", R"({"id":"chatcmpl-1","choices":[]})")
      .with("output.mime_type", "application/json")
      .with("llm.invocation_parameters", R"({"temperature":0.5,"max_completion_tokens":10,"stop":["x"],"tools":{}})")
      .with("llm.token_count.prompt", 100)
      .with("llm.token_count.completion", 20)
      .with("llm.token_count.total", 120)
      .with("llm.token_count.prompt_details.cache_read", 40)
      .with("llm.token_count.completion_details.reasoning", 8)
      .with("llm.cost.total", 0.5)
      .with("llm.finish_reason", "tool_calls")
      .with("llm.tools.0.tool.json_schema", "{}")
      .with("llm.output_messages.0.message.role", "assistant")
      .with("llm.output_messages.0.message.content", "I look.")
      .with("llm.output_messages.0.message.tool_calls.0.tool_call.id", "c1")
      .with("llm.output_messages.0.message.tool_calls.0.tool_call.function.name", "ls")
      .with("llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments", R"({"path": "."})");
  const auto normal = span.normalised();
  const SpanFacts& facts = normal.facts;
  EXPECT_EQ(facts.dialect, "openinference");
  EXPECT_EQ(facts.kind, Kind::llm);
  EXPECT_EQ(facts.session_key, "s1");
  EXPECT_EQ(facts.model, "gpt-5-mini");
  EXPECT_EQ(facts.provider, "openai");
  EXPECT_EQ(facts.response_id, "chatcmpl-1");
  EXPECT_EQ(shown(facts.usage), "60/40/0/12/8");
  EXPECT_EQ(facts.usage_rule, "openinference_inclusive");
  EXPECT_EQ(facts.cost_pico_usd, 500'000'000'000);
  EXPECT_EQ(facts.basis, ContextBasis::complete);
  EXPECT_THAT(facts.requested_tool_call_ids, ElementsAre("c1"));
  EXPECT_THAT(shown(normal.output), ElementsAre(R"(assistant: text(I look.) tool_call(c1 ls {{"path": "."}}))"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("tool_calls"));
  ASSERT_EQ(normal.request.size(), 3u);
  EXPECT_EQ(normal.request[0].key, "temperature");
  EXPECT_EQ(normal.request[1].key, "max_tokens");
  EXPECT_EQ(normal.request[1].value.int64, 10);
  EXPECT_EQ(normal.request[2].key, "stop_sequences");
  ASSERT_EQ(normal.content.size(), 2u);
  EXPECT_EQ(normal.content[0].key, "llm.tools");
  EXPECT_EQ(normal.content[1].key, "llm.input_messages");
  EXPECT_EQ(normal.content[1].shape, ContentShape::flat_list);
}

TEST(OpenInference, Kinds) {
  const auto kind = [](std::string_view word) {
    TestSpan span("x");
    span.with("openinference.span.kind", word);
    return span.normalised().facts.kind;
  };
  EXPECT_EQ(kind("AGENT"), Kind::agent);
  EXPECT_EQ(kind("CHAIN"), Kind::workflow);
  EXPECT_EQ(kind("TOOL"), Kind::tool);
  EXPECT_EQ(kind("RERANKER"), Kind::retrieval);
  EXPECT_EQ(kind("EMBEDDING"), Kind::embedding);
  EXPECT_EQ(kind("EVALUATOR"), Kind::evaluation);
  EXPECT_EQ(kind("GUARDRAIL"), Kind::guardrail);
  EXPECT_EQ(kind("UNKNOWN"), Kind::span);
}

TEST(OpenInference, ItsKindBeatsOtherVocabularies) {
  TestSpan span("ai.generateText", "ai");
  span.with("gen_ai.operation.name", "chat").with("openinference.span.kind", "TOOL");
  EXPECT_EQ(span.normalised().facts.dialect, "openinference");
  EXPECT_EQ(span.normalised().facts.kind, Kind::tool);
}

TEST(OpenInference, ProviderHeldHistoryIsADelta) {
  const auto basis = [](std::string_view key, std::string_view value) {
    TestSpan span("Response");
    llm(span).with(key, value);
    return span.normalised().facts.basis;
  };
  EXPECT_EQ(basis("input.value", R"({"input":"x","previous_response_id":"resp_1"})"), ContextBasis::delta);
  EXPECT_EQ(basis("llm.invocation_parameters", R"({"previous_response_id":"resp_1"})"), ContextBasis::delta);
  EXPECT_EQ(basis("llm.invocation_parameters", R"({"conversation":"conv_1"})"), ContextBasis::delta);
  EXPECT_EQ(basis("input.value", R"({"previous_response_id":null})"), ContextBasis::complete);
  EXPECT_EQ(basis("input.value", R"({"input":"what is \"previous_response_id\"?"})"), ContextBasis::complete);
  EXPECT_EQ(basis("input.value", R"({"metadata":{"previous_response_id":"x"}})"), ContextBasis::complete);
}

TEST(OpenInference, ContextCanBeAbsentOrDropped) {
  TestSpan hidden("ChatCompletion");
  hidden.with("openinference.span.kind", "LLM").with("input.value", "__REDACTED__");
  EXPECT_EQ(hidden.normalised().facts.basis, ContextBasis::absent);
  TestSpan dropped("ChatCompletion");
  llm(dropped).dropped(3);
  EXPECT_EQ(dropped.normalised().facts.basis, ContextBasis::dropped);
}

TEST(OpenInference, RollupsAndTheOneRawInstrumentation) {
  TestSpan chain("x");
  chain.with("openinference.span.kind", "CHAIN").with("llm.token_count.prompt", 5);
  EXPECT_TRUE(chain.normalised().facts.is_rollup);
  TestSpan agent("ClaudeAgentSDK.query", "openinference.instrumentation.claude_agent_sdk");
  agent.with("openinference.span.kind", "AGENT").with("llm.token_count.prompt", 100);
  agent.with("llm.token_count.prompt_details.cache_read", 40);
  EXPECT_EQ(agent.normalised().facts.usage_rule, "openinference_exclusive");
  EXPECT_EQ(shown(agent.normalised().facts.usage), "100/40/0/0/0");
}

TEST(OpenInference, ToolSpans) {
  TestSpan span("read_file");
  span.with("openinference.span.kind", "TOOL")
      .with("input.value", R"({"path":"x"})")
      .with("tool.parameters", R"({"type":"object"})")
      .with("output.value", "[1]");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.tool_name, "read_file");
  ASSERT_TRUE(normal.tool && normal.tool->arguments && normal.tool->result);
  EXPECT_EQ(normal.tool->arguments->text, R"({"path":"x"})");
  EXPECT_TRUE(normal.tool->arguments->is_json);
  EXPECT_FALSE(normal.tool->result->is_json);

  TestSpan typed("t");
  typed.with("openinference.span.kind", "TOOL").with("tool.name", "calc").with("tool.id", "c1");
  typed.with("input.value", "42").with("output.value", "42").with("output.mime_type", "application/json");
  const auto other = typed.normalised();
  EXPECT_EQ(other.facts.tool_name, "calc");
  EXPECT_EQ(other.facts.tool_call_id, "c1");
  EXPECT_FALSE(other.tool->arguments->is_json);
  EXPECT_TRUE(other.tool->result->is_json);

  TestSpan bare("t");
  bare.with("openinference.span.kind", "TOOL").with("tool.parameters", R"({"a":1})");
  EXPECT_EQ(bare.normalised().tool->arguments->text, R"({"a":1})");
  EXPECT_FALSE(bare.normalised().tool->result.has_value());
}

TEST(OpenInference, TheFirstTokenIsAnEvent) {
  TestSpan span("ChatCompletion");
  llm(span).event("First Token Stream Event", 1'500);
  EXPECT_EQ(span.normalised().facts.ttft, DurationNs{500});
  TestSpan early("ChatCompletion");
  llm(early).event("First Token Stream Event", 500);
  EXPECT_EQ(early.normalised().facts.ttft, std::nullopt);
}

TEST(OpenInference, PlainOutputIsTheAnswer) {
  TestSpan span("Completion");
  span.with("openinference.span.kind", "LLM").with("llm.prompts.0.prompt.text", "Once");
  span.with("output.value", "upon a time");
  const auto normal = span.normalised();
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(upon a time)"));
  EXPECT_EQ(normal.content.at(0).key, "llm.prompts");
  EXPECT_EQ(normal.facts.basis, ContextBasis::complete);
  TestSpan choices("Completion");
  choices.with("openinference.span.kind", "LLM").with("llm.choices.0.completion.text", "a time");
  EXPECT_THAT(shown(choices.normalised().output), ElementsAre("assistant: text(a time)"));
}

TEST(OpenInference, AFailedCallStillKnowsItsModel) {
  TestSpan span("ChatCompletion");
  llm(span).with("llm.invocation_parameters", R"({"model":"gpt-5-mini"})");
  span.status(2).exception("openai.BadRequestError");
  EXPECT_EQ(span.normalised().facts.model, "gpt-5-mini");
  EXPECT_EQ(span.normalised().facts.error_type, "openai.BadRequestError");
}

// JavaScript's SDKs write camel case.
TEST(OpenInference, RequestParametersOfWhicheverSdk) {
  TestSpan span("ChatCompletion");
  llm(span).with("llm.invocation_parameters", R"({"maxTokens":7,"topP":0.5,"service_tier":"flex","temperature":null})");
  const auto request = span.normalised().request;
  ASSERT_EQ(request.size(), 3u);
  EXPECT_EQ(request[0].key, "max_tokens");
  EXPECT_EQ(request[0].value.int64, 7);
  EXPECT_EQ(request[1].key, "top_p");
  EXPECT_EQ(request[2].key, "service_tier");
}

TEST(OpenInference, AgentsAreNamedByAttributeOrSpan) {
  TestSpan named("Agent workflow");
  named.with("openinference.span.kind", "AGENT").with("agent.name", "writer");
  EXPECT_EQ(named.normalised().facts.agent, "writer");
  TestSpan unnamed("writer");
  unnamed.with("openinference.span.kind", "AGENT");
  EXPECT_EQ(unnamed.normalised().facts.agent, "writer");
}

TEST(OpenInference, ClaudeAgentSdkAddsTheCacheSinceARelease) {
  for (const auto& [version, expected] :
       {std::pair("0.1.11", "30/20/0/4/0"), std::pair("0.1.12", "10/20/0/4/0"), std::pair("0.2.0", "10/20/0/4/0")}) {
    TestSpan span("ClaudeAgentSDK.query", "openinference.instrumentation.claude_agent_sdk");
    span.scope_version(version).with("openinference.span.kind", "AGENT").with("llm.token_count.prompt", 30);
    span.with("llm.token_count.completion", 4).with("llm.token_count.prompt_details.cache_read", 20);
    span.with("llm.cost.total", 0.25);
    const auto facts = span.normalised().facts;
    EXPECT_EQ(shown(facts.usage), expected) << version;
    EXPECT_TRUE(facts.is_rollup) << "nothing below it tells of tokens, so it is counted";
    EXPECT_EQ(facts.cost_kind, CostKind::reported);
  }
}

TEST(OpenInference, TheRootOfOpenAiAgentsIsNoAgent) {
  TestSpan root("Agent workflow", "openinference.instrumentation.openai_agents");
  root.with("openinference.span.kind", "AGENT");
  EXPECT_EQ(root.normalised().facts.kind, Kind::workflow);
  TestSpan agent("triage", "openinference.instrumentation.openai_agents");
  agent.with("openinference.span.kind", "AGENT").with("agent.name", "triage").parent("abcdefgh");
  EXPECT_EQ(agent.normalised().facts.kind, Kind::agent);
  TestSpan other("crew", "openinference.instrumentation.crewai");
  other.with("openinference.span.kind", "AGENT");
  EXPECT_EQ(other.normalised().facts.kind, Kind::agent);
}

TEST(OpenInference, ParallelCallsOfResponsesAreMessagesOfTheirOwn) {
  TestSpan span("response", "openinference.instrumentation.openai_agents");
  span.with("openinference.span.kind", "LLM").with("llm.output_messages.0.message.role", "assistant");
  for (const std::string n : {"0", "1"}) {
    const std::string prefix = "llm.output_messages.0.message.tool_calls." + n + ".tool_call.";
    span.with(prefix + "id", "c" + n).with(prefix + "function.name", "sky").with(prefix + "function.arguments", "{}");
  }
  EXPECT_EQ(shown(span.normalised().output),
            (std::vector<std::string>{"assistant: tool_call(c0 sky {{}})", "assistant: tool_call(c1 sky {{}})"}));
  EXPECT_EQ(span.normalised().facts.requested_tool_call_ids.size(), 2u);
}

TEST(OpenInference, LangChainsToolsGiveTheirMessage) {
  TestSpan span("read_file", "openinference.instrumentation.langchain");
  span.with("openinference.span.kind", "TOOL").with("tool.name", "read_file").status(1);
  span.with("input.value", "{'path': 'it\\'s', 'deep': True, 'n': None}");
  span.with("output.value", R"({"type":"tool","data":{"content":"gone","tool_call_id":"c1","status":"error"}})");
  span.with("output.mime_type", "application/json");
  const auto read = span.normalised();
  EXPECT_EQ(read.tool->arguments->text, R"({"path":"it's","deep":true,"n":null})");
  EXPECT_TRUE(read.tool->arguments->is_json);
  EXPECT_EQ(read.tool->result->text, "gone");
  EXPECT_EQ(read.facts.tool_call_id, "c1");
  EXPECT_EQ(read.facts.status, SpanStatus::error);
}

TEST(OpenInference, APlainPromptIsTheContext) {
  TestSpan span("llm");
  span.with("openinference.span.kind", "LLM").with("input.value", "Weather?").with("input.mime_type", "text/plain");
  EXPECT_EQ(span.normalised().facts.basis, ContextBasis::complete);
  EXPECT_EQ(span.normalised().content.front().shape, ContentShape::whole);
  TestSpan body("llm");
  body.with("openinference.span.kind", "LLM").with("input.mime_type", "application/json");
  body.with("input.value", R"({"model":"m","messages":[{"role":"user","content":"Weather?"}]})");
  EXPECT_EQ(body.normalised().content.front().value->as_text(), R"([{"role":"user","content":"Weather?"}])");
  TestSpan nothing("llm");
  nothing.with("openinference.span.kind", "LLM").with("input.mime_type", "application/json").with("input.value", "{}");
  EXPECT_EQ(nothing.normalised().facts.basis, ContextBasis::absent);
}

TEST(OpenInference, PartsOfACostAreItsSum) {
  TestSpan span("llm");
  span.with("openinference.span.kind", "LLM").with("llm.cost.prompt", 0.25).with("llm.cost.completion", 0.5);
  EXPECT_EQ(span.normalised().facts.cost_pico_usd, 750'000'000'000);
}

TEST(OpenInference, LangChainsRunOfAnAgentIsItsAgent) {
  const auto kind = [](std::string_view name, std::string_view metadata) {
    TestSpan span(name, "openinference.instrumentation.langchain");
    span.with("openinference.span.kind", "CHAIN").with("metadata", metadata).parent("abcdefgh");
    return span.normalised().facts;
  };
  constexpr std::string_view k_metadata =
      R"({"ls_integration": "langchain_create_agent", "lc_agent_name": "reviewer", "langgraph_step": 4})";
  EXPECT_EQ(kind("reviewer", k_metadata).kind, Kind::agent);
  EXPECT_EQ(kind("reviewer", k_metadata).agent, "reviewer");
  EXPECT_EQ(kind("model", k_metadata).kind, Kind::workflow);
  EXPECT_EQ(kind("reviewer", R"({"lc_agent_name": "reviewer"})").kind, Kind::workflow);
  EXPECT_EQ(kind("reviewer", R"({"ls_integration": "langchain_create_agent", "lc_agent_name": "revie)").kind,
            Kind::workflow);
}

TEST(OpenInference, LangChainTellsModelAndReasoningInItsOwnJson) {
  const auto answer = [](std::string_view scope, std::string_view body) {
    TestSpan span("ChatOpenAI", scope);
    span.with("openinference.span.kind", "LLM").with("llm.model_name", "small");
    span.with("llm.output_messages.0.message.role", "assistant");
    span.with("llm.output_messages.0.message.content", "Rain.");
    span.with("output.mime_type", "application/json");
    span.with("output.value",
              R"({"generations": [[{"text": "Rain.", "message": {"lc": 1, "kwargs": )" + std::string(body) + "}}]]}");
    const NormalSpan read = span.normalised();
    return read.facts.model + " " + shown(read.output).at(0);
  };
  constexpr std::string_view k_scope = "openinference.instrumentation.langchain";
  constexpr std::string_view k_responses =
      R"({"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Clouds."}]},
          {"type": "text", "text": "Rain."}], "response_metadata": {"model": "small-2026"}})";
  EXPECT_EQ(answer(k_scope, k_responses), "small-2026 assistant: reasoning(Clouds.) text(Rain.)");
  EXPECT_EQ(answer(k_scope, R"({"content": "Rain.", "response_metadata": {"model_name": "small-2026"}})"),
            "small-2026 assistant: text(Rain.)");
  EXPECT_EQ(answer("openinference.instrumentation.other", k_responses), "small assistant: text(Rain.)");
  for (const std::string_view body : {"7", "{}", R"({"content": [7], "response_metadata": []})",
                                      R"({"response_metadata": {"model_name": 7}})", "{"}) {
    EXPECT_EQ(answer(k_scope, body), "small assistant: text(Rain.)") << body;
  }
}

}  // namespace
}  // namespace strobe::dialect
