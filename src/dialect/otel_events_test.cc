#include "dialect/otel_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "dialect/told_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

void as_call(TestSpan& span) {
  span.with("gen_ai.operation.name", "chat")
      .with("gen_ai.system", "openai")
      .with("gen_ai.request.model", "gpt-4o")
      .with("gen_ai.usage.input_tokens", 10)
      .with("gen_ai.usage.output_tokens", 5);
}

constexpr const char* k_asked = R"({"tool_calls":[{"id":"call_1","type":"function",
    "function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}]})";
constexpr const char* k_shown_asked = R"(assistant: tool_call(call_1 get_weather {{"city":"Paris"}}))";

TEST(ToldMessages, LogRecordsWithStructuredBodies) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  log_body(span, "gen_ai.system.message", 10, R"({"content":"Be brief."})");
  log_body(span, "gen_ai.user.message", 11, R"({"content":"Weather in Paris?"})");
  log_body(span, "gen_ai.assistant.message", 12, k_asked);
  log_body(span, "gen_ai.tool.message", 13, R"({"id":"call_1","content":"rainy"})");
  log_body(span, "gen_ai.choice", 14,
           R"({"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Rainy."}})");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "otel_genai");
  EXPECT_EQ(normal.facts.basis, ContextBasis::complete);
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("system: text(Be brief.)", "user: text(Weather in Paris?)",
                                                             k_shown_asked, "tool: tool_result(call_1 'rainy')"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Rainy.)"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("stop"));
}

TEST(ToldMessages, ArriveInAnyOrder) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  log_body(span, "gen_ai.tool.message", 13, R"({"id":"call_1","content":"rainy"})");
  log_body(span, "gen_ai.user.message", 11, R"({"content":"Paris?"})");
  log_body(span, "gen_ai.system.message", 11, R"({"content":"Be brief."})");
  EXPECT_THAT(shown_input(span.normalised(), span.arena()),
              ElementsAre("system: text(Be brief.)", "user: text(Paris?)", "tool: tool_result(call_1 'rainy')"));
}

TEST(ToldMessages, SpanEventsOfOneMomentKeepTheirOrder) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  tell(span, "gen_ai.user.message", 10, R"({"content":"a"})");
  tell(span, "gen_ai.assistant.message", 10, R"({"content":"b"})");
  tell(span, "gen_ai.user.message", 10, R"({"content":"c"})");
  EXPECT_THAT(shown_input(span.normalised(), span.arena()),
              ElementsAre("user: text(a)", "assistant: text(b)", "user: text(c)"));
}

TEST(ToldMessages, AnAnswerEqualsItsRepetitionInTheHistory) {
  TestSpan first("chat gpt-4o");
  as_call(first);
  log_body(first, "gen_ai.choice", 14,
           std::string(R"({"index":0,"finish_reason":"tool_calls","message":)") + k_asked + "}");
  TestSpan second("chat gpt-4o");
  as_call(second);
  log_body(second, "gen_ai.user.message", 10, R"({"content":"Paris?"})");
  log_body(second, "gen_ai.assistant.message", 12, k_asked);
  const auto answer = first.normalised();
  EXPECT_THAT(shown(answer.output), ElementsAre(k_shown_asked));
  EXPECT_EQ(shown_input(second.normalised(), second.arena()).back(), shown(answer.output).front());
  EXPECT_THAT(answer.facts.requested_tool_call_ids, ElementsAre("call_1"));
}

TEST(ToldMessages, CallsBesideTheMessageOfAChoice) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  log_body(
      span, "gen_ai.choice", 14,
      R"({"index":0,"message":{"content":null},"tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]})");
  EXPECT_THAT(shown(span.normalised().output), ElementsAre("assistant: tool_call(c f {{}})"));
}

TEST(ToldMessages, DotNetsTagHoldsTheBody) {
  TestSpan span("chat.completions gpt-4o", "Azure.AI.Inference");
  as_call(span);
  tell(
      span, "gen_ai.user.message", 10,
      R"({"gen_ai.system":"az.ai.inference","gen_ai.event.content":"{\"role\":\"user\",\"content\":\"Hi {\\\"a\\\":1}\"}"})");
  tell(span, "gen_ai.choice", 20,
       R"({"gen_ai.event.content":"{\"index\":0,\"finish_reason\":\"Stop\",\"message\":{\"content\":\"Hello\"}}"})");
  const auto normal = span.normalised();
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre(R"(user: text(Hi {"a":1}))"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Hello)"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("Stop"));
}

TEST(ToldMessages, BodiesOfJsonTextAndOfPlainText) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  span.log("gen_ai.system.message", 9, {}, Value::of_string("Be brief."));
  span.log("gen_ai.user.message", 10, {}, Value::of_string(R"({"role":"user","content":"42"})"));
  // What a user wrote is text, even when it looks like something else.
  span.log("gen_ai.user.message", 11, {}, Value::of_string(R"({"city":"Paris"})"));
  EXPECT_THAT(shown_input(span.normalised(), span.arena()),
              ElementsAre("system: text(Be brief.)", "user: text(42)", R"(user: text({"city":"Paris"}))"));
}

