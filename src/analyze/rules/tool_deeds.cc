#include "analyze/rules/tool_deeds.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include "analyze/rules/argument_numbers.h"
#include "analyze/rules/spent.h"

namespace strobe::analyze {

namespace {

// What is known of the calls in shape.tools, in their order.
struct Columns {
  std::vector<int32_t> tool, result, error;
};

constexpr std::string_view k_nothing = "";

std::string_view payload_text(const std::optional<Payload>& payload) {
  if (!payload) return {};
  return payload->text.data() == nullptr ? k_nothing : payload->text;
}

// Who tells results tells arguments: none are no arguments.
std::string_view arguments_text(const SpanView& span) {
  if (!span.span.tool) return {};
  const ToolCall& tool = *span.span.tool;
  return !tool.arguments && tool.result ? k_nothing : payload_text(tool.arguments);
}

std::string_view result_text(const SpanView& span) {
  const std::string_view text = span.span.tool ? payload_text(span.span.tool->result) : std::string_view();
  return text.data() == nullptr && has_failed(span) ? k_nothing : text;
}

Columns columns_of(const SessionView& session, const Shape& shape) {
  std::vector<std::string_view> tools, results, errors;
  for (const int32_t index : shape.tools) {
    const SpanView& span = session.spans[index];
    const SpanFacts& facts = span.span.facts;
    tools.push_back(facts.tool_name.empty() ? facts.name : facts.tool_name);
    results.push_back(result_text(span));
    errors.push_back(facts.error_type);
  }
  return {numbers_of(tools), numbers_of(results), numbers_of(errors)};
}

// For each tool, by its number, whether any result of it was recorded.
std::vector<bool> find_recorded(const SessionView& session, const Shape& shape, const Columns& columns) {
  std::vector<bool> is_recorded(shape.tools.size());
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    const SpanView& span = session.spans[shape.tools[i]];
    if (span.span.tool && span.span.tool->result) is_recorded[columns.tool[i]] = true;
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

bool has_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return !std::ranges::search(text, word, same).empty();
}

// A sleep, a wait, a shell that sleeps.
bool is_wait(const SpanView& span) {
  constexpr size_t k_command_bytes_max = 4096;
  const std::string& tool = span.span.facts.tool_name;
  if (has_word(tool, "sleep") || has_word(tool, "wait")) return true;
  const std::string_view arguments = arguments_text(span);
  return arguments.size() <= k_command_bytes_max && arguments.find("sleep ") != std::string_view::npos;
}

// Between a tool's end and the next call to a model an agent works, or a queue does: what is shorter is no wait that
// anybody chose.
constexpr DurationNs k_turn_ns_max{30'000'000'000};

// Fills idle: both the tools and the calls of a lane are by start.
void find_idle(const SessionView& session, const Lane& lane, std::vector<ToolDeed>& deeds) {
  size_t next_call = 0;
  for (size_t i = 1; i < deeds.size(); ++i) {
    const TimeNs from = end_of(session.spans[deeds[i - 1].span]);
    const TimeNs to = session.spans[deeds[i].span].span.facts.start;
    TimeNs free_from = from;
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

}  // namespace

std::vector<int32_t> arguments_of_tools(const SessionView& session, const Shape& shape) {
  std::vector<std::string_view> texts;
  texts.reserve(shape.tools.size());
  for (const int32_t tool : shape.tools) texts.push_back(arguments_text(session.spans[tool]));
  return argument_numbers(texts);
}

std::vector<std::vector<ToolDeed>> deeds_of(const SessionView& session, const Shape& shape,
                                            const std::vector<int32_t>& arguments) {
  std::vector<std::vector<ToolDeed>> by_lane(session.lanes.size());
  if (session.lanes.empty() || shape.tools.empty()) return by_lane;
  Columns columns = columns_of(session, shape);
  const std::vector<bool> is_recorded = find_recorded(session, shape, columns);
  const std::vector<int32_t> asked = numbers_of_pairs(columns.tool, arguments);
  const auto presumed = static_cast<int32_t>(shape.tools.size());  // the number of a result that no text has
  std::vector<int32_t> outcome;                                    // 0: it worked
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    outcome.push_back(has_failed(session.spans[shape.tools[i]]) ? columns.error[i] + 1 : 0);
    if (columns.result[i] < 0 && !is_recorded[columns.tool[i]]) columns.result[i] = presumed;
  }
  const std::vector<int32_t> answered = numbers_of_pairs(numbers_of_pairs(asked, columns.result), outcome);
  std::vector<int32_t> times_answered(shape.tools.size());
  for (const int32_t answer : answered) {
    if (answer >= 0) ++times_answered[answer];
  }
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    const SpanView& span = session.spans[shape.tools[i]];
    if (span.lane <= 0 || static_cast<size_t>(span.lane) > by_lane.size()) continue;
    by_lane[span.lane - 1].push_back({.span = shape.tools[i],
                                      .tool = columns.tool[i],
                                      .asked = asked[i],
                                      .answered = answered[i],
                                      .is_presumed = columns.result[i] == presumed,
                                      .times_answered = answered[i] < 0 ? 1 : times_answered[answered[i]],
                                      .has_failed = has_failed(span),
                                      .is_wait = is_wait(span),
                                      .idle = {}});
  }
  for (size_t i = 0; i < by_lane.size(); ++i) find_idle(session, session.lanes[i], by_lane[i]);
  return by_lane;
}

}  // namespace strobe::analyze
