#include "view/answers/context.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analyze/test_session.h"
#include "view/answers/context_phrases.h"
#include "view/answers/headings.h"

namespace strobe::view {

namespace {

// Two calls whose every text comes from an attacker: escape codes, a bell, and text that turns around.
SessionView hostile_session() {
  const std::string attack = "\x1b[2J\x07\xe2\x80\xae";
  analyze::TestSession test;
  const std::string tool = "tool_definition: {\"name\":\"\\u001b[2Jread\"}";
  for (int i = 0; i < 2; ++i) {
    const int call = test.call(0, i * 1000, i * 1000 + 10, "claude" + attack + std::to_string(i));
    std::vector<std::string> body = {"user: " + attack, "assistant: @1 " + attack + " {}", "tool: @1 " + attack};
    body.push_back("user: " + attack + std::to_string(i));
    test.sees(call, body, {"system: " + attack + std::to_string(i)},
              i == 0 ? std::vector{tool} : std::vector<std::string>{});
    test.usage(call, {.input = 9'000, .cache_write = 100});
  }
  SessionView session = test.build();
  session.lanes = {Lane{.number = 1, .calls = {{.span = 0}, {.span = 1}}}};
  return session;
}

bool is_harmless(const std::string& text) {
  const bool has_control =
      std::ranges::any_of(text, [](char c) { return static_cast<uint8_t>(c) < 0x20 && c != '\n'; });
  return !has_control && text.find("\xe2\x80\xae") == std::string::npos;
}

}  // namespace

TEST(ContextAnswers, AttacksStayText) {
  const SessionView session = hostile_session();
  analyze::Money money;
  const TextStyle style{.width = 100, .verbose = true};
  const auto profile = analyze::profile_of(session, 0, {});
  EXPECT_TRUE(is_harmless(context_profile_text(session, profile, style)));
  const auto growth = analyze::growth_of(session, money, {.budget = 10'000, .what_if = {.cap_tokens = 1}});
  EXPECT_TRUE(is_harmless(context_growth_text(session, growth, style)));
  const auto diff = analyze::diff_of(session, 0, 1);
  ASSERT_TRUE(diff.has_value());
  const std::string diff_text = context_diff_text(session, *diff, style);
  EXPECT_TRUE(is_harmless(diff_text)) << diff_text;
  EXPECT_NE(diff_text.find("\\x1b"), std::string::npos);
  const std::string cache_text = context_cache_text(session, analyze::cache_of(session, money), style);
  EXPECT_TRUE(is_harmless(cache_text)) << cache_text;
  EXPECT_NE(cache_text.find("another model"), std::string::npos);
}

TEST(ContextAnswers, DecimalsAreRoundedHalfAwayFromZero) {
  EXPECT_EQ(one_decimal(12.25), "12.3");
  EXPECT_EQ(one_decimal(0.05), "0.1");
  EXPECT_EQ(one_decimal(45), "45.0");
  EXPECT_EQ(json_decimal("45.0"), "45");
  EXPECT_EQ(json_decimal("45.5"), "45.5");
  EXPECT_EQ(tenths(850), "85.0");
}

TEST(ContextAnswers, TheBarOfABudgetHasThirtyCells) {
  const SessionView session = hostile_session();
  const auto at_budget = [&](int64_t budget) {
    return context_growth_text(session, analyze::growth_of(session, analyze::Money(), {.budget = budget}), {});
  };
  const auto cells = [](const std::string& text, std::string_view cell) {
    int count = 0;
    for (size_t at = text.find(cell); at != std::string::npos; at = text.find(cell, at + 1)) ++count;
    return count;
  };
  EXPECT_EQ(cells(at_budget(18'200), "█"), 15);
  EXPECT_EQ(cells(at_budget(18'200), "░"), 15);
  EXPECT_EQ(cells(at_budget(1), "█"), 30);
  EXPECT_NE(at_budget(1).find("Full:         already"), std::string::npos);
}

TEST(ContextAnswers, SectionsAreAsWideAsEachOther) {
  for (const std::string_view title : {"Budget", "Top Consumers"}) {
    const std::string heading = ruled_heading(title, {});
    EXPECT_EQ(display_width(heading.substr(0, heading.size() - 1)), 56) << title;
  }
}

}  // namespace strobe::view
