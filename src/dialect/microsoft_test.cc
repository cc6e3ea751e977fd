#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/told_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SemanticKernel, PythonLogsBodiesOfJsonText) {
  TestSpan span("chat.completions gpt-4o", "semantic_kernel.utils.telemetry.model_diagnostics.decorators");
  span.with("gen_ai.operation.name", "chat.completions")
      .with("gen_ai.system", "openai")
      .with("gen_ai.request.model", "gpt-4o")
      .with("gen_ai.response.finish_reason", "FinishReason.TOOL_CALLS,FinishReason.STOP")
      .with("gen_ai.usage.input_tokens", 10)
      .with("gen_ai.usage.output_tokens", 5);
  span.log("gen_ai.user.message", 10, {}, Value::of_string(R"({"role": "user", "content": "Weather?"})"));
  span.log("gen_ai.tool.message", 12, {},
           Value::of_string(R"({"role": "tool", "content": "rainy", "tool_call_id": "c1"})"));
  span.log("gen_ai.assistant.message", 11, {},
           Value::of_string(R"({"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", )"
                            R"("function": {"name": "weather", "arguments": "{}"}}]})"));
  span.log("gen_ai.choice", 13, {},
           Value::of_string(R"({"message": {"role": "assistant", "content": "Rain."}, "finish_reason": "stop"})"));
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "semantic_kernel");
  EXPECT_EQ(normal.facts.kind, Kind::llm);
  EXPECT_EQ(normal.facts.usage_rule, "otel_genai_native_inclusive");
  EXPECT_THAT(normal.finish_reasons, ElementsAre("tool_calls", "stop"));
  EXPECT_THAT(
      shown_input(normal, span.arena()),
      ElementsAre("user: text(Weather?)", "assistant: tool_call(c1 weather {{}})", "tool: tool_result(c1 'rainy')"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Rain.)"));
}

TEST(SemanticKernel, ThePromptOfATextCompletion) {
  TestSpan span("text.completions davinci", "semantic_kernel.x");
  span.with("gen_ai.operation.name", "text.completions");
  span.log("gen_ai.prompt", 10, {}, Value::of_string("Once upon"));
  EXPECT_THAT(shown_input(span.normalised(), span.arena()), ElementsAre("user: text(Once upon)"));
}

TEST(SemanticKernel, DotNetsEventsAndFirstNamesOfUsage) {
  TestSpan span("chat.completions gpt-4o", "Microsoft.SemanticKernel.Diagnostics");
  span.with("gen_ai.operation.name", "chat.completions").with("gen_ai.request.model", "gpt-4o");
  span.with("gen_ai.response.prompt_tokens", 7).with("gen_ai.response.completion_tokens", 3);
  tell(span, "gen_ai.user.message", 10, R"({"gen_ai.event.content":"{\"role\": \"user\", \"content\": \"Hi\"}"})");
  tell(
      span, "gen_ai.choice", 11,
      R"({"gen_ai.event.content":"{\"index\": 0, \"message\": {\"role\": \"assistant\", )"
      R"(\"content\": null, \"tool_calls\": [{\"id\": \"c1\", \"function\": {\"arguments\": {\"a\":1}, \"name\": \"f\"}, )"
      R"(\"type\": \"function\"}]}, \"finish_reason\": \"ToolCalls\"}"})");
  const auto normal = span.normalised();
  EXPECT_EQ(shown(normal.facts.usage), "7/0/0/3/0");
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("user: text(Hi)"));
  EXPECT_THAT(shown(normal.output), ElementsAre(R"(assistant: tool_call(c1 f {{"a":1}}))"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("ToolCalls"));
}

TEST(SemanticKernel, WhatAnAgentSawAndSaid) {
  TestSpan span("invoke_agent clerk", "Microsoft.SemanticKernel.Diagnostics");
  span.with("gen_ai.operation.name", "invoke_agent");
  span.with("gen_ai.agent.invocation_input", R"([{"role":"user","content":"Hi"}])");
  span.with("gen_ai.agent.invocation_output", R"([{"role":"assistant","content":"Ho"}])");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.agent, "clerk");
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("user: text(Hi)"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Ho)"));
}

TEST(AgentFramework, MessagesOnSpanAndInLogsAreOne) {
  TestSpan span("chat gpt-4o", "agent_framework");
  span.with("gen_ai.operation.name", "chat")
      .with("gen_ai.provider.name", "openai")
      .with("gen_ai.response.finish_reasons", R"(["stop"])")
      .with("gen_ai.usage.input_tokens", 10)
      .with("gen_ai.usage.output_tokens", 5)
      .with("gen_ai.system_instructions", R"([{"type": "text", "content": "Be brief."}])")
      .with("gen_ai.input.messages", R"([{"role": "system", "parts": [{"type": "text", "content": "Be brief."}]}, )"
                                     R"({"role": "user", "parts": [{"type": "text", "content": "Hi"}]}])");
  log_body(span, "gen_ai.system.message", 10, R"({"role":"system","parts":[{"type":"text","content":"Be brief."}]})");
  log_body(span, "gen_ai.user.message", 1010, R"({"role":"user","parts":[{"type":"text","content":"Hi"}]})");
  log_body(span, "gen_ai.choice", 20, R"({"role":"assistant","parts":[{"type":"text","content":"Ho"}]})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "agent_framework");
  EXPECT_THAT(normal.finish_reasons, ElementsAre("stop"));
  // The system prompt once, where it stands among the messages.
  ASSERT_EQ(normal.content.size(), 1u);
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("system: text(Be brief.)", "user: text(Hi)"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Ho)"));
}

TEST(AgentFramework, MessagesOfLogsInTheOrderOfTheirMicroseconds) {
  TestSpan span("chat gpt-4o", "agent_framework");
  span.with("gen_ai.operation.name", "chat");
  log_body(span, "gen_ai.tool.message", 3000,
           R"({"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"rainy"}]})");
  log_body(span, "gen_ai.user.message", 1000, R"({"role":"user","parts":[{"type":"text","content":"Weather?"}]})");
  log_body(span, "gen_ai.assistant.message", 2000,
           R"({"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"weather","arguments":"{}"}]})");
  EXPECT_THAT(
      shown_input(span.normalised(), span.arena()),
      ElementsAre("user: text(Weather?)", "assistant: tool_call(c1 weather {{}})", "tool: tool_result(c1 'rainy')"));
}

