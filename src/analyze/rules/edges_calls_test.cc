#include "analyze/rules/edges_test_util.h"
#include "analyze/test_session.h"
#include "prices/prices.h"

// Edges of the rules that read the calls of one agent: how many, and what they took.

namespace strobe::analyze {

namespace {

// One agent; each call has the given usage, and says what it read from a cache.
Edge of_usage(const std::vector<Usage>& usages) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (size_t i = 0; i < usages.size(); ++i) {
    const auto at = static_cast<int64_t>(i) * 10;
    const int call = test.call(agent, at, at + 5);
    test.usage(call, usages[i]);
    test.at(call).span.reported.cache_read = usages[i].cache_read;
  }
  return {test.build(), {}};
}

Usage cached(int64_t percent, int64_t input = 10'000) {
  return {.input = input * (100 - percent) / 100, .cache_read = input * percent / 100, .output = 10};
}

Edge of_calls(int count) { return of_usage(std::vector<Usage>(count, {.input = 100, .cache_read = 80})); }

int64_t window() { return prices::built_in().find("anthropic", "claude-sonnet-4")->context_window.value_or(0); }

// Tools of one step; each letter is one, with its name: a capital one fails, t times out.
Edge of_tools(std::string_view tools) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  test.call(agent, 0, 5);
  for (size_t i = 0; i < tools.size(); ++i) {
    const auto at = static_cast<int64_t>(i) * 10 + 10;
    const int tool = test.tool(agent, at, at + 5, std::string(1, tools[i]));
    if (tools[i] == 't') test.fail(tool, "TimeoutError");
    if (tools[i] >= 'A' && tools[i] <= 'Z') test.fail(tool, "exit");
  }
  return {test.build(), {}};
}

// Steps with a tool each; x fails.
Edge of_steps(std::string_view steps) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto at = static_cast<int64_t>(i) * 10;
    test.call(agent, at, at + 5);
    const int tool = test.tool(agent, at + 6, at + 9, "bash");
    if (steps[i] == 'x') test.fail(tool, "exit");
  }
  return {test.build(), {}};
}

Edge of_durations(const std::vector<int64_t>& durations_ms) {
  TestSession test;
  const int agent = test.agent(0, 0, 1'000'000);
  test.call(agent, 0, 5);
  int64_t at = 10;
  for (const int64_t duration : durations_ms) {
    test.tool(agent, at, at + duration, "search");
    at += duration;
  }
  return {test.build(), {}};
}

constexpr EdgeOf k_edges[] = {
    {"excessive_iterations.medium_above", [] { return of_calls(7); }},
    {"excessive_iterations.high_above", [] { return of_calls(10); }},
    {"cache_inefficiency.medium_below", [] { return of_usage({cached(50), cached(50), cached(50)}); }},
    {"cache_inefficiency.medium_steps", [] { return of_usage({cached(40), cached(40), cached(40)}); }},
    {"cache_inefficiency.high_below", [] { return of_usage({cached(30), cached(30)}); }},
    {"cache_inefficiency.high_steps", [] { return of_usage({cached(20), cached(20)}); }},
    {"redundant_tool_calls.high_from", [] { return of_tools("aaaaa"); }},
    {"error_loop.high_from", [] { return of_tools("ABC"); }},
    {"cache_invalidation.before_above", [] { return of_usage({cached(60), cached(15)}); }},
    {"cache_invalidation.after_below", [] { return of_usage({cached(65), cached(20)}); }},
    {"cache_invalidation.fall_above", [] { return of_usage({cached(90), cached(40)}); }},
    {"error_streak.steps_from", [] { return of_steps("xxx."); }},
    {"slow_tool.medium_average_ms", [] { return of_durations({5'000}); }},
    {"slow_tool.high_average_ms", [] { return of_durations({10'000}); }},
    {"slow_tool.single_ms", [] { return of_durations({30'000, 1, 1, 1, 1, 1, 1}); }},
    {"token_spike.rise_above", [] { return of_usage({{.input = 4'000}, {.input = 12'000}}); }},
    {"token_spike.tokens_above", [] { return of_usage({{.input = 10}, {.input = 10'000}}); }},
    {"thinking_overhead.above_percent", [] { return of_usage({{.output = 900, .reasoning = 2'100}}); }},
    {"thinking_overhead.tokens_from", [] { return of_usage({{.output = 1, .reasoning = 1'000}}); }},
    {"context_limit_warning.medium_above", [] { return of_usage({{.input = window() / 10 * 7}}); }},
    {"context_limit_warning.critical_above", [] { return of_usage({{.input = window() / 10 * 9}}); }},
    {"tool_timeout_patterns.medium_from", [] { return of_tools("tta"); }},
    {"tool_timeout_patterns.high_from", [] { return of_tools("ttta"); }},
    {"spinning.steps_above", [] { return of_calls(15); }},
    {"token_outlier.above_percent", [] { return of_usage({{.input = 100}, {.input = 100}, {.input = 400}}); }},
    {"token_outlier.calls_from", [] { return of_usage({{.input = 1}, {.input = 1}, {.input = 400}}); }},
    {"token_outlier.tokens_above", [] { return of_usage({{.input = 1}, {.input = 1}, {.input = 10'000}}); }},
    {"tool_error_rate.failed_above", [] { return of_tools("ABCdefghij"); }},
    {"tool_error_rate.calls_from", [] { return of_tools("ABc"); }},
};

}  // namespace

std::span<const EdgeOf> edges_of_calls() { return k_edges; }

}  // namespace strobe::analyze
