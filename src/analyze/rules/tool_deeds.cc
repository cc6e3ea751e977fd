#include "analyze/rules/tool_deeds.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "analyze/rules/argument_numbers.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/spent.h"
#include "analyze/rules/support.h"
#include "analyze/rules/told_calls.h"

namespace strobe::analyze {

namespace {

// For each tool, by its number, whether any result of it was recorded.
std::vector<bool> find_recorded(const SessionView& session, const Shape& shape, const std::vector<int32_t>& tool,
                                const std::vector<ToldCall>& told) {
  std::vector<bool> is_recorded(shape.tools.size());
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    const SpanView& span = session.spans[shape.tools[i]];
    const bool has_result = span.span.tool && span.span.tool->result;
    if (has_result || !told[i].result.empty()) is_recorded[tool[i]] = true;
  }
  return is_recorded;
}

// Numbers of equal pairs; -1 where one of the two is -1.
std::vector<int32_t> numbers_of_pairs(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  std::vector<std::pair<uint64_t, int32_t>> pairs;
  pairs.reserve(a.size());
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] < 0 || b[i] < 0) continue;
    pairs.emplace_back(static_cast<uint64_t>(a[i]) << 32 | static_cast<uint32_t>(b[i]), static_cast<int32_t>(i));
  }
  std::ranges::sort(pairs);
  std::vector<int32_t> numbers(a.size(), -1);
  int32_t number = -1;
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (i == 0 || pairs[i].first != pairs[i - 1].first) ++number;
    numbers[pairs[i].second] = number;
  }
  return numbers;
}

constexpr size_t k_command_bytes_max = 4096;

// A sleep, a wait, a shell that sleeps.
bool is_wait(std::string_view tool, std::string_view arguments) {
  constexpr auto k_waits = std::to_array<std::string_view>({"sleep", "wait"});
  if (mentions(tool, k_waits)) return true;
  return arguments.size() <= k_command_bytes_max && arguments.find("sleep ") != std::string_view::npos;
}

// Who looks at a state of something outside that goes on by itself: by the name of the tool, or by what it answers.
// Such a tool may well wait itself for the state to change; what builds or searches is at work all the time.
bool looks_at_state(std::string_view tool) {
  constexpr auto k_looks = std::to_array<std::string_view>({"status", "poll", "progress", "watch"});
  return mentions(tool, k_looks);
}
bool tells_state(std::string_view result) {
  constexpr auto k_states = std::to_array<std::string_view>({"pending", "queued", "in progress", "in_progress",
                                                             "inprogress", "processing", "still running", "not ready",
                                                             "not_ready", "not finished", "not yet", "\"running\""});
  constexpr size_t k_state_bytes_max = 200;
  return result == "running" || (result.size() <= k_state_bytes_max && mentions(result, k_states));
}

// Between a tool's end and the next call to a model an agent works, or a queue does: what is shorter is no wait that
// anybody chose.
constexpr DurationNs k_turn_ns_max{30'000'000'000};

// For each span whether it is a tool inside which another tool of its lane runs: code that calls tools.
std::vector<bool> find_outer(const SessionView& session, const Shape& shape) {
  std::vector<bool> is_outer(session.spans.size()), is_seen(session.spans.size());
  for (const int32_t tool : shape.tools) {
    for (int32_t at = session.spans[tool].parent; at >= 0 && !is_seen[at]; at = session.spans[at].parent) {
      is_seen[at] = true;
      const SpanView& above = session.spans[at];
      if (above.span.facts.kind != Kind::tool && above.span.facts.kind != Kind::agent) continue;
      is_outer[at] = above.span.facts.kind == Kind::tool && above.lane == session.spans[tool].lane;
      break;
    }
  }
  return is_outer;
}

// Fills idle: both the tools and the calls of a lane are by start. Tools may run beside each other; one that runs
// others is not at work while those let time pass.
void find_idle(const SessionView& session, const std::vector<bool>& is_outer, const Lane& lane,
               std::vector<ToolDeed>& deeds) {
  size_t next_call = 0;
  TimeNs busy_until;  // with tools
  for (size_t i = 1; i < deeds.size(); ++i) {
    const SpanView& last = session.spans[deeds[i - 1].span];
    busy_until = std::max(busy_until, is_outer[deeds[i - 1].span] ? last.span.facts.start : end_of(last));
    const TimeNs to = session.spans[deeds[i].span].span.facts.start;
    TimeNs free_from = busy_until;
    DurationNs idle;
    for (; next_call < lane.calls.size(); ++next_call) {
      const SpanView& call = session.spans[lane.calls[next_call].span];
      if (call.span.facts.start >= to) break;
      const DurationNs before = call.span.facts.start - free_from;
      if (before >= k_turn_ns_max) idle = idle + before;
      free_from = std::max(free_from, end_of(call));
    }
    if (to > free_from) idle = idle + (to - free_from);
    deeds[i].idle = idle;
  }
}

// For each tool, by its number, whether its name says that it looks at a state.
std::vector<bool> find_looks(const std::vector<int32_t>& numbers, const std::vector<std::string_view>& names) {
  std::vector<bool> looks(numbers.size()), is_known(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (is_known[numbers[i]]) continue;
    is_known[numbers[i]] = true;
    looks[numbers[i]] = looks_at_state(names[i]);
  }
  return looks;
}

}  // namespace

