#include "dialect/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dialect/provider.h"
#include "dialect/span_test_util.h"
#include "dialect/unflatten.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Value text(std::string_view value) { return Value::of_string(value); }

TEST(Fields, EveryKeyIsFoundUnderItsOwnName) {
  for (size_t i = 0; i < k_key_count; ++i) {
    const auto key = static_cast<Key>(i);
    TestSpan span("x");
    span.with(text_of(key), "value");
    const Fields fields(span.raw());
    EXPECT_EQ(fields.text(key), "value") << text_of(key);
    for (size_t other = 0; other < k_key_count; ++other) {
      EXPECT_EQ(fields.value(static_cast<Key>(other)) != nullptr, other == i) << text_of(key);
    }
  }
}

TEST(Fields, TheLastOfTwoWins) {
  TestSpan span("x");
  span.with("session.id", "first").with("session.id", "second");
  EXPECT_EQ(Fields(span.raw()).text(Key::session_id), "second");
}

TEST(Fields, BlanksAreAbsent) {
  for (const char* blank : {"", "{}", "N/A", "<not specified>", "null"}) {
    TestSpan span("x");
    span.with("session.id", blank);
    EXPECT_FALSE(Fields(span.raw()).has(Key::session_id)) << blank;
  }
  TestSpan span("x");
  span.with("session.id", "N/A ");
  EXPECT_TRUE(Fields(span.raw()).has(Key::session_id));
}

