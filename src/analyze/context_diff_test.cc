#include "analyze/context_diff.h"

#include <gtest/gtest.h>

#include <random>

#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

using Texts = std::vector<std::string>;

struct Seen {
  Texts body = {"user: hello"};
  Texts system = {"system: be brief"};
  Texts tools = {};
};

SessionView session_of(const Seen& before, const Seen& after) {
  TestSession test;
  int at = 0;
  for (const Seen* seen : {&before, &after}) {
    const int call = test.call(0, at, at + 1);
    test.sees(call, seen->body, seen->system, seen->tools);
    at += 10;
  }
  return test.build();
}

ContextDiff diff(const Seen& before, const Seen& after) {
  const auto result = diff_of(session_of(before, after), 0, 1);
  EXPECT_TRUE(result.has_value());
  return result.value_or(ContextDiff{});
}

// "+2" added at 2, "-1" removed at 1, "~1>2" edited.
std::string changes(const ContextDiff& diff) {
  std::string text;
  for (const MessageChange& change : diff.messages) {
    text += text.empty() ? "" : " ";
    switch (change.type) {
      case MessageChangeType::added: text += "+" + std::to_string(change.to_position); break;
      case MessageChangeType::removed: text += "-" + std::to_string(change.from_position); break;
      case MessageChangeType::edited:
        text += "~" + std::to_string(change.from_position) + ">" + std::to_string(change.to_position);
    }
  }
  return text;
}

size_t plain_common_length(const Texts& a, const Texts& b) {
  std::vector<std::vector<size_t>> best(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 1; i <= a.size(); ++i)
    for (size_t j = 1; j <= b.size(); ++j)
      best[i][j] = a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + 1 : std::max(best[i - 1][j], best[i][j - 1]);
  return best[a.size()][b.size()];
}

}  // namespace

TEST(ContextDiff, NothingChanged) {
  const ContextDiff same = diff({}, {});
  EXPECT_FALSE(same.any());
  EXPECT_EQ(same.unchanged, 1);
  EXPECT_EQ(same.from_hash, same.to_hash);
}

TEST(ContextDiff, TheSystemPromptIsComparedAndHashed) {
  const ContextDiff changed = diff({}, {.system = {"system: be long"}});
  EXPECT_TRUE(changed.is_system_changed);
  EXPECT_EQ(changed.from_hash, "b0d336336bae9756");
  EXPECT_NE(changed.to_hash, changed.from_hash);
  EXPECT_EQ(changed.to_hash.size(), 16u);
  EXPECT_EQ(changed.system_change, TextChange::inner_edit);
  EXPECT_EQ(diff({.system = {}}, {}).from_hash, "");
  // The hash of the empty text, as everybody knows it: the first half of its SHA-256.
  EXPECT_EQ(prompt_hash(""), "e3b0c44298fc1c14");
}

TEST(ContextDiff, ToolsByName) {
  const auto tool = [](const std::string& name, const std::string& about) {
    return "tool_definition: {\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"description\":\"" +
           about + "\"}}";
  };
  const ContextDiff changed =
      diff({.tools = {tool("read", "a"), tool("grep", "a")}}, {.tools = {tool("read", "b"), tool("write", "a")}});
  EXPECT_EQ(changed.tools.added, Texts{"write"});
  EXPECT_EQ(changed.tools.removed, Texts{"grep"});
  EXPECT_EQ(changed.tools.modified, Texts{"read"});
  EXPECT_FALSE(changed.tools.is_reordered);
  EXPECT_TRUE(
      diff({.tools = {tool("a", ""), tool("b", "")}}, {.tools = {tool("b", ""), tool("a", "")}}).tools.is_reordered);
}

TEST(ContextDiff, AToolThatIsToldTwiceIsThereAllTheSame) {
  const std::string a1 = R"(tool_definition: {"name":"a","description":"1"})";
  const std::string a2 = R"(tool_definition: {"name":"a","description":"2"})";
  const std::string b = R"(tool_definition: {"name":"b"})", c = R"(tool_definition: {"name":"c"})";
  const auto changes_of = [](const Texts& from, const Texts& to) {
    const ToolChanges tools = diff({.tools = from}, {.tools = to}).tools;
    std::string text = tools.is_reordered ? "order" : "";
    for (const std::string& name : tools.added) text += "+" + name;
    for (const std::string& name : tools.removed) text += "-" + name;
    for (const std::string& name : tools.modified) text += "~" + name;
    return text;
  };
  EXPECT_EQ(changes_of({a1, a2, b}, {a1, b}), "~a");
  EXPECT_EQ(changes_of({a1, b}, {a1, b, a2}), "~a");
  EXPECT_EQ(changes_of({a1, b, c}, {a1, a2, b}), "-c~a");
  EXPECT_EQ(changes_of({a1, a1, b}, {a1, b, b}), "");
  EXPECT_EQ(changes_of({a1, b, b}, {b, a1}), "order");
  EXPECT_EQ(changes_of({a1, a2, b}, {b}), "-a");
  const std::string nameless = "tool_definition: {}", another = "tool_definition: []";
  EXPECT_EQ(changes_of({nameless}, {nameless, another}), "+?") << "nobody knows that they are one tool";
}

