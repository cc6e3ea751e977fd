#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/told_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;

TEST(LiveKit, ReadsARequestAndItsEvents) {
  TestSpan span("llm_request", "livekit-agents");
  span.with("gen_ai.operation.name", "chat")
      .with("gen_ai.provider.name", "openai")
      .with("gen_ai.request.model", "gpt-4.1-mini")
      .with("gen_ai.usage.input_tokens", 100)
      .with("gen_ai.usage.input_text_tokens", 100)
      .with("gen_ai.usage.input_cached_tokens", 60)
      .with("gen_ai.usage.output_tokens", 20);
  tell(span, "gen_ai.system.message", 10, R"({"content":"Be brief."})");
  tell(span, "gen_ai.user.message", 10, R"({"content":"Weather?"})");
  tell(
      span, "gen_ai.assistant.message", 10,
      R"({"role":"assistant", )"
      R"("tool_calls":["{\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"},\"id\":\"c1\",\"type\":\"function\"}"]})");
  tell(span, "gen_ai.tool.message", 10, R"({"content":"rainy","name":"weather","role":"tool","id":"c1"})");
  tell(
      span, "gen_ai.choice", 20,
      R"({"role":"assistant","content":"Rain.", )"
      R"("tool_calls":["{\"function\":{\"name\":\"bye\",\"arguments\":\"{}\"},\"id\":\"c2\",\"type\":\"function\"}"]})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "livekit");
  EXPECT_EQ(normal.facts.kind, Kind::llm);
  EXPECT_EQ(shown(normal.facts.usage), "40/60/0/20/0");
  EXPECT_EQ(normal.facts.usage_rule, "livekit_inclusive");
  EXPECT_THAT(shown_input(normal, span.arena()),
              ElementsAre("system: text(Be brief.)", "user: text(Weather?)", "assistant: tool_call(c1 weather {{}})",
                          "tool: tool_result(c1 'rainy')"));
  // As the history of the next request will have them.
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Rain.)", "assistant: tool_call(c2 bye {{}})"));
  EXPECT_THAT(normal.facts.requested_tool_call_ids, ElementsAre("c2"));
}

TEST(LiveKit, BothSpellingsOfContent) {
  for (const std::string pii : {"", "pii."}) {
    TestSpan node("llm_node", "livekit-agents");
    node.with("lk." + pii + "chat_ctx",
              R"({"items": [{"id": "i1", "type": "message", "role": "user", )"
              R"("content": ["Weather?"]}, {"id": "i2", "type": "function_call", "call_id": "c1", "name": "weather", )"
              R"("arguments": "{}"}, {"id": "i3", "type": "function_call_output", "call_id": "c1", "output": "gone", )"
              R"("is_error": true}]})");
    node.with("lk." + pii + "response.text", "Sorry.").with("lk.response.ttft", 0.5).with("lk.speech_id", "s");
    const auto normal = node.normalised();
    EXPECT_EQ(normal.facts.kind, Kind::step);
    EXPECT_EQ(normal.facts.ttft, DurationNs{500'000'000});
    EXPECT_THAT(shown_input(normal, node.arena()),
                ElementsAre("user: text(Weather?)", "assistant: tool_call(c1 weather {{}})",
                            "tool: tool_result(c1 'gone' error)"));
    EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Sorry.)"));
    TestSpan tool("function_tool", "livekit-agents");
    tool.with("lk.function_tool.name", "weather").with("lk.function_tool.id", "c1");
    tool.with("lk." + pii + "function_tool.arguments", "{}").with("lk." + pii + "function_tool.output", "gone");
    tool.with("lk.function_tool.is_error", Value::of_bool(true));
    const auto called = tool.normalised();
    EXPECT_EQ(called.facts.kind, Kind::tool);
    EXPECT_EQ(called.facts.tool_name, "weather");
    EXPECT_EQ(called.facts.tool_call_id, "c1");
    EXPECT_EQ(called.facts.status, SpanStatus::error);
    ASSERT_TRUE(called.tool->arguments && called.tool->result);
    EXPECT_EQ(called.tool->result->text, "gone");
  }
}

TEST(LiveKit, TheConventionsMessagesStayWhole) {
  TestSpan span("llm_request", "livekit-agents");
  span.with("gen_ai.operation.name", "chat")
      .with("gen_ai.output.messages",
            R"([{"role":"assistant","parts":[ )"
            R"({"type":"text","content":"Rain."},{"type":"tool_call","id":"c2","name":"bye","arguments":{}}]}])");
  EXPECT_THAT(shown(span.normalised().output), ElementsAre("assistant: text(Rain.) tool_call(c2 bye {{}})"));
}

TEST(LiveKit, SpansOfASession) {
  const std::pair<const char*, Kind> kinds[] = {{"agent_session", Kind::workflow}, {"agent_turn", Kind::agent},
                                                {"llm_request_run", Kind::span},   {"tts_node", Kind::span},
                                                {"user_turn", Kind::span},         {"function_tool", Kind::tool}};
  for (const auto& [name, kind] : kinds) {
    TestSpan span(name, "livekit-agents");
    span.with("lk.job_id", "AJ_1").with("lk.agent_name", "clerk");
    const auto facts = span.normalised().facts;
    EXPECT_EQ(facts.kind, kind) << name;
    EXPECT_EQ(facts.session_key, "AJ_1");
    EXPECT_EQ(facts.agent, "clerk");
  }
}

TEST(LiveKit, UsageAroundARequestIsARollUp) {
  TestSpan turn("agent_turn", "livekit-agents");
  turn.with("gen_ai.request.model", "gpt-realtime")
      .with("gen_ai.usage.input_tokens", 5)
      .with("gen_ai.usage.output_tokens", 2);
  EXPECT_TRUE(turn.normalised().facts.is_rollup);
  // Beside the session, a model that speaks has no other span.
  TestSpan metrics("realtime_metrics", "livekit-agents");
  metrics.with("gen_ai.request.model", "gpt-realtime").with("gen_ai.usage.input_tokens", 5);
  EXPECT_EQ(metrics.normalised().facts.kind, Kind::llm);
}

TEST(LiveKit, WrongTypesAreUnset) {
  for (const char* text : {"7", "[", R"({"items":7})", R"({"items":[7,{"type":"function_call","call_id":7}]})"}) {
    TestSpan span("llm_node", "livekit-agents");
    span.with("lk.chat_ctx", text).with("lk.response.text", 7).with("lk.response.function_calls", text);
    span.with("lk.response.ttft", "soon").with("lk.function_tool.is_error", "maybe");
    const auto normal = span.normalised();
    EXPECT_FALSE(normal.facts.ttft.has_value());
    shown_input(normal, span.arena());
  }
}

TEST(LiveKit, ContextThatWasNotFetchedIsStillThere) {
  TestSpan span("llm_node", "livekit-agents");
  span.with_stored("lk.pii.chat_ctx");
  EXPECT_EQ(span.normalised().content.size(), 1u);
}

}  // namespace
}  // namespace strobe::dialect