TEST(AgentFramework, SpansOfAgentsAndWorkflows) {
  TestSpan agent("invoke_agent Clerk(7f)", "Experimental.Microsoft.Agents.AI");
  agent.with("gen_ai.operation.name", "invoke_agent")
      .with("gen_ai.usage.input_tokens", 10)
      .with("gen_ai.usage.output_tokens", 1);
  EXPECT_EQ(agent.normalised().facts.agent, "Clerk");
  EXPECT_TRUE(agent.normalised().facts.is_rollup);
  const std::pair<const char*, Kind> kinds[] = {
      {"workflow.run", Kind::workflow},     {"workflow_invoke", Kind::workflow},
      {"workflow.session", Kind::workflow}, {"executor.process writer", Kind::workflow},
      {"executor.processing", Kind::span},  {"workflow.build", Kind::span},
      {"message.send", Kind::span}};
  for (const auto& [name, kind] : kinds) {
    TestSpan span(name, "agent_framework");
    const auto facts = span.normalised().facts;
    EXPECT_EQ(facts.kind, kind) << name;
    EXPECT_EQ(facts.dialect, "agent_framework");
  }
}

TEST(AgentFramework, WrongTypesAreUnset) {
  TestSpan span("invoke_agent (", "agent_framework");
  span.with("gen_ai.operation.name", "invoke_agent")
      .with("gen_ai.input.messages", 7)
      .with("gen_ai.usage.input_tokens", "x");
  log_body(span, "gen_ai.user.message", 10, R"({"role":7,"parts":{"a":7}})");
  EXPECT_FALSE(span.normalised().facts.has_usage);
  TestSpan empty("invoke_agent ()", "agent_framework");
  empty.with("gen_ai.operation.name", "invoke_agent");
  EXPECT_EQ(empty.normalised().facts.agent, "()");
}

TEST(AutoGen, AgentsToolsAndPlainMessages) {
  TestSpan agent("invoke_agent writer", "autogen-core");
  agent.with("gen_ai.operation.name", "invoke_agent").with("gen_ai.system", "autogen");
  EXPECT_EQ(agent.normalised().facts.kind, Kind::agent);
  EXPECT_EQ(agent.normalised().facts.agent, "writer");
  EXPECT_EQ(agent.normalised().facts.provider, "");
  TestSpan tool("execute_tool weather", "autogen-core");
  tool.with("gen_ai.operation.name", "execute_tool")
      .with("gen_ai.tool.name", "weather")
      .with("gen_ai.tool.call.id", "c");
  EXPECT_EQ(tool.normalised().facts.tool_call_id, "c");
  TestSpan message("autogen publish default", "autogen SingleThreadedAgentRuntime");
  message.with("messaging.operation", "publish").with("gen_ai.usage.input_tokens", 5);
  const auto facts = message.normalised().facts;
  EXPECT_EQ(facts.dialect, "autogen");
  EXPECT_EQ(facts.kind, Kind::span);
  EXPECT_FALSE(facts.has_usage);
}

TEST(Mcp, ToolCallsOfClientAndServer) {
  TestSpan span("tools/call weather", "mcp");
  span.with("mcp.method.name", "tools/call").with("mcp.session.id", "s").with("error.type", "tool_error");
  span.with("gen_ai.tool.call.arguments", R"({"city":"Paris"})").with("mcp.response.value", "rainy");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "mcp");
  EXPECT_EQ(normal.facts.kind, Kind::tool);
  EXPECT_EQ(normal.facts.tool_name, "weather");
  EXPECT_EQ(normal.facts.status, SpanStatus::error);
  EXPECT_EQ(normal.tool->result->text, "rainy");
  EXPECT_THAT(normal.content, IsEmpty());
}

TEST(Mcp, OtherMethodsArePlainAndCodesAreErrors) {
  TestSpan list("tools/list", "mcp");
  list.with("mcp.method.name", "tools/list").with("rpc.response.status_code", "-32601");
  EXPECT_EQ(list.normalised().facts.kind, Kind::span);
  EXPECT_EQ(list.normalised().facts.status, SpanStatus::error);
  EXPECT_EQ(list.normalised().facts.error_type, "-32601");
  TestSpan fine("resources/read", "mcp");
  fine.with("mcp.method.name", "resources/read").with("rpc.response.status_code", "0");
  EXPECT_EQ(fine.normalised().facts.status, SpanStatus::unset);
  TestSpan odd("x", "mcp");
  odd.with("mcp.method.name", 7).with("rpc.response.status_code", Value::of_array({}));
  EXPECT_EQ(odd.normalised().facts.kind, Kind::span);
}

}  // namespace
}  // namespace strobe::dialect
