#include "analyze/rules/edges_test_util.h"
#include "analyze/test_session.h"

// Edges of the rules that read conversations.

namespace strobe::analyze {

namespace {

using Texts = std::vector<std::string>;

// A conversation of calls that see what they are given.
class Conversation {
 public:
  int next(const Texts& seen, Usage usage = {.input = 100, .output = 10}, const Texts& system = {"system: be brief"},
           const Texts& tools = {}) {
    const int call = test.call(agent, now_, now_ + 100);
    now_ += 1'000;
    test.sees(call, seen, system, tools);
    test.usage(call, usage);
    return call;
  }
  // The agent says that it compacts.
  void say_compacted() { test.add(Kind::span, agent, now_ - 500, now_ - 500, "context.compacted"); }
  Edge edge() { return {test.build(), {}}; }

  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);

 private:
  int64_t now_ = 0;
};

// A message of exactly so many estimated tokens.
std::string text(std::string_view name, size_t tokens) {
  return "user: " + std::string(name) + std::string(tokens * 4 - name.size(), 'x');
}

Usage miss(int64_t all) { return {.input = 10, .cache_read = 0, .cache_write = all, .output = 10}; }

Edge lost(int64_t tokens) {
  Conversation talk;
  talk.next({"user: a"}, miss(tokens - 10));
  talk.next({"user: a", "assistant: b", "user: c"}, miss(tokens + 100), {"system: it is 12:01"});
  return talk.edge();
}

Edge rewritten(int times, size_t tokens) {
  Conversation talk;
  for (int i = 0; i <= times; ++i) {
    talk.next({"user: task", text("clock " + std::to_string(i) + " ", tokens)}, miss(2'000));
  }
  return talk.edge();
}

Edge shortened(size_t before, size_t after) {
  Conversation talk;
  talk.next({text("a", 1), text("long", before - 1)}, {.input = 500});
  talk.next({text("a", 1), text("summary", after - 1)}, {.input = 500});
  return talk.edge();
}

Edge churned(int times) {
  Conversation talk;
  Texts seen = {"user: a"};
  for (int i = 0; i <= times; ++i) {
    talk.next(seen, miss(5'000), {"system: x"},
              {R"(tool_definition: {"name":"read","description":")" + std::to_string(i) + R"("})"});
    seen.push_back("user: " + std::to_string(i));
  }
  return talk.edge();
}

// Conversations whose last word was cut off.
Edge cut_off(int conversations) {
  TestSession test;
  for (int i = 0; i < conversations; ++i) {
    const int call = test.call(0, i * 1'000, i * 1'000 + 100);
    test.sees(call, {"user: task " + std::to_string(i)}, {"system: " + std::to_string(i)});
    test.answers(call, {"assistant: half of answer " + std::to_string(i)});
    test.at(call).span.finish_reasons = {"length"};
  }
  return {test.build(), {}};
}

// So many steps before each compaction.
Edge compacted(const std::vector<int>& gaps) {
  Conversation talk;
  for (const int gap : gaps) {
    for (int i = 0; i < gap; ++i) talk.next({"user: go"});
    talk.say_compacted();
  }
  talk.next({"user: go"});
  return talk.edge();
}

// Four times shorter by just 30 %.
Edge compacted_by_thirty_percent() {
  Conversation talk;
  for (int i = 0; i < 4; ++i) {
    talk.next({text("a", 1), text("long " + std::to_string(i), 9'999)});
    talk.next({text("a", 1), text("short " + std::to_string(i), 6'999)});
  }
  return talk.edge();
}

constexpr EdgeOf k_edges[] = {
    {"silent_truncation.medium_from", [] { return cut_off(1); }},
    {"silent_truncation.high_from", [] { return cut_off(3); }},
    {"cache_break.medium_from", [] { return lost(2'000); }},
    {"cache_break.high_from", [] { return lost(50'000); }},
    {"context_rewrite.tokens_from", [] { return rewritten(1, 1'000); }},
    {"context_rewrite.medium_from", [] { return rewritten(1, 2'000); }},
    {"context_rewrite.high_from", [] { return rewritten(10, 2'000); }},
    {"compaction.percent_from", [] { return shortened(10'000, 7'000); }},
    {"compaction.tokens_from", [] { return shortened(1'000, 100); }},
    {"frequent_compactions.compactions_above", [] { return compacted({2, 2, 2}); }},
    {"frequent_compactions.steps", [] { return compacted({1, 7, 6, 6}); }},
    {"frequent_compactions.percent_from", compacted_by_thirty_percent},
    {"tool_schema_churn.low_from", [] { return churned(1); }},
    {"tool_schema_churn.medium_from", [] { return churned(2); }},
    {"tool_schema_churn.high_from", [] { return churned(5); }},
};

}  // namespace

std::span<const EdgeOf> edges_of_conversations() { return k_edges; }

}  // namespace strobe::analyze
