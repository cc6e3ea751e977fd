#include "json/escape.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace strobe::json {
namespace {

constexpr Escaping k_all[] = {Escaping::minimal, Escaping::ascii, Escaping::slash, Escaping::html};

std::string escaped(std::string_view text, Escaping escaping) {
  std::string out;
  append_escaped(out, text, escaping);
  return out;
}

TEST(Escape, EachStyleWritesAsItsEmitterDoes) {
  const std::string_view text = "\"\\/<>&\b\f\n\r\t\x01\x7f\u00e9\u2028\U0001f600";
  EXPECT_EQ(escaped(text, Escaping::minimal), "\\\"\\\\/<>&\\b\\f\\n\\r\\t\\u0001\x7f\u00e9\u2028\U0001f600");
  EXPECT_EQ(escaped(text, Escaping::ascii), "\\\"\\\\/<>&\\b\\f\\n\\r\\t\\u0001\x7f\\u00e9\\u2028\\ud83d\\ude00");
  EXPECT_EQ(escaped(text, Escaping::slash), "\\\"\\\\\\/<>&\\b\\f\\n\\r\\t\\u0001\x7f\u00e9\u2028\U0001f600");
  EXPECT_EQ(escaped(text, Escaping::html),
            "\\\"\\\\/\\u003c\\u003e\\u0026\\b\\f\\n\\r\\t\\u0001\x7f\u00e9\\u2028\U0001f600");
}

TEST(Escape, LoneSurrogatesAreEscapedAndInvalidBytesPass) {
  EXPECT_EQ(escaped("\xed\xa0\xbd", Escaping::minimal), "\\ud83d");
  EXPECT_EQ(escaped("\xed\xb8\x80", Escaping::ascii), "\\ude00");
  EXPECT_EQ(escaped("\xff\xc3", Escaping::ascii), "\xff\xc3");
  EXPECT_EQ(escaped("\xed\xa0\xbd\xed\xb8\x80", Escaping::minimal), "\xed\xa0\xbd\xed\xb8\x80");
}

TEST(Unescape, CopiesOnlyWhereThereIsSomethingToDecode) {
  Arena arena;
  const std::string plain = "nothing to do";
  EXPECT_EQ(unescape(plain, arena)->data(), plain.data());
  EXPECT_EQ(unescape("a\\u00e9\\/\\ud83d\\ude00b", arena), "a\u00e9/\U0001f600b");
  EXPECT_EQ(unescape("", arena), "");
}

TEST(Unescape, RefusesMalformedEscapes) {
  Arena arena;
  for (const char* bad : {"\\", "a\\x", "\\u12", "\\u12g4", "\\ud83d\\u", "\\ud83d\\"}) {
    EXPECT_FALSE(unescape(bad, arena)) << bad;
  }
}

// Any bytes, with the ones that matter more often than chance has it.
rc::Gen<std::string> bytes() {
  const auto fragment =
      rc::gen::oneOf(rc::gen::container<std::string>(rc::gen::arbitrary<char>()),
                     rc::gen::element<std::string>("\xed\xa0\xbd", "\xed\xb8\x80", "\xed", "\xf0\x9f\x98\x80", "\u2028",
                                                   "\\", "\"", "/", "<", "\n", "\x01", "\\ud83d", "\\u"));
  const auto joined = [](const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += part;
    return text;
  };
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(fragment), joined);
}

RC_GTEST_PROP(EscapeProperty, UnescapeUndoesEveryStyle, ()) {
  const std::string text = *bytes();
  for (const Escaping escaping : k_all) {
    Arena arena;
    RC_ASSERT(unescape(escaped(text, escaping), arena) == std::string_view(text));
  }
}

RC_GTEST_PROP(EscapeProperty, UnescapeNeverCrashes, ()) {
  const std::string text = *bytes();
  Arena arena;
  const auto decoded = unescape(text, arena);
  if (decoded) RC_ASSERT(decoded->size() <= text.size());
}

}  // namespace
}  // namespace strobe::json
