#include "analyze/rules/argument_numbers.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "context/canonical.h"

namespace strobe::analyze {

namespace {

std::string canonical(std::string_view text) {
  Message message;
  message.parts.push_back({.type = PartType::tool_call, .payload = {text.empty() ? "{}" : text, true}});
  return context::canonical_form(message);
}

// Pieces that make JSON now and then, spelt in several ways.
std::string random_text(std::mt19937& random) {
  static constexpr std::string_view k_values[] = {
      "1",      "1.0",         "10e-1",       "-0",      "0",           "true",    "null",   R"("a")", R"("1")",
      R"("é")", R"("\u00e9")", R"("\u0061")", R"("\n")", R"("\u000A")", R"("\/")", R"("/")", "1e999",  "x y"};
  const auto value = [&] { return std::string(k_values[random() % std::size(k_values)]); };
  const auto space = [&] { return std::string(random() % 2, ' '); };
  switch (random() % 4) {
    case 0: return space() + value();
    case 1: return "[" + value() + "," + space() + value() + "]";
    case 2: return R"({"a":)" + value() + R"(,"b":)" + value() + "}";
    default: return R"({ "b" :)" + value() + space() + R"(, "\u0061":)" + value() + "}";
  }
}

TEST(ArgumentNumbers, AreEqualWhereTheCanonicalFormsAre) {
  std::mt19937 random(1);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::string> kept = {""};
    for (int i = 0; i < 60; ++i) kept.push_back(random_text(random));
    const std::vector<std::string_view> texts(kept.begin(), kept.end());
    const std::vector<int32_t> numbers = argument_numbers(texts);
    ASSERT_EQ(numbers.size(), texts.size());
    for (size_t i = 0; i < texts.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        EXPECT_EQ(numbers[i] == numbers[j], canonical(texts[i]) == canonical(texts[j])) << texts[i] << "\n" << texts[j];
      }
    }
  }
}

TEST(ArgumentNumbers, LongTextsThatDifferInOnePlaceAreDifferent) {
  std::mt19937 random(2);
  std::vector<std::string> kept;
  for (int i = 0; i < 600; ++i) {
    std::string text(400, 'x');
    text[random() % text.size()] = random() % 2 == 0 ? 'x' : 'y';
    kept.push_back(text);
  }
  const std::vector<std::string_view> texts(kept.begin(), kept.end());
  const std::vector<int32_t> numbers = numbers_of(texts);
  for (size_t i = 0; i < texts.size(); ++i) {
    for (size_t j = 0; j < i; ++j) ASSERT_EQ(numbers[i] == numbers[j], texts[i] == texts[j]) << i << " " << j;
  }
}

TEST(ArgumentNumbers, NoneAreAnEmptyObjectAndWhatIsNotRecordedHasNoNumber) {
  const std::vector<std::string_view> texts = {"", " { }", {}, "[]", "{}", "\"\\", "{\"", "-", "\"\\u00"};
  const std::vector<int32_t> numbers = argument_numbers(texts);
  EXPECT_EQ(numbers[0], numbers[1]);
  EXPECT_EQ(numbers[0], numbers[4]);
  EXPECT_EQ(numbers[2], -1);
  EXPECT_NE(numbers[0], numbers[3]);
  EXPECT_TRUE(argument_numbers({}).empty());
}

}  // namespace

}  // namespace strobe::analyze
