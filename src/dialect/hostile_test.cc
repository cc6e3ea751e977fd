#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <limits>
#include <random>

#include "dialect/fields.h"
#include "dialect/payload.h"
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
                                                             {"gen_ai.system", "strands-agents"},
                                                             {"gen_ai.system", "autogen"},
                                                             {"lk.job_id", "x"},
                                                             {"mcp.method.name", "tools/call"},
                                                             {"langfuse.observation.type", "generation"},
                                                             {"langfuse.observation.type", "tool"},
                                                             {"langsmith.span.kind", "llm"},
                                                             {"langsmith.span.kind", "tool"},
                                                             {"mlflow.spanType", "\"CHAT_MODEL\""},
                                                             {"mlflow.spanType", "\"TOOL\""},
                                                             {"genkit:metadata:subtype", "model"},
                                                             {"genkit:metadata:subtype", "tool"},
                                                             {"lmnr.span.type", "LLM"},
                                                             {"llm.request.type", "chat"},
                                                             {"traceloop.span.kind", "tool"},
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

double seconds_for(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Dialects that are known by their scope.
TEST(Hostile, AnyValueUnderAnyKeyOfAScope) {
  const std::pair<const char*, const char*> spans[] = {{"pydantic-ai", "agent run"},
                                                       {"pydantic-ai", "running tool"},
                                                       {"logfire.openai", "streaming response from x"},
                                                       {"logfire.anthropic", "x"},
                                                       {"gcp.vertex.agent", "call_llm"},
                                                       {"gcp.vertex.agent", "execute_tool x"},
                                                       {"gen_ai", "execute_tool x"},
                                                       {"ai", "ai.streamText.doStream"},
                                                       {"gcp.vertex.agent", "agent_run [x]"},
                                                       {"pydantic-ai", "chat gpt-4o"},
                                                       {"openinference.x.openai_agents", "response"}};
  Arena values_arena;
  const auto values = odd_values(values_arena);
  for (const auto& [scope, name] : spans) {
    for (size_t key = 0; key < k_key_count; ++key) {
      for (const Value& value : values) {
        TestSpan span(name, scope);
        span.with("gen_ai.request.model", "m").with(text_of(static_cast<Key>(key)), value);
        if (name == std::string_view("chat gpt-4o")) span.with("gen_ai.operation.name", "chat");
        const auto normal = span.normalised();
        ASSERT_GE(normal.facts.usage.total(), 0) << text_of(static_cast<Key>(key));
        ASSERT_LE(normal.facts.start, normal.facts.end);
      }
    }
  }
}

TEST(Hostile, EventsInOneAttributeAreLinear) {
  std::string events = "[";
  for (int i = 0; i < 200'000; ++i) events += R"({"role":"user","content":"x"},)";
  events += R"({"event.name":"gen_ai.choice","message":{"role":"assistant","content":"y"}}])";
  TestSpan span("chat m", "pydantic-ai");
  span.with("gen_ai.operation.name", "chat").with("events", events);
  EXPECT_LT(seconds_for([&] { EXPECT_EQ(span.normalised().output.size(), 1u); }), 3.0);
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
  const ElementFormat formats[] = {ElementFormat::otel_event,
                                   ElementFormat::strands_event,
                                   ElementFormat::pydantic_event,
                                   ElementFormat::gemini_content,
                                   ElementFormat::openinference_text,
                                   ElementFormat::openllmetry_message,
                                   ElementFormat::openllmetry_chat,
                                   ElementFormat::framework_message,
                                   ElementFormat::none,
                                   ElementFormat::otel_message,
                                   ElementFormat::otel_system,
                                   ElementFormat::otel_tool,
                                   ElementFormat::openinference_message,
                                   ElementFormat::openinference_tool,
                                   ElementFormat::vercel_message,
                                   ElementFormat::vercel_tool,
                                   ElementFormat::vercel_prompt};
  const char* texts[] = {
      "null",
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
      R"({"lc":1,"id":["AIMessage"],"kwargs":{"content":{},"tool_calls":[7,{}],"response_metadata":7}})",
      R"({"type":"tool","data":{"content":[7],"tool_call_id":7}})",
      R"({"role":"model","content":[{"toolRequest":7},{"toolResponse":{}},{"media":7},{"reasoning":{}}]})",
      R"({"role":"assistant","content":"{\"type\":\"reasoning\",\"summary\":7}","tool_calls":7})",
      R"({"role":"user","content":"[{\"type\":\"text\"},{\"type\":\"tool_use\",\"input\":7}]"})",
      R"([["human"],["human",7]])",
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

TEST(Hostile, AnyValueInAnyEventOrLogRecord) {
  const char* scopes[] = {"x", "strands.telemetry.tracer", "livekit-agents", "agent_framework", "semantic_kernel.x"};
  const char* names[] = {"gen_ai.user.message",
                         "gen_ai.tool.message",
                         "gen_ai.choice",
                         "gen_ai.content.prompt",
                         "gen_ai.content.completion",
                         "gen_ai.prompt",
                         "gen_ai.client.inference.operation.details"};
  const char* keys[] = {"content",
                        "message",
                        "parts",
                        "tool_calls",
                        "role",
                        "id",
                        "index",
                        "gen_ai.prompt",
                        "gen_ai.completion",
                        "gen_ai.event.content",
                        "gen_ai.input.messages"};
  const char* operations[] = {"chat", "execute_tool", "invoke_agent"};
  Arena values_arena;
  const auto values = odd_values(values_arena);
  std::mt19937 random(11);
  for (int round = 0; round < 5000; ++round) {
    TestSpan span("x", scopes[random() % std::size(scopes)]);
    span.with("gen_ai.operation.name", operations[random() % std::size(operations)]);
    for (int i = 0; i < 6; ++i) {
      const auto attributes = span.arena().allocate_array<KeyValue>(3);
      for (KeyValue& attribute : attributes) {
        attribute = {keys[random() % std::size(keys)], values[random() % values.size()]};
      }
      const char* name = names[random() % std::size(names)];
      const bool has_members = random() % 2 == 0;
      if (random() % 2 == 0) {
        span.event(name, random() % 5, attributes);
      } else {
        span.log(name, random() % 5, attributes,
                 has_members ? Value::of_kvlist(attributes) : values[random() % values.size()]);
      }
    }
    const NormalSpan normal = span.normalised();
    for (const ContentSource& source : normal.content) {
      if (source.shape != ContentShape::value_array || source.value == nullptr) continue;
      for (const Value& item : source.value->as_array()) {
        parse_element(source.format, node_of(item, span.arena()), span.arena());
      }
    }
  }
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

TEST(Hostile, FlattenedPromptsAndBigListsAreLinear) {
  TestSpan span("openai.chat");
  span.with("llm.request.type", "chat").with("gen_ai.completion.4294967296.content", "x");
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::to_string(i * 7919 % 20'000);
    span.with("gen_ai.prompt." + number + ".role", "user").with("gen_ai.completion." + number + ".content", "x");
    span.with("gen_ai.completion.0.tool_calls." + number + ".id", "c" + number);
  }
  EXPECT_LT(seconds_for([&] { EXPECT_LE(span.normalised().output.size(), 10'002u); }), 3.0);

  std::string list = R"({"messages":[)";
  for (int i = 0; i < 300'000; ++i) list += R"({"role":"user","content":"x"},)";
  for (const std::string& text : {list, list + "{}]}", std::string(300'000, '['), std::string(300'000, '{')}) {
    TestSpan whole("x", "langsmith");
    whole.with("langsmith.span.kind", "llm").with("gen_ai.prompt", text).with("gen_ai.completion", text);
    EXPECT_LT(seconds_for([&] { EXPECT_LE(whole.normalised().output.size(), 1000u); }), 3.0);
  }
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