TEST(ToldMessages, OtherRolesAndPartsInBodies) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  log_body(span, "gen_ai.tool.developer", 9, R"({"content":"Obey."})");
  log_body(span, "gen_ai.user.message", 10, R"({"content":{"role":"model","parts":[{"text":"from Google"}]}})");
  log_body(span, "gen_ai.user.message", 11, R"({"role":"user","parts":[{"type":"text","content":"in parts"}]})");
  EXPECT_THAT(shown_input(span.normalised(), span.arena()),
              ElementsAre("developer: text(Obey.)", "assistant: text(from Google)", "user: text(in parts)"));
}

TEST(ToldMessages, ContentEventsOfTheFirstForm) {
  TestSpan span("chat gpt-4");
  as_call(span);
  tell(span, "gen_ai.content.prompt", 10,
       R"({"gen_ai.prompt":"[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":\"U\"}]"})");
  tell(span, "gen_ai.content.completion", 20,
       R"({"gen_ai.completion":"[{\"role\":\"assistant\",\"content\":\"A\",\"finish_reason\":\"stop\"}]"})");
  const auto normal = span.normalised();
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("system: text(S)", "user: text(U)"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(A)"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("stop"));
  EXPECT_EQ(normal.facts.basis, ContextBasis::complete);
}

TEST(ToldMessages, PromptAndCompletionAsAttributes) {
  TestSpan span("chat gpt-4");
  as_call(span);
  span.with("gen_ai.prompt", R"( {"model":"gpt-4","messages":[{"role":"user","content":"U"}]})");
  span.with("gen_ai.completion", R"({"answer":1})");
  EXPECT_THAT(shown_input(span.normalised(), span.arena()), ElementsAre("user: text(U)"));
  EXPECT_THAT(shown(span.normalised().output), ElementsAre(R"(assistant: text({"answer":1}))"));
  TestSpan texts("text_completion");
  as_call(texts);
  texts.with("gen_ai.prompt", "Once upon").with("gen_ai.completion", "a time");
  const auto normal = texts.normalised();
  EXPECT_THAT(shown_input(normal, texts.arena()), ElementsAre("user: text(Once upon)"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(a time)"));
}

TEST(ToldMessages, AttributesComeFirst) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  span.with("gen_ai.input.messages", R"([{"role":"user","parts":[{"type":"text","content":"attribute"}]}])");
  span.with("gen_ai.output.messages", R"([{"role":"assistant","parts":[{"type":"text","content":"answer"}]}])");
  log_body(span, "gen_ai.user.message", 10, R"({"content":"event"})");
  log_body(span, "gen_ai.choice", 10, R"({"index":0,"message":{"content":"event"}})");
  tell(span, "gen_ai.content.prompt", 10, R"({"gen_ai.prompt":"old"})");
  const auto normal = span.normalised();
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("user: text(attribute)"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(answer)"));
  EXPECT_THAT(normal.content, SizeIs(1));
}

TEST(ToldMessages, DetailsEventsAreMergedByKey) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  tell(span, "gen_ai.client.inference.operation.details", 10,
       R"({"gen_ai.input.messages":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"U\"}]}]"})");
  tell(span, "gen_ai.client.inference.operation.details", 20,
       R"({"gen_ai.output.messages":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"A\"}]}]"})");
  log_body(span, "gen_ai.user.message", 10, R"({"content":"event"})");
  const auto normal = span.normalised();
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("user: text(U)"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(A)"));
}

TEST(ToldMessages, EventsAndLogsOfOneMessageAreOne) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  tell(span, "gen_ai.user.message", 10, R"({"content":"U"})");
  log_body(span, "gen_ai.user.message", 10, R"({"content":"U"})");
  tell(span, "gen_ai.choice", 20, R"({"index":0,"message":"A"})");
  log_body(span, "gen_ai.choice", 20, R"({"index":0,"message":{"content":"A"}})");
  const auto normal = span.normalised();
  EXPECT_THAT(shown_input(normal, span.arena()), ElementsAre("user: text(U)"));
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(A)"));
}

TEST(ToldMessages, WithoutContentTheContextIsAbsent) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  tell(span, "gen_ai.user.message", 9, R"({"gen_ai.system":"openai"})");
  log_body(span, "gen_ai.user.message", 10, "{}");
  log_body(span, "gen_ai.assistant.message", 11,
           R"({"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f"}}]})");
  log_body(span, "gen_ai.tool.message", 12, R"({"id":"call_1"})");
  log_body(span, "gen_ai.choice", 13, R"({"index":0,"finish_reason":"stop","message":{"role":"assistant"}})");
  const auto normal = span.normalised();
  EXPECT_THAT(normal.content, IsEmpty());
  EXPECT_THAT(normal.output, IsEmpty());
  EXPECT_EQ(normal.facts.basis, ContextBasis::absent);
  EXPECT_THAT(normal.finish_reasons, ElementsAre("stop"));
}