ToolColumns columns_of(const SessionView& session, const Shape& shape) {
  const std::vector<ToldCall> told = told_calls(session, shape);
  std::vector<std::string_view> tools, arguments, results, errors;
  for (auto* column : {&tools, &arguments, &results, &errors}) column->reserve(shape.tools.size());
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    const SpanView& span = session.spans[shape.tools[i]];
    tools.push_back(tool_name_of(span));
    arguments.push_back(told[i].arguments);
    results.push_back(told[i].result);
    errors.push_back(span.span.facts.error_type);
  }
  ToolColumns columns{.tool = numbers_of(tools),
                      .arguments = argument_numbers(arguments),
                      .asked = {},
                      .answered = {},
                      .is_presumed = std::vector<bool>(tools.size()),
                      .times_answered = std::vector<int32_t>(tools.size(), 1),
                      .is_wait = std::vector<bool>(tools.size()),
                      .watches = std::vector<bool>(tools.size()),
                      .looks = {}};
  columns.looks = find_looks(columns.tool, tools);
  columns.asked = numbers_of_pairs(columns.tool, columns.arguments);
  std::vector<int32_t> result = numbers_of(results);
  const std::vector<int32_t> error = numbers_of(errors);
  const std::vector<bool> is_recorded = find_recorded(session, shape, columns.tool, told);
  const auto presumed = static_cast<int32_t>(tools.size());  // the number of a result that no text has
  std::vector<int32_t> failure;                              // -1: it worked
  for (size_t i = 0; i < tools.size(); ++i) {
    failure.push_back(has_failed(session.spans[shape.tools[i]]) ? error[i] : -1);
    columns.is_presumed[i] = result[i] < 0 && !is_recorded[columns.tool[i]];
    if (columns.is_presumed[i]) result[i] = presumed;
  }
  // What failed has results of its own.
  const std::vector<int32_t> failed = numbers_of_pairs(result, failure);
  for (size_t i = 0; i < tools.size(); ++i) {
    if (failed[i] >= 0) result[i] = presumed + 1 + failed[i];
  }
  columns.answered = numbers_of_pairs(columns.asked, result);
  std::vector<int32_t> times(tools.size());
  for (const int32_t answer : columns.answered) {
    if (answer >= 0) ++times[answer];
  }
  std::vector<int8_t> tells(tools.size(), -1);  // by the number of the answer; -1: not worked out
  for (size_t i = 0; i < tools.size(); ++i) {
    columns.is_wait[i] = is_wait(tools[i], arguments[i]);
    columns.watches[i] = columns.looks[columns.tool[i]] && failure[i] < 0;
    const int32_t answer = columns.answered[i];
    if (answer < 0 || times[answer] < 2) continue;
    if (tells[answer] < 0) tells[answer] = tells_state(results[i]) ? 1 : 0;
    columns.times_answered[i] = times[answer];
    columns.watches[i] = columns.watches[i] || (tells[answer] == 1 && failure[i] < 0);
  }
  return columns;
}

std::vector<std::vector<ToolDeed>> deeds_of(const SessionView& session, const Shape& shape,
                                            const ToolColumns& columns) {
  std::vector<std::vector<ToolDeed>> by_lane(session.lanes.size());
  if (session.lanes.empty() || shape.tools.empty()) return by_lane;
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    const SpanView& span = session.spans[shape.tools[i]];
    if (span.lane <= 0 || static_cast<size_t>(span.lane) > by_lane.size()) continue;
    by_lane[span.lane - 1].push_back({.span = shape.tools[i],
                                      .tool = columns.tool[i],
                                      .asked = columns.asked[i],
                                      .answered = columns.answered[i],
                                      .is_presumed = columns.is_presumed[i],
                                      .times_answered = columns.times_answered[i],
                                      .has_failed = has_failed(span),
                                      .is_wait = columns.is_wait[i],
                                      .idle = {},
                                      .watched = columns.watches[i] ? span.span.facts.duration() : DurationNs{}});
  }
  const std::vector<bool> is_outer = find_outer(session, shape);
  for (size_t i = 0; i < by_lane.size(); ++i) find_idle(session, is_outer, session.lanes[i], by_lane[i]);
  return by_lane;
}

}  // namespace strobe::analyze
