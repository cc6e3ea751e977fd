#include "dialect/payload.h"

#include <gtest/gtest.h>

#include "dialect/python_literal.h"

namespace strobe::dialect {
namespace {

std::string shown(const Value& value, TextIs text_is) {
  Arena arena;
  const auto payload = payload_of(&value, text_is, arena);
  if (!payload) return "nothing";
  return (payload->is_json ? "json " : "text ") + std::string(payload->text);
}

TEST(Payloads, TextIsJsonOnlyWhereDeclared) {
  EXPECT_EQ(shown(Value::of_string("42"), TextIs::plain), "text 42");
  EXPECT_EQ(shown(Value::of_string("42"), TextIs::if_structured), "text 42");
  EXPECT_EQ(shown(Value::of_string("42"), TextIs::declared_json), "json 42");
  EXPECT_EQ(shown(Value::of_string("{\"a\":1}"), TextIs::plain), "text {\"a\":1}");
  EXPECT_EQ(shown(Value::of_string("{\"a\":1}"), TextIs::if_structured), "json {\"a\":1}");
  EXPECT_EQ(shown(Value::of_string("{'a':1}"), TextIs::declared_json), "text {'a':1}");
  EXPECT_EQ(shown(Value::of_string("{\"a\":"), TextIs::declared_json), "text {\"a\":");
  EXPECT_EQ(shown(Value::of_string("\"a\\nb\""), TextIs::declared_json), "text a\nb");
  EXPECT_EQ(shown(Value::of_string(""), TextIs::declared_json), "text ");
  EXPECT_EQ(shown(Value{}, TextIs::declared_json), "nothing");
}

TEST(Payloads, StructuredValuesAreJson) {
  const Value items[] = {Value::of_int64(1), Value::of_bool(true), Value::of_bytes("ABCD"), Value{}};
  const KeyValue members[] = {{"list", Value::of_array(items)}, {"text", Value::of_string("a\"b")}};
  EXPECT_EQ(shown(Value::of_kvlist(members), TextIs::plain), R"(json {"list":[1,true,"QUJDRA==",null],"text":"a\"b"})");
}

TEST(Payloads, DeepValuesAreCut) {
  std::vector<Value> levels(10'000);
  for (size_t i = 1; i < levels.size(); ++i) levels[i] = Value::of_array(std::span(&levels[i - 1], 1));
  const auto text = shown(levels.back(), TextIs::plain);
  EXPECT_NE(text.find("null"), std::string::npos);
  EXPECT_LT(text.size(), 200u);
}

TEST(Payloads, TopLevelMembers) {
  const auto text = R"( {"a":{"id":"inner"}, "id" : "outer" ,"n":[1,2]} )";
  EXPECT_EQ(top_level_member(text, "id"), "\"outer\"");
  EXPECT_EQ(top_level_member(text, "n"), "[1,2]");
  EXPECT_EQ(top_level_member(text, "x"), "");
  for (const char* broken : {"", "{", "[1]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{1:2}", "null"}) {
    EXPECT_EQ(top_level_member(broken, "id"), "") << broken;
  }
}

TEST(Payloads, CutJsonIsReadAsFarAsItGoes) {
  Arena arena;
  const Value cut = Value::of_string(R"([{"role":"user"},{"role":"assi)");
  const auto content = read_json(&cut, arena);
  EXPECT_EQ(content.state, JsonContent::State::truncated);
  ASSERT_GE(content.node.items.size(), 1u);
  EXPECT_EQ(content.node.items[0].string_at("role"), "user");
  const Value plain = Value::of_string("hello");
  EXPECT_EQ(read_json(&plain, arena).state, JsonContent::State::unreadable);
  EXPECT_EQ(read_json(nullptr, arena).state, JsonContent::State::absent);
}

TEST(Payload, JsonInJsonInJson) {
  Arena arena;
  const Value once = Value::of_string(R"("{\"a\":1}")");
  EXPECT_EQ(payload_of(&once, TextIs::declared_json, arena)->text, "{\"a\":1}");
  EXPECT_TRUE(payload_of(&once, TextIs::declared_json, arena)->is_json);
  const Value twice = Value::of_string(R"("\"[{\\\"role\\\":\\\"user\\\"}]\"")");
  EXPECT_EQ(read_json(&twice, arena).node.items.size(), 1u);
  const Value text = Value::of_string(R"("hi")");
  EXPECT_FALSE(payload_of(&text, TextIs::declared_json, arena)->is_json);
  EXPECT_EQ(read_json(&text, arena).node.text, "hi") << "a string is all there is";
}

TEST(Payload, ItemsOfAList) {
  const auto items_of = [](std::string_view text) {
    std::vector<std::string> items;
    JsonItems walk(text);
    for (std::string_view item; walk.next(item);) items.emplace_back(item);
    return items;
  };
  EXPECT_EQ(items_of(R"( [1, "a,]" ,{"b":[2]} ] )"), (std::vector<std::string>{"1", "\"a,]\"", R"({"b":[2]})"}));
  EXPECT_EQ(items_of("[1, {\"cut"), std::vector<std::string>{"1"});
  EXPECT_TRUE(items_of("[]").empty());
  EXPECT_TRUE(items_of("{}").empty());
  EXPECT_TRUE(items_of("").empty());
}

TEST(Payload, NumbersOfSmallDictionaries) {
  const auto number = [](std::string_view text, std::string_view key) {
    const Value value = Value::of_string(text);
    return number_in(&value, key);
  };
  EXPECT_EQ(number("{'cache_read': 20, 'audio': None}", "cache_read"), 20);
  EXPECT_EQ(number(R"({"a":{"cached_tokens": 8}})", "cached_tokens"), 8);
  EXPECT_FALSE(number("{'cache_read': None}", "cache_read"));
  EXPECT_FALSE(number("{'x_cache_read': 20}", "cache_read"));
  EXPECT_FALSE(number("cache_read", "cache_read"));
  EXPECT_FALSE(number_in(nullptr, "x"));
}

TEST(Payload, WhatPythonShows) {
  Arena arena;
  EXPECT_EQ(json_of_python(R"({'a': [1, -2.5, True], "b": {'c': 'it\'s\n'}, 'd': (), })", arena),
            R"({"a":[1,-2.5,true],"b":{"c":"it's\n"},"d":[]})");
  for (const char* text :
       {"{'a': <Tool at 0x1>}", "{'a': 1", "{'a' 1}", "plain", "", "{'a': '\\u1234'}", "{1: 2}", "{}x"}) {
    EXPECT_FALSE(json_of_python(text, arena)) << text;
  }
  EXPECT_FALSE(json_of_python(std::string(100'000, '['), arena));
}

}  // namespace
}  // namespace strobe::dialect
