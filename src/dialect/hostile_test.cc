#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <limits>
#include <random>

#include "dialect/fields.h"
#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

// Values that no key expects.
std::vector<Value> odd_values(Arena& arena) {
  auto levels = arena.allocate_array<Value>(1000);
  for (size_t i = 1; i < levels.size(); ++i) levels[i] = Value::of_array(std::span<const Value>(&levels[i - 1], 1));
  const auto members = arena.allocate_array<KeyValue>(1);
  members[0] = {"", Value::of_string("\xff\xfe")};
  Value stored;
  stored.type = ValueType::stored;
  return {Value{},
          stored,
          levels.back(),
          Value::of_kvlist(members),
          Value::of_array({}),
          Value::of_bool(true),
          Value::of_int64(std::numeric_limits<int64_t>::min()),
          Value::of_int64(std::numeric_limits<int64_t>::max()),
          Value::of_float64(-0.0),
          Value::of_float64(1e308),
          Value::of_float64(std::numeric_limits<double>::quiet_NaN()),
          Value::of_bytes("\x00\x01"),
          Value::of_string(""),
          Value::of_string("\xff\xfe"),
          Value::of_string("-9223372036854775809"),
          Value::of_string("[[[["),
          Value::of_string("[null,1,\"x\",{},[]]"),
          Value::of_string("{\"message\":{\"role\":5}}"),
          Value::of_string("\"\\ud800\""),
          Value::of_string("[{\"role\":[],\"parts\":{\"type\":{}}},{\"parts\":[{\"type\":\"tool_call\",\"id\":7}]}]")};
}

TEST(Hostile, AnyValueUnderAnyKey) {
  const std::pair<const char*, const char*> recognisers[] = {{"gen_ai.operation.name", "chat"},
                                                             {"gen_ai.operation.name", "execute_tool"},
                                                             {"openinference.span.kind", "LLM"},
                                                             {"openinference.span.kind", "TOOL"},
                                                             {"ai.operationId", "ai.generateText.doGenerate"},
                                                             {"ai.operationId", "ai.toolCall"},
                                                             {"strobe.run.command", "x"}};
  Arena values_arena;
  const auto values = odd_values(values_arena);
  for (const auto& [recogniser, word] : recognisers) {
    for (size_t key = 0; key < k_key_count; ++key) {
      for (const Value& value : values) {
        TestSpan span("x", "strobe");
        span.with(recogniser, word).with(text_of(static_cast<Key>(key)), value);
        const auto normal = span.normalised();
        const Usage& usage = normal.facts.usage;
        for (const int64_t count : {usage.input, usage.cache_read, usage.cache_write, usage.output, usage.reasoning}) {
          ASSERT_GE(count, 0) << text_of(static_cast<Key>(key));
        }
        ASSERT_GE(normal.facts.cost_pico_usd, 0);
      }
    }
  }
}

TEST(Hostile, RandomMixesOfEverything) {
  std::mt19937 random(7);
  Arena values_arena;
  const auto values = odd_values(values_arena);
  for (int round = 0; round < 3000; ++round) {
    TestSpan span("ai.generateText.doGenerate", round % 2 == 0 ? "ai" : "x");
    for (int i = 0; i < 30; ++i) {
      span.with(text_of(static_cast<Key>(random() % k_key_count)), values[random() % values.size()]);
    }
    for (const auto group : {Group::output_messages, Group::choices, Group::request, Group::input_messages}) {
      const auto key = std::string(prefix_of(group)) + "." + std::to_string(random() % 3) + ".message.contents." +
                       std::to_string(random() % 3) + ".message_content.text";
      span.with(key, values[random() % values.size()]);
      span.with(std::string(prefix_of(group)) + "." + std::string(random() % 5, '.'), values[random() % values.size()]);
    }
    if (round % 3 == 0) span.with("openinference.span.kind", "LLM");
    span.normalised();
  }
}

TEST(Hostile, ElementsOfAnyShape) {
  const ElementFormat formats[] = {
      ElementFormat::none,           ElementFormat::otel_message,          ElementFormat::otel_system,
      ElementFormat::otel_tool,      ElementFormat::openinference_message, ElementFormat::openinference_tool,
      ElementFormat::vercel_message, ElementFormat::vercel_tool,           ElementFormat::vercel_prompt};
  const char* texts[] = {"null",
                         "7",
                         "\"\"",
                         "[]",
                         "{}",
                         "[[[[]]]]",
                         R"({"role":7,"parts":7,"content":{}})",
                         R"({"message":{"role":"tool","contents":[7]}})",
                         R"({"tool":7})",
                         R"({"tool":{"json_schema":{}}})",
                         R"({"role":"tool","tool_call_id":"c","content":null})",
                         R"({"prompt":7})",
                         R"({"message":{"role":"assistant","tool_calls":[7,{"tool_call":7},{"tool_call":{}}]}})",
                         R"({"content":[{"type":"image_url","image_url":7},{"type":"file"},{"type":7}]})"};
  for (const auto format : formats) {
    for (const char* text : texts) {
      Arena arena;
      const auto node = json::parse(text, arena);
      ASSERT_TRUE(node.has_value()) << text;
      EXPECT_FALSE(shown(parse_element(format, *node, arena)).empty());
    }
  }
}

double seconds_for(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(Hostile, SixtyThousandFlatAttributesAreLinear) {
  TestSpan span("ChatCompletion");
  span.with("openinference.span.kind", "LLM");
  for (int i = 0; i < 20'000; ++i) {
    const auto prefix = "llm.output_messages." + std::to_string(i * 7919 % 20'000);
    span.with(prefix + ".message.content", "x").with(prefix + ".message.role", "user");
    span.with("llm.output_messages.0.message.odd" + std::to_string(i), "x");
  }
  const double seconds = seconds_for([&] { EXPECT_LE(span.normalised().output.size(), 10'002u); });
  EXPECT_LT(seconds, 3.0);
}

TEST(Hostile, DeepKeysAndIndexBombs) {
  TestSpan span("ChatCompletion");
  span.with("openinference.span.kind", "LLM");
  std::string deep = "llm.output_messages.0";
  for (int i = 0; i < 50'000; ++i) deep += ".a";
  span.with(deep, "x");
  span.with("llm.output_messages.4294967295.message.content", "x");
  span.with("llm.output_messages.99999999999999999999.message.content", "x");
  span.with("llm.output_messages.1.message.tool_calls.999999999.tool_call.id", "x");
  EXPECT_LE(span.normalised().output.size(), 2u);
}

TEST(Hostile, DeepJsonIsNoStackOverflow) {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  TestSpan span("chat");
  span.with("gen_ai.operation.name", "chat").with("gen_ai.output.messages", deep);
  span.with("gen_ai.response.finish_reasons", deep);
  span.normalised();
  TestSpan tool("tool");
  tool.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.call.arguments", deep);
  EXPECT_FALSE(tool.normalised().tool->arguments->is_json);
}

}  // namespace
}  // namespace strobe::dialect
