#include "analyze/rules/tool_deeds.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analyze/rules/spent.h"
#include "context/canonical.h"

namespace strobe::analyze {

namespace {

// What is known of the calls in shape.tools, in their order.
struct Columns {
  std::vector<int32_t> tool, arguments, result, error;
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
  std::vector<std::string_view> tools, arguments, results, errors;
  for (const int32_t index : shape.tools) {
    const SpanView& span = session.spans[index];
    const SpanFacts& facts = span.span.facts;
    tools.push_back(facts.tool_name.empty() ? facts.name : facts.tool_name);
    arguments.push_back(arguments_text(span));
    results.push_back(result_text(span));
    errors.push_back(facts.error_type);
  }
  return {numbers_of(tools), numbers_of(arguments), numbers_of(results), numbers_of(errors)};
}

// Reading JSON costs more than everything else here, so only arguments that could matter are read: those of tools that
// gave one result more than once in a lane.
std::vector<bool> find_repeated(const SessionView& session, const Shape& shape, const Columns& columns) {
  std::vector<std::tuple<int32_t, int32_t, int32_t, int32_t>> calls;  // lane, tool, result, index
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    calls.emplace_back(session.spans[shape.tools[i]].lane, columns.tool[i], columns.result[i], static_cast<int32_t>(i));
  }
  std::ranges::sort(calls);
  std::vector<bool> repeats(calls.size());
  for (size_t begin = 0; begin < calls.size();) {
    const auto of_tool = [&](size_t at) { return std::tie(std::get<0>(calls[at]), std::get<1>(calls[at])); };
    size_t end = begin;
    bool is_repeated = false;
    for (; end < calls.size() && of_tool(end) == of_tool(begin); ++end) {
      if (end > begin) is_repeated |= std::get<2>(calls[end]) == std::get<2>(calls[end - 1]);
    }
    for (; begin < end; ++begin) repeats[std::get<3>(calls[begin])] = is_repeated;
  }
  return repeats;
}

// Numbers of arguments that are equal as JSON, where they are read at all.
std::vector<int32_t> canonical_numbers(const SessionView& session, const Shape& shape, const Columns& columns) {
  const std::vector<bool> repeats = find_repeated(session, shape, columns);
  std::vector<std::string> forms(static_cast<size_t>(std::ranges::max(columns.arguments) + 1));
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    const int32_t number = columns.arguments[i];
    if (number < 0 || !repeats[i] || !forms[number].empty()) continue;
    Part part;
    part.type = PartType::tool_call;
    part.payload = {arguments_text(session.spans[shape.tools[i]]), true};
    if (part.payload.text.empty()) part.payload.text = "{}";
    Message message;
    message.parts.push_back(part);
    forms[number] = context::canonical_form(message);
  }
  // Not read: equal to itself alone, for no canonical form begins like that.
  for (size_t number = 0; number < forms.size(); ++number) {
    if (forms[number].empty()) forms[number] = "#" + std::to_string(number);
  }
  const std::vector<std::string_view> views(forms.begin(), forms.end());
  const std::vector<int32_t> canonical = numbers_of(views);
  std::vector<int32_t> numbers;
  for (const int32_t number : columns.arguments) numbers.push_back(number < 0 ? -1 : canonical[number]);
  return numbers;
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
      if (call.span.facts.start > free_from) idle = idle + (call.span.facts.start - free_from);
      free_from = std::max(free_from, end_of(call));
    }
    if (to > free_from) idle = idle + (to - free_from);
    deeds[i].idle = idle;
  }
}

// Equal for equal texts, and seldom for others: looks at the length and at three places, for results are long.
uint64_t likeness_of(std::string_view text) {
  constexpr size_t k_sample_bytes = 32;
  if (text.size() <= 3 * k_sample_bytes) return std::hash<std::string_view>()(text);
  const auto sample = [&](size_t at) -> uint64_t {
    return std::hash<std::string_view>()(text.substr(at, k_sample_bytes));
  };
  uint64_t likeness = text.size();
  for (const size_t at : {size_t{0}, text.size() / 2, text.size() - k_sample_bytes}) {
    likeness = (likeness ^ sample(at)) * 0x9e3779b97f4a7c15u;
  }
  return likeness;
}

// numbers_of() where there are few texts, as names of tools are; empty where there are more, or two look alike.
std::vector<int32_t> numbers_of_few(std::span<const std::string_view> texts) {
  constexpr size_t k_texts_max = 256;
  struct Known {
    std::string_view text;
    int32_t number = 0;
  };
  std::unordered_map<uint64_t, Known> known;
  std::vector<int32_t> numbers(texts.size(), -1);
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].data() == nullptr) continue;
    const auto [found, is_new] =
        known.try_emplace(likeness_of(texts[i]), Known{texts[i], static_cast<int32_t>(known.size())});
    if (found->second.text != texts[i] || known.size() > k_texts_max) return {};
    numbers[i] = found->second.number;
  }
  return numbers;
}

}  // namespace

std::vector<int32_t> numbers_of(std::span<const std::string_view> texts) {
  if (std::vector<int32_t> few = numbers_of_few(texts); few.size() == texts.size()) return few;
  struct Entry {
    uint64_t likeness = 0;
    int32_t index = 0;
  };
  std::vector<Entry> entries;
  entries.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].data() == nullptr) continue;
    entries.push_back({likeness_of(texts[i]), static_cast<int32_t>(i)});
  }
  std::ranges::sort(entries, {}, &Entry::likeness);
  std::vector<int32_t> numbers(texts.size(), -1);
  int32_t number = -1;
  for (size_t begin = 0; begin < entries.size();) {
    size_t end = begin;
    bool is_one_text = true;
    for (; end < entries.size() && entries[end].likeness == entries[begin].likeness; ++end) {
      is_one_text &= texts[entries[end].index] == texts[entries[begin].index];
    }
    const auto alike = std::span(entries).subspan(begin, end - begin);
    if (!is_one_text) std::ranges::sort(alike, {}, [&](const Entry& entry) { return texts[entry.index]; });
    for (size_t i = begin; i < end; ++i) {
      if (i == begin || texts[entries[i].index] != texts[entries[i - 1].index]) ++number;
      numbers[entries[i].index] = number;
    }
    begin = end;
  }
  return numbers;
}

std::vector<std::vector<ToolDeed>> deeds_of(const SessionView& session, const Shape& shape) {
  std::vector<std::vector<ToolDeed>> by_lane(session.lanes.size());
  if (session.lanes.empty() || shape.tools.empty()) return by_lane;
  const Columns columns = columns_of(session, shape);
  const std::vector<int32_t> arguments = canonical_numbers(session, shape, columns);
  const std::vector<int32_t> asked = numbers_of_pairs(columns.tool, arguments);
  std::vector<int32_t> outcome;  // 0: it worked
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    outcome.push_back(has_failed(session.spans[shape.tools[i]]) ? columns.error[i] + 1 : 0);
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
                                      .times_answered = answered[i] < 0 ? 1 : times_answered[answered[i]],
                                      .has_failed = has_failed(span),
                                      .is_wait = is_wait(span),
                                      .idle = {}});
  }
  for (size_t i = 0; i < by_lane.size(); ++i) find_idle(session, session.lanes[i], by_lane[i]);
  return by_lane;
}

}  // namespace strobe::analyze