TEST(ContextDiff, OneEditDoesNotMakeTheRestNew) {
  const ContextDiff edited = diff({.body = {"user: a", "assistant: b", "user: c", "assistant: d"}},
                                  {.body = {"user: a", "assistant: B", "user: c", "assistant: d", "user: e"}});
  EXPECT_EQ(changes(edited), "~1>1 +4");
  EXPECT_EQ(edited.unchanged, 3);
}

TEST(ContextDiff, WhatWasPutInOrTakenOutInTheMiddle) {
  EXPECT_EQ(changes(diff({.body = {"user: a", "user: b"}}, {.body = {"user: a", "user: x", "user: b"}})), "+1");
  EXPECT_EQ(changes(diff({.body = {"user: a", "user: x", "user: b"}}, {.body = {"user: a", "user: b"}})), "-1");
  EXPECT_EQ(changes(diff({.body = {"user: a"}}, {.body = {"assistant: a"}})), "-0 +0");
  EXPECT_EQ(changes(diff({.body = {"user: a", "tool: b"}}, {.body = {"tool: c"}})), "-0 ~1>0");
  EXPECT_EQ(changes(diff({.body = {}}, {.body = {"user: a"}})), "+0");
}

TEST(ContextDiff, TokensAreReportedOrBothEstimated) {
  SessionView session = session_of({}, {.body = {"user: hello", "assistant: hi there"}});
  session.spans[0].span.facts.usage = {.input = 10, .cache_read = 90};
  session.spans[1].span.facts.usage = {.input = 50, .cache_read = 100, .cache_write = 50};
  const auto reported = diff_of(session, 0, 1);
  ASSERT_TRUE(reported.has_value());
  EXPECT_TRUE(reported->are_tokens_reported);
  EXPECT_EQ(reported->from_tokens, 100);
  EXPECT_EQ(reported->to_tokens, 200);
  session.spans[0].span.facts.usage = {};
  const auto estimated = diff_of(session, 0, 1);
  ASSERT_TRUE(estimated.has_value());
  EXPECT_FALSE(estimated->are_tokens_reported);
  EXPECT_EQ(estimated->from_tokens, 2 + 2);
  EXPECT_EQ(estimated->to_tokens, 2 + 2 + 2);
}

TEST(ContextDiff, ACallWithoutContextSaysWhy) {
  TestSession test;
  test.sees(test.call(0, 0, 1), {"user: a"});
  test.call(0, 10, 11);
  const auto result = diff_of(test.build(), 0, 1);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(result.error().message,
            "the call of step 2 has no context to compare: its content was not recorded (absent)");
}

TEST(ContextDiff, WhatIsNotWhollyKnownIsSaid) {
  SessionView session = session_of({}, {});
  session.spans[1].span.facts.basis = ContextBasis::truncated;
  const auto result = diff_of(session, 0, 1);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->from_unknown, "");
  EXPECT_NE(result->to_unknown.find("truncated"), std::string::npos);
}

TEST(ContextDiff, FindsAsMuchInCommonAsThePlainWay) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    const auto list = [&] {
      Texts texts(random() % 14);
      for (std::string& text : texts)
        text = (random() % 2 == 0 ? "user: " : "assistant: ") + std::to_string(random() % 4);
      return texts;
    };
    const Texts before = list(), after = list();
    const ContextDiff found = diff({.body = before}, {.body = after});
    EXPECT_EQ(static_cast<size_t>(found.unchanged), plain_common_length(before, after));
    // What is told makes the one out of the other: nothing is told twice or left out.
    int64_t gone = 0, come = 0;
    for (const MessageChange& change : found.messages) {
      gone += change.from_position >= 0 ? 1 : 0;
      come += change.to_position >= 0 ? 1 : 0;
    }
    EXPECT_EQ(found.unchanged + gone, found.from_count);
    EXPECT_EQ(found.unchanged + come, found.to_count);
  }
}

}  // namespace strobe::analyze
