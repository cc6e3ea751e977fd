#include <gtest/gtest.h>

#include <optional>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

// cache_break, context_rewrite, compaction, tool_schema_churn, silent_truncation: what happens between the calls of a
// conversation.

namespace strobe::analyze {

namespace {

using Texts = std::vector<std::string>;

// A conversation of calls that each see one message more, with a cache that works.
class Conversation {
 public:
  int next(const Texts& seen, Usage usage, const Texts& system = {"system: be brief"}, const Texts& tools = {}) {
    const int call = test.call(0, now_, now_ + 100);
    now_ += 1'000;
    test.sees(call, seen, system, tools);
    test.usage(call, usage);
    return call;
  }
  std::string found(std::string_view rule) {
    if (!session_) session_ = test.build();  // once: the builder is spent
    return analyze::found(*session_, rule);
  }
  void rest(int64_t ms) { now_ += ms; }

  TestSession test;

 private:
  int64_t now_ = 0;
  std::optional<SessionView> session_;
};

Usage hit(int64_t read) { return {.input = 10, .cache_read = read, .cache_write = 100, .output = 10}; }
Usage miss(int64_t all) { return {.input = 10, .cache_read = 0, .cache_write = all, .output = 10}; }

// A message of about so many tokens.
std::string text(std::string_view role, std::string_view name, size_t tokens) {
  return std::string(role) + ": " + std::string(name) + std::string(tokens * 4 - name.size(), 'x');
}

}  // namespace

TEST(CacheBreak, JustBelowAndFromTheThresholds) {
  for (const int64_t lost : {1'999, 2'000, 49'999, 50'000}) {
    Conversation talk;
    talk.next({"user: a"}, miss(lost - 10));
    talk.next({"user: a", "assistant: b", "user: c"}, miss(lost + 100), {"system: it is 12:01"});
    const std::string severity = lost < 50'000 ? "[medium]" : "[high]";
    EXPECT_EQ(talk.found("cache_break"),
              lost < 2'000 ? "" : severity + " Cache lost 1 time: the system prompt changed\n")
        << lost;
  }
}

TEST(CacheBreak, TellsTokensAndMoney) {
  Conversation talk;
  talk.next({"user: a"}, miss(9'990));
  talk.next({"user: a", "assistant: b", "user: c"}, miss(10'100), {"system: it is 12:01"});
  const auto findings = findings_by(talk.test.build(), "cache_break");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].tokens, 10'000);
  EXPECT_EQ(findings[0].step, 2);
  // 10 tokens of input at $3 a million and 9,990 written at $3.75, where reading takes $0.30.
  EXPECT_EQ(findings[0].cost_kind, CostKind::computed);
  EXPECT_EQ(findings[0].cost_pico_usd, int64_t{10} * 2'700'000 + int64_t{9'990} * 3'450'000);
}

TEST(CacheBreak, AHealthyConversationHasNone) {
  Conversation talk;
  talk.next({"user: a"}, miss(10'000));
  talk.next({"user: a", "assistant: b", "user: c"}, hit(10'000));
  talk.next({"user: a", "assistant: b", "user: c", "assistant: d", "user: e"}, hit(10'100));
  EXPECT_EQ(talk.found("cache_break"), "");
}

TEST(CacheBreak, ThePrefixWentOnAndTheCacheHadExpired) {
  Conversation talk;
  talk.next({"user: a"}, miss(10'000));
  talk.rest(301'000);
  talk.next({"user: a", "assistant: b", "user: c"}, miss(10'100));
  EXPECT_EQ(talk.found("cache_break"), "[medium] Cache lost 1 time: the cache had expired\n");
}

TEST(CacheBreak, ParallelConversationsAreNone) {
  Conversation talk;
  for (int i = 0; i < 3; ++i) {
    talk.next({"user: task " + std::to_string(i)}, miss(10'000), {"system: agent " + std::to_string(i)});
  }
  EXPECT_EQ(talk.found("cache_break"), "");
}

TEST(ContextRewrite, AnEditInTheMiddle) {
  for (const size_t tokens : {998, 1'000}) {
    Conversation talk;
    const std::string result = text("user", "old ", tokens - 1);
    talk.next({"user: a", result, "user: b"}, miss(10'000));
    talk.next({"user: a", text("user", "new ", tokens - 1), "user: b", "assistant: c", "user: d"}, miss(10'000));
    EXPECT_EQ(talk.found("context_rewrite"), tokens < 1'000 ? "" : "[medium] The conversation was rewritten 1 time\n");
    EXPECT_EQ(talk.found("compaction"), "");
    EXPECT_EQ(talk.found("cache_break"), "") << "told once";
  }
}

TEST(ContextRewrite, TenAreHigh) {
  for (const int times : {9, 10}) {
    Conversation talk;
    for (int i = 0; i <= times; ++i) {
      talk.next({"user: task", text("user", "clock " + std::to_string(i) + " ", 2'000), "user: go"}, miss(2'000));
    }
    const std::string severity = times < 10 ? "[medium]" : "[high]";
    EXPECT_EQ(talk.found("context_rewrite"),
              severity + " The conversation was rewritten " + std::to_string(times) + " times\n");
  }
}

TEST(ContextRewrite, AReminderThatIsAlwaysLastIsNone) {
  Conversation talk;
  talk.next({text("user", "a", 5'000), "user: reminder 1"}, miss(10'000));
  talk.next({text("user", "a", 5'000), "assistant: b", "user: reminder 2"}, hit(10'000));
  EXPECT_EQ(talk.found("context_rewrite"), "");
}

TEST(Compaction, ThirtyPercentShorter) {
  for (const size_t left : {3'510, 3'490}) {
    Conversation talk;
    talk.next({"user: task", text("user", "a", 2'500), text("user", "b", 2'500)}, miss(5'000));
    talk.next({"user: task", text("user", "summary", left)}, miss(5'000));
    const bool is_compaction = left < 3'500;
    EXPECT_EQ(talk.found("compaction"), is_compaction ? "[low] The conversation was compacted 1 time\n" : "") << left;
    EXPECT_EQ(talk.found("context_rewrite"), is_compaction ? "" : "[medium] The conversation was rewritten 1 time\n");
  }
}

TEST(Compaction, AShortConversationIsNone) {
  for (const size_t tokens : {990, 1'010}) {
    Conversation talk;
    talk.next({"user: task", text("user", "a", tokens)}, {.input = 500, .output = 10});
    talk.next({"user: task", "user: start over"}, miss(5'000));
    EXPECT_EQ(talk.found("compaction").empty(), tokens < 1'000);
  }
}

TEST(Compaction, WhatTheCallCountsIsMoreThanAnEstimate) {
  for (const int64_t input : {999, 1'000}) {
    Conversation talk;
    talk.next({"user: task", text("user", "a", 700)}, {.input = input, .output = 10});
    talk.next({"user: task", "user: start over"}, {.input = 100, .output = 10});
    EXPECT_EQ(talk.found("compaction").empty(), input < 1'000);
  }
}

TEST(ToolSchemaChurn, OneIsLowTwoAreMediumFiveAreHigh) {
  for (const int times : {0, 1, 2, 4, 5}) {
    Conversation talk;
    Texts seen = {"user: a"};
    for (int i = 0; i <= times; ++i) {
      talk.next(seen, miss(5'000), {"system: x"},
                {R"(tool_definition: {"name":"read","description":")" + std::to_string(i) + R"("})"});
      seen.push_back("user: " + std::to_string(i));
    }
    const std::string severity = times < 2 ? "[low]" : times < 5 ? "[medium]" : "[high]";
    const std::string expected = severity + " Tool definitions changed " + std::to_string(times) +
                                 (times == 1 ? " time" : " times") + " within a conversation\n";
    EXPECT_EQ(talk.found("tool_schema_churn"), times == 0 ? "" : expected);
    EXPECT_EQ(talk.found("cache_break"), "") << "told once";
  }
}

TEST(ToolSchemaChurn, SaysWhatChanged) {
  Conversation talk;
  const std::string a = R"(tool_definition: {"name":"read"})";
  const std::string b = R"(tool_definition: {"name":"write"})";
  talk.next({"user: a"}, miss(5'000), {"system: x"}, {a, b});
  talk.next({"user: a", "user: b"}, miss(5'000), {"system: x"}, {b, a});
  talk.next({"user: a", "user: b", "user: c"}, miss(5'000), {"system: x"}, {b});
  const auto findings = findings_by(talk.test.build(), "tool_schema_churn");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].evidence_text, "1 time added or removed, 1 time only another order; first: \"read\"");
}

TEST(SilentTruncation, ToolsThatAHalfAnswerAskedFor) {
  for (const char* reason : {"length", "max_tokens", "MAX_TOKENS", "stop", "tool_calls"}) {
    TestSession test;
    const int call = test.call(0, 0, 100);
    test.at(call).span.finish_reasons = {reason};
    test.tool(0, 200, 300, "write_file", R"({"text":"half)", "written");
    test.call(0, 400, 500);
    const bool is_cut = std::string_view(reason) != "stop" && std::string_view(reason) != "tool_calls";
    EXPECT_EQ(found(test.build(), "silent_truncation"),
              is_cut ? "[high] 1 answer was cut off and taken as whole\n" : "");
  }
}

TEST(SilentTruncation, TheLastWord) {
  for (const int conversations : {1, 2, 3}) {
    TestSession test;
    for (int i = 0; i < conversations; ++i) {
      const int call = test.call(0, i * 1'000, i * 1'000 + 100);
      test.sees(call, {"user: task " + std::to_string(i)}, {"system: " + std::to_string(i)});
      test.answers(call, {"assistant: half of answer " + std::to_string(i)});
      test.at(call).span.finish_reasons = {"length"};
    }
    EXPECT_EQ(found(test.build(), "silent_truncation"),
              conversations == 1   ? "[medium] 1 answer was cut off and taken as whole\n"
              : conversations == 2 ? "[medium] 2 answers were cut off and taken as whole\n"
                                   : "[high] 3 answers were cut off and taken as whole\n");
  }
}

TEST(SilentTruncation, WhoNoticedIsNotSilent) {
  TestSession retried;
  for (int i = 0; i < 2; ++i) {
    const int call = retried.call(0, i * 1'000, i * 1'000 + 100);
    retried.sees(call, {"user: task"});
    retried.at(call).span.finish_reasons = {i == 0 ? "length" : "stop"};
  }
  EXPECT_EQ(found(retried.build(), "silent_truncation"), "");
  TestSession asked_on;
  const int first = asked_on.call(0, 0, 100);
  asked_on.sees(first, {"user: task"});
  asked_on.answers(first, {"assistant: half"});
  asked_on.at(first).span.finish_reasons = {"length"};
  asked_on.sees(asked_on.call(0, 1'000, 1'100), {"user: task", "assistant: half", "user: go on where you stopped"});
  EXPECT_EQ(found(asked_on.build(), "silent_truncation"), "");
}

TEST(SilentTruncation, AToolsResultThatIsRecordedCut) {
  TestSession test;
  test.sees(test.call(0, 0, 100), {"user: task", "assistant: @t read {}", "tool: @t half of"});
  SessionView session = test.build();
  EXPECT_EQ(found(session, "silent_truncation"), "");
  for (ContextMessage& message : session.contexts.messages) {
    if (message.message.role == "tool") message.message.state = ContentState::truncated;
  }
  EXPECT_EQ(found(session, "silent_truncation"), "[low] 1 tool result was recorded cut\n");
}

}  // namespace strobe::analyze
