#include "json/parse.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace strobe::json {
namespace {

// A spelling of what a node holds, for comparison.
std::string spelled(const Node& node) {
  switch (node.type) {
    case Type::null: return "null";
    case Type::boolean: return node.boolean ? "true" : "false";
    case Type::number: return std::string(node.text);
    case Type::string: return "'" + std::string(node.text) + "'";
    case Type::array: {
      std::string out = "[";
      for (const Node& item : node.items) out += spelled(item) + ";";
      return out + "]";
    }
    case Type::object: {
      std::string out = "{";
      for (const Member& member : node.members) out += std::string(member.key) + "=" + spelled(member.value) + ";";
      return out + "}";
    }
  }
  return "?";
}

std::string parsed(std::string_view text) {
  Arena arena;
  const auto node = parse(text, arena);
  return node ? spelled(*node) : "error: " + node.error().message;
}

std::string prefix(std::string_view text) {
  Arena arena;
  const PrefixResult result = parse_prefix(text, arena);
  return std::string(result.complete ? "whole " : "cut ") + (result.usable ? spelled(result.node) : "unusable");
}

TEST(Parse, KeepsEverything) {
  EXPECT_EQ(parsed(R"( {"a" : [1, 2.50, -0e+1], "a":null, "":{"x":true ,"y":false}} )"),
            "{a=[1;2.50;-0e+1;];a=null;={x=true;y=false;};}");
  EXPECT_EQ(parsed("[]"), "[]");
  EXPECT_EQ(parsed("\"\""), "''");
  EXPECT_EQ(parsed("123456789012345678901234567890.0001"), "123456789012345678901234567890.0001");
}

TEST(Parse, RawIsTheExactSource) {
  Arena arena;
  const std::string text = R"({ "k" : "a\u0062" , "list":[ 1 , {"b":2 } ] })";
  const auto node = parse(text, arena);
  ASSERT_TRUE(node);
  EXPECT_EQ(node->raw, text);
  EXPECT_EQ(node->find("k")->raw, R"("a\u0062")");
  EXPECT_EQ(node->find("k")->text, "ab");
  EXPECT_EQ(node->find("list")->raw, R"([ 1 , {"b":2 } ])");
  EXPECT_EQ(node->find("list")->items[1].raw, R"({"b":2 })");
  EXPECT_EQ(node->find("list")->raw.data(), text.data() + text.find("[ 1"));
}

TEST(Parse, LoneSurrogatesAndInvalidUtf8PassThrough) {
  EXPECT_EQ(parsed("\"\\ud83d\\ude00\""), "'\xf0\x9f\x98\x80'");
  EXPECT_EQ(parsed("\"\\ud83d-\""), "'\xed\xa0\xbd-'");
  EXPECT_EQ(parsed("\"\\ude00\\ud83d\""), "'\xed\xb8\x80\xed\xa0\xbd'");
  EXPECT_EQ(parsed("\"\xff\xfe\""), "'\xff\xfe'");
}

TEST(Parse, RefusesWhatIsNoJsonAndSaysWhere) {
  EXPECT_EQ(parsed("[1 2]"), "error: expected ',' or ']' at byte 3");
  EXPECT_EQ(parsed(""), "error: expected a value at byte 0");
  EXPECT_EQ(parsed("[1] x"), "error: expected the end at byte 4");
  for (const char* bad : {"01",
                          "1.",
                          ".5",
                          "+1",
                          "-",
                          "1e",
                          "nul",
                          "tru",
                          "[1,]",
                          "{\"a\":1,}",
                          "{a:1}",
                          "{\"a\"}",
                          "{\"a\":}",
                          "\"a",
                          "\"\\x\"",
                          "\"\\u12g4\"",
                          "\"\n\"",
                          "[",
                          "{",
                          "]",
                          "'a'",
                          "NaN",
                          "{\"a\":1 \"b\":2}",
                          "[1}",
                          "\"\\",
                          "\xef\xbb\xbf[]"}) {
    EXPECT_TRUE(parsed(bad).starts_with("error: ")) << bad << " gave " << parsed(bad);
    EXPECT_NE(skip_value(bad, 0), std::string_view(bad).size()) << bad;
  }
}

TEST(Parse, NestingHasALimit) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_FALSE(parsed(nested(k_depth_max)).starts_with("error"));
  EXPECT_EQ(parsed(nested(k_depth_max + 1)), "error: expected less nesting at byte 512");
  EXPECT_EQ(skip_value(nested(k_depth_max), 0), size_t{2 * k_depth_max});
  EXPECT_EQ(skip_value(nested(k_depth_max + 1), 0), std::string_view::npos);
  EXPECT_TRUE(parsed(std::string(5'000'000, '[')).starts_with("error"));
  EXPECT_EQ(prefix(std::string(100'000, '[')).substr(0, 6), "cut [[");
}

TEST(Parse, FindTakesTheLastOfEqualKeys) {
  Arena arena;
  const auto node = parse(R"({"a":1,"a":"two","b":3})", arena);
  ASSERT_TRUE(node);
  EXPECT_EQ(node->string_at("a"), "two");
  EXPECT_EQ(node->string_at("b"), "");
  EXPECT_EQ(node->find("c"), nullptr);
}

TEST(ParsePrefix, ReadsWhatThereIs) {
  EXPECT_EQ(prefix(R"([{"role":"user","content":"hel)"), "cut [{role='user';content='hel';};]");
  EXPECT_EQ(prefix(R"({"a":1,"b":2)"), "cut {a=1;}");
  EXPECT_EQ(prefix(R"({"a":1,"b":)"), "cut {a=1;}");
  EXPECT_EQ(prefix(R"({"a":1,"b)"), "cut {a=1;}");
  EXPECT_EQ(prefix(R"({"a":1,"b":tr)"), "cut {a=1;}");
  EXPECT_EQ(prefix(R"({"a":[)"), "cut {a=[];}");
  EXPECT_EQ(prefix(R"({"a":")"), "cut {a='';}");
  EXPECT_EQ(prefix("[1, 2, x, 3]"), "cut [1;2;]");
  EXPECT_EQ(prefix("[1] and more"), "cut [1;]");
  EXPECT_EQ(prefix("[1, 2]"), "whole [1;2;]");
  EXPECT_EQ(prefix("12"), "whole 12");
  EXPECT_EQ(prefix("12 x"), "cut unusable");
  EXPECT_EQ(prefix(""), "cut unusable");
  EXPECT_EQ(prefix("plain words"), "cut unusable");
  EXPECT_EQ(prefix("\"abc"), "cut 'abc'");
}

TEST(ParsePrefix, LeavesOutHalfEscapes) {
  EXPECT_EQ(prefix(R"(["ab\)"), "cut ['ab';]");
  EXPECT_EQ(prefix(R"(["ab\u00)"), "cut ['ab';]");
  EXPECT_EQ(prefix(R"(["ab\u0041)"), "cut ['abA';]");
  EXPECT_EQ(prefix(R"(["ab\ud83d)"), "cut ['ab';]");
  EXPECT_EQ(prefix(R"(["ab\ud83d\ude)"), "cut ['ab';]");
  EXPECT_EQ(prefix(R"(["ab\ud83d\ude00)"), "cut ['ab\xf0\x9f\x98\x80';]");
  Arena arena;
  EXPECT_EQ(parse_prefix(R"(["ab\u00)", arena).node.items[0].raw, R"("ab\u00)");
}

TEST(SkipValue, StopsBehindTheValue) {
  const std::string text = R"(  {"a":[1,{"b":"]}"}],"c":"\""} , 5)";
  EXPECT_EQ(skip_value(text, 2), text.find(" , 5"));
  EXPECT_EQ(skip_value(text, text.size() - 1), text.size());
  EXPECT_EQ(skip_value(text, 0), std::string_view::npos);
  EXPECT_EQ(skip_value(text, text.size()), std::string_view::npos);
}

// Random text made of the bits that JSON is made of: much of it valid, much of it nearly.
std::string random_json(std::minstd_rand& random, int depth) {
  static constexpr const char* k_scalars[] = {"null",        "true",
                                              "-12.5e3",     "0",
                                              "\"\"",        "\"a\\n\\ud83d\\ude00\"",
                                              "\"\\ud800\"", "\"longer than sixteen bytes, \\\"quoted\\\" text\"",
                                              "12"};
  const auto pick = random() % 8;
  if (depth > 5 || pick < 3) return k_scalars[random() % std::size(k_scalars)];
  const bool object = pick < 6;
  std::string out = object ? "{" : "[";
  const auto count = random() % 5;
  for (unsigned i = 0; i < count; ++i) {
    if (i != 0) out += random() % 2 == 0 ? "," : " ,\n";
    if (object) out += random() % 2 == 0 ? "\"key\":" : "\"k\\u0065y\" : ";
    out += random_json(random, depth + 1);
  }
  return out + (object ? "}" : "]");
}

TEST(ParseProperty, SkipValueAndPrefixAgreeWithParse) {
  std::minstd_rand random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string text = random_json(random, 0);
    for (auto changes = random() % 3; changes > 0 && !text.empty(); --changes) {
      text[random() % text.size()] = "[]{},:\"\\u0 1\x01\xff"[random() % 15];
    }
    if (!text.empty() && (text.front() == ' ' || text.back() == ' ')) continue;
    Arena arena;
    const auto node = parse(text, arena);
    EXPECT_EQ(node.has_value(), skip_value(text, 0) == text.size()) << text;
    const PrefixResult result = parse_prefix(text, arena);
    EXPECT_EQ(result.complete, node.has_value()) << text;
    if (node) {
      EXPECT_EQ(spelled(result.node), spelled(*node));
    }
  }
}

TEST(ParseProperty, EveryPrefixOfADocumentIsReadAndIsPartOfIt) {
  std::minstd_rand random(2);
  for (int round = 0; round < 150; ++round) {
    const std::string text = random_json(random, 0);
    for (size_t size = 0; size < text.size(); ++size) {
      // A buffer of exactly that size, so that a sanitizer sees any step beyond it.
      const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
      const std::string_view view(cut.data(), cut.size());
      Arena arena;
      const PrefixResult result = parse_prefix(view, arena);
      if (text.front() == '{' || text.front() == '[') {
        EXPECT_FALSE(result.complete);
        EXPECT_EQ(result.usable, size > 0);
        EXPECT_TRUE(view.starts_with(result.node.raw));
        EXPECT_EQ(skip_value(view, 0), std::string_view::npos);
      }
    }
  }
}

}  // namespace
}  // namespace strobe::json