TEST(ToldMessages, OneChoiceADeltaIsOneAnswer) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  log_body(span, "gen_ai.choice", 10, R"({"index":0,"content":{"role":"model","parts":[{"text":"Rai"}]}})");
  log_body(span, "gen_ai.choice", 11, R"({"index":0,"content":{"role":"model","parts":[{"text":"ny."}]}})");
  log_body(span, "gen_ai.choice", 11, R"({"index":1,"content":{"role":"model","parts":[{"text":"Sunny."}]}})");
  // The sum that ends the stream.
  log_body(span, "gen_ai.choice", 12,
           R"({"index":0,"finish_reason":"STOP","content":{"role":"model","parts":[{"text":"Rainy."}]}})");
  const auto normal = span.normalised();
  EXPECT_THAT(shown(normal.output), ElementsAre("assistant: text(Rainy.)", "assistant: text(Sunny.)"));
  EXPECT_THAT(normal.finish_reasons, ElementsAre("STOP"));
}

TEST(ToldMessages, ChoicesWithoutAnIndexAreTwo) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  tell(span, "gen_ai.choice", 10, R"({"message":"one"})");
  tell(span, "gen_ai.choice", 11, R"({"message":"two"})");
  EXPECT_THAT(shown(span.normalised().output), ElementsAre("assistant: text(one)", "assistant: text(two)"));
}

TEST(ToldMessages, DroppedEventsAreDroppedContext) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  tell(span, "gen_ai.user.message", 10, R"({"content":"U"})");
  RawSpan raw = span.raw();
  raw.dropped_events_count = 3;
  EXPECT_EQ(normalise(raw, {}, span.arena()).facts.basis, ContextBasis::dropped);
}

TEST(ToldMessages, AnAnswerMakesAModelsSpanACall) {
  TestSpan span("ask");
  span.with("gen_ai.system", "openai").with("gen_ai.request.model", "gpt-4o");
  EXPECT_EQ(span.normalised().facts.kind, Kind::span);
  tell(span, "gen_ai.choice", 10, R"({"message":"one"})");
  EXPECT_EQ(span.normalised().facts.kind, Kind::llm);
}

TEST(ToldMessages, DeprecatedParameters) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  span.with("gen_ai.openai.request.seed", 7).with("gen_ai.openai.request.service_tier", "flex");
  span.with("openai.request.service_tier", "auto");
  const auto normal = span.normalised();
  ASSERT_EQ(normal.request.size(), 2u);
  EXPECT_EQ(normal.request[0].key, "seed");
  EXPECT_EQ(normal.request[1].value.as_text(), "auto");
}

TEST(ToldMessages, WrongTypesAreNoMessages) {
  for (const char* body :
       {"7", "[]", "[7]", "null", R"({"message":7})", R"({"content":7,"tool_calls":7})", R"({"message":[],"index":{}})",
        R"({"tool_calls":["x",7,{"function":7}],"role":{}})", R"({"parts":{"a":[]},"id":7})"}) {
    for (const char* name : {"gen_ai.user.message", "gen_ai.tool.message", "gen_ai.choice", "gen_ai.content.prompt",
                             "gen_ai.content.completion", "gen_ai.prompt", "gen_ai.nothing"}) {
      TestSpan span("chat gpt-4o");
      as_call(span);
      log_body(span, name, 10, body);
      const auto attributes = value_of(body, span.arena()).as_kvlist();
      span.event(name, 10, attributes);
      const auto normal = span.normalised();
      EXPECT_LE(normal.output.size(), 2u) << name << body;
      shown_input(normal, span.arena());
    }
  }
}

TEST(ToldMessages, TenThousandAndOneOfEachAreLinear) {
  TestSpan span("chat gpt-4o");
  as_call(span);
  for (int i = 0; i < 10'001; ++i) {
    const auto time = static_cast<uint64_t>(20'000 - i);
    log_body(span, "gen_ai.user.message", time, R"({"content":"x"})");
    log_body(span, "gen_ai.choice", time, R"({"index":0,"message":{"content":"xy"}})");
    log_body(span, "gen_ai.choice", time, R"({"index":)" + std::to_string(i) + R"(,"message":{"content":"y"}})");
  }
  const auto start = std::chrono::steady_clock::now();
  const auto normal = span.normalised();
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 3.0);
  EXPECT_EQ(shown_input(normal, span.arena()).size(), 10'001u);
  ASSERT_EQ(normal.output.size(), 10'001u);
  size_t longest = 0;
  for (const Message& message : normal.output) longest = std::max(longest, message.parts.front().text.size());
  EXPECT_GT(longest, 20'000u);
}

}  // namespace
}  // namespace strobe::dialect
