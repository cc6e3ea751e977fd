#include "json/write.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "json/parse.h"

namespace strobe::json {
namespace {

TEST(Writer, WritesEveryKindOfValue) {
  Writer writer;
  writer.begin_object().key("s").string("a\"b\n").key("i").int64(-5).key("u").uint64(18446744073709551615u);
  writer.key("f").float64(0.1).key("t").boolean(true).key("n").null().key("x").number("1.50e2");
  writer.key("a").begin_array().begin_array().end_array().begin_object().end_object().end_array().end_object();
  EXPECT_EQ(writer.take(),
            R"({"s":"a\"b\n","i":-5,"u":18446744073709551615,"f":0.1,"t":true,"n":null,"x":1.50e2,"a":[[],{}]})");
}

TEST(Writer, NonFiniteNumbersBecomeStrings) {
  Writer writer;
  writer.begin_array().float64(std::nan("")).float64(HUGE_VAL).float64(-HUGE_VAL).float64(1e21).end_array();
  EXPECT_EQ(writer.take(), R"(["NaN","Infinity","-Infinity",1e+21])");
}

TEST(Writer, KeysGivenTwiceAreKeptUnlessTheLastIsAskedFor) {
  Arena arena;
  const auto node = parse(R"({"a":1,"b":[{"c":1,"c":2}],"a":3,"":4,"":5})", arena);
  ASSERT_TRUE(node);
  EXPECT_EQ(Writer().node(*node).take(), R"({"a":1,"b":[{"c":1,"c":2}],"a":3,"":4,"":5})");
  EXPECT_EQ(Writer().node(*node, RepeatedKeys::last).take(), R"({"b":[{"c":2}],"a":3,"":5})");
}

TEST(Writer, PrettyIndentsByTwo) {
  Writer writer(Layout::pretty);
  writer.begin_object().key("a").begin_array().int64(1).int64(2).end_array();
  writer.key("b").begin_object().end_object().end_object();
  EXPECT_EQ(writer.take(), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

TEST(Writer, InvalidUtf8AndLoneSurrogatesAreReplaced) {
  Writer writer;
  writer.begin_array()
      .string(
          "a\xff"
          "b\xc3")
      .string("\xed\xa0\xbd!");
  writer.string("\xf0\x9f\x98\x80").string("").end_array();
  EXPECT_EQ(writer.take(),
            "[\"a\xef\xbf\xbd"
            "b\xef\xbf\xbd\",\"\xef\xbf\xbd!\",\"\xf0\x9f\x98\x80\",\"\"]");
}

TEST(Writer, EscapesEveryControlCharacterWhereverItStands) {
  for (char c = 0; c < 0x20; ++c) {
    Writer writer;
    writer.string(std::string(40, 'x') + c + std::string(40, 'y'));
    const std::string text = writer.take();
    EXPECT_EQ(text.find(c), std::string::npos) << int{c};
  }
}

TEST(Writer, BigIntegersOfNodesBecomeStrings) {
  Arena arena;
  const auto node =
      parse("[9007199254740992,9007199254740993,-9007199254740993,1e300,123456789012345678901234567890,2.50]", arena);
  Writer writer;
  writer.node(*node);
  EXPECT_EQ(writer.take(),
            R"([9007199254740992,"9007199254740993","-9007199254740993",1e300,"123456789012345678901234567890",2.50])");
}

TEST(Writer, CanBeTakenInPiecesAndUsedAgain) {
  Writer writer;
  writer.begin_array().int64(1);
  std::string text = writer.take();
  writer.int64(2).end_array();
  text += writer.take();
  EXPECT_EQ(text, "[1,2]");
  writer.string("next");
  EXPECT_EQ(writer.take(), "\"next\"");
}

TEST(WriterDeathTest, MisuseAsserts) {
  EXPECT_DEATH(Writer().begin_object().int64(1), "");
  EXPECT_DEATH(Writer().begin_object().string("no key"), "");
  EXPECT_DEATH(Writer().begin_array().key("a"), "");
  EXPECT_DEATH(Writer().begin_object().key("a").end_object(), "");
  EXPECT_DEATH(Writer().begin_array().end_object(), "");
  EXPECT_DEATH(Writer().int64(1).int64(2), "");
  EXPECT_DEATH(Writer().number("1x"), "");
}

// Whatever bytes go in, what comes out can be read, and valid text comes back as it was.
RC_GTEST_PROP(WriterProperty, StringsCanBeReadBack, (const std::string& value)) {
  Writer writer;
  writer.begin_object().key(value).string(value).end_object();
  const std::string text = writer.take();
  Arena arena;
  const auto node = parse(text, arena);
  RC_ASSERT(node.has_value());
  const bool ascii = std::all_of(value.begin(), value.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  if (ascii) {
    RC_ASSERT(node->string_at(value) == value);
  }
}

}  // namespace
}  // namespace strobe::json
