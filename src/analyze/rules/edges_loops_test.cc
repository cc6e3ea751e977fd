#include "analyze/rules/edges_test_util.h"
#include "analyze/test_session.h"

// Edges of the rules that look for repetition.

namespace strobe::analyze {

namespace {

// Steps of one tool each: a letter is a tool with its own arguments and result. So long before each.
Edge of_turns(std::string_view tools, int64_t wait_ms = 0) {
  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);
  int64_t now = 0;
  for (const char tool : tools) {
    test.call(agent, now, now + 100);
    now += 100 + wait_ms;
    const std::string name(1, tool);
    test.tool(agent, now, now + 50, name, "{\"of\":\"" + name + "\"}", "result of " + name);
    now += 60;
  }
  return {test.build(), {}};
}

std::string times(int count, std::string_view tools) {
  std::string all;
  for (int i = 0; i < count; ++i) all += tools;
  return all;
}

Edge of_failing_calls(int count, int64_t gap_ms = 900) {
  TestSession test;
  for (int i = 0; i < count; ++i) {
    const int64_t at = i * (gap_ms + 100);
    const int call = test.call(0, at, at + 100);
    test.sees(call, {"user: go"});
    test.fail(call, "RateLimitError");
  }
  return {test.build(), {}};
}

// What three tools said, then so many of them again in an order that is no loop.
constexpr std::string_view k_news = "abcdefgh";
Edge stale(int count, int64_t wait_ms = 0) {
  std::string tools(k_news);
  for (int i = 0; i < count; ++i) tools += k_news[i * 3 % k_news.size()];
  return of_turns(tools, wait_ms);
}

constexpr EdgeOf k_edges[] = {
    {"doom_loop.medium_from", [] { return of_turns("aaa"); }},
    {"doom_loop.high_from", [] { return of_turns("aaaaa"); }},
    {"doom_loop.wait_ms", [] { return of_turns("aaa", 5'000); }},
    {"ping_pong.medium_from", [] { return of_turns(times(3, "ab")); }},
    {"ping_pong.high_from", [] { return of_turns(times(5, "ab")); }},
    {"ping_pong.wait_ms", [] { return of_turns(times(3, "ab"), 5'000); }},
    {"stagnation.medium_from", [] { return stale(4); }},
    {"stagnation.high_from", [] { return stale(8); }},
    {"stagnation.wait_ms", [] { return stale(4, 5'000); }},
    {"retry_storm.medium_from", [] { return of_failing_calls(3); }},
    {"retry_storm.high_from", [] { return of_failing_calls(6); }},
    {"retry_storm.gap_ms", [] { return of_failing_calls(3, 10'000); }},
};

}  // namespace

std::span<const EdgeOf> edges_of_loops() { return k_edges; }

}  // namespace strobe::analyze