TEST(Fields, Integers) {
  EXPECT_EQ(as_int64(Value::of_int64(-3)), -3);
  EXPECT_EQ(as_int64(Value::of_float64(42.0)), 42);
  EXPECT_EQ(as_int64(text(" 42 ")), 42);
  EXPECT_EQ(as_int64(text("42.0")), 42);
  for (const double number : {1.5, std::nan(""), 1e19, -1e19, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(as_int64(Value::of_float64(number)), std::nullopt) << number;
  }
  for (const char* no_number : {"", "four", "99999999999999999999", "0x10", "1.5"}) {
    EXPECT_EQ(as_int64(text(no_number)), std::nullopt) << no_number;
  }
  EXPECT_EQ(as_int64(Value::of_bool(true)), std::nullopt);
}

TEST(Fields, Doubles) {
  EXPECT_EQ(as_double(text("0.25")), 0.25);
  EXPECT_EQ(as_double(Value::of_int64(2)), 2.0);
  EXPECT_EQ(as_double(Value::of_float64(std::nan(""))), std::nullopt);
  EXPECT_EQ(as_double(text("NaN")), std::nullopt);
  EXPECT_EQ(as_double(text("cheap")), std::nullopt);
}

TEST(Fields, Booleans) {
  EXPECT_EQ(as_bool(Value::of_bool(true)), true);
  EXPECT_EQ(as_bool(text("True")), true);
  EXPECT_EQ(as_bool(text("false")), false);
  EXPECT_EQ(as_bool(Value::of_int64(1)), true);
  EXPECT_EQ(as_bool(text("maybe")), std::nullopt);
}

TEST(Fields, StringLists) {
  const Value items[] = {text("stop"), Value::of_int64(3), text("length")};
  EXPECT_THAT(as_string_list(Value::of_array(items)), ElementsAre("stop", "length"));
  EXPECT_THAT(as_string_list(text(R"(["stop","length"])")), ElementsAre("stop", "length"));
  EXPECT_THAT(as_string_list(text("stop, length")), ElementsAre("stop", "length"));
  EXPECT_THAT(as_string_list(text("stop")), ElementsAre("stop"));
  EXPECT_THAT(as_string_list(text(R"("stop")")), ElementsAre("stop"));
  EXPECT_THAT(as_string_list(text("")), IsEmpty());
  EXPECT_THAT(as_string_list(Value::of_int64(1)), IsEmpty());
}

TEST(Fields, GroupsNeedTheirDot) {
  TestSpan span("x");
  span.with("llm.input_messages_count", 3).with("llm.toolset.x", "y").with("llm.tools", "not a group");
  const Fields fields(span.raw());
  EXPECT_FALSE(fields.has_group(Group::input_messages));
  EXPECT_FALSE(fields.has_group(Group::tools));
  TestSpan other("x");
  other.with_stored("llm.input_messages").with("llm.tools.0.tool.json_schema", "{}");
  EXPECT_TRUE(Fields(other.raw()).has_group(Group::input_messages));
  EXPECT_TRUE(Fields(other.raw()).has_group(Group::tools));
}

TEST(Fields, PromptsNeedTheirNumber) {
  TestSpan span("x");
  span.with("gen_ai.prompt", "{}x").with("gen_ai.prompt.name", "n").with("gen_ai.completion.version", 3);
  span.with("gen_ai.tool.definitions", "[1]").with("llm.request.functions.name", "f");
  const Fields fields(span.raw());
  for (const Group group : {Group::gen_ai_prompts, Group::gen_ai_completions, Group::functions, Group::definitions}) {
    EXPECT_FALSE(fields.has_group(group)) << prefix_of(group);
  }
  EXPECT_EQ(fields.text(Key::gen_ai_prompt), "{}x");
  EXPECT_TRUE(fields.has(Key::gen_ai_tool_definitions));
  TestSpan other("x");
  other.with("gen_ai.prompt.0.role", "user").with("gen_ai.tool.definitions.12.name", "f");
  other.with_stored("gen_ai.completion");
  const Fields flat(other.raw());
  EXPECT_TRUE(flat.has_group(Group::gen_ai_prompts));
  EXPECT_TRUE(flat.has_group(Group::definitions));
  // Not fetched: a list of attributes or a text, nobody knows.
  EXPECT_TRUE(flat.has_group(Group::gen_ai_completions));
  EXPECT_TRUE(flat.has(Key::gen_ai_completion));
}

TEST(Providers, AliasesAreOne) {
  EXPECT_EQ(folded_provider("gcp.gemini"), "google-gemini");
  EXPECT_EQ(folded_provider("Google"), "google-gemini");
  EXPECT_EQ(folded_provider("gcp.vertex_ai"), "google-vertex");
  EXPECT_EQ(folded_provider("VertexAI"), "google-vertex");
  EXPECT_EQ(folded_provider("AWS"), "bedrock");
  EXPECT_EQ(folded_provider("az.ai.openai"), "azure-openai");
  EXPECT_EQ(folded_provider("Anthropic"), "anthropic");
  EXPECT_EQ(folded_provider("NewOne"), "newone");
  EXPECT_EQ(folded_provider("Langchain"), "");
  EXPECT_EQ(folded_vercel_provider("openai.chat"), "openai");
  EXPECT_EQ(folded_vercel_provider("openai.responses"), "openai");
  EXPECT_EQ(folded_vercel_provider("anthropic.messages"), "anthropic");
  EXPECT_EQ(folded_vercel_provider("google.generative-ai"), "google-gemini");
  EXPECT_EQ(folded_vercel_provider("google.vertex.chat"), "google-vertex");
  EXPECT_EQ(folded_vercel_provider("amazon-bedrock"), "bedrock");
  EXPECT_EQ(folded_vercel_provider(""), "");
}

TEST(Unflatten, NestsAndOrders) {
  Arena arena;
  const std::vector<KeyValue> attributes = {
      {"p.10.a", text("last")},        {"p.2.m.list.1.x", text("b")},   {"p.2.m.list.0.x", text("a")},
      {"p.2.m.n", Value::of_int64(1)}, {"p.2.m.n", Value::of_int64(2)}, {"p.x.a", text("no index")},
      {"p.99999.a", text("too far")},  {"p.3", text("no name")},        {"p.", text("nothing")},
  };
  std::vector<const KeyValue*> group;
  for (const KeyValue& attribute : attributes) group.push_back(&attribute);
  const auto nodes = unflatten(group, "p", arena);
  ASSERT_EQ(nodes.size(), 2u);
  const json::Node* inner = nodes[0].find("m");
  ASSERT_NE(inner, nullptr);
  ASSERT_EQ(inner->find("list")->items.size(), 2u);
  EXPECT_EQ(inner->find("list")->items[0].string_at("x"), "a");
  EXPECT_EQ(inner->find("n")->text, "2");
  EXPECT_EQ(nodes[1].string_at("a"), "last");
}

}  // namespace
}  // namespace strobe::dialect
