#include "view/contradictions.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "view/phrases.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

using Doubt = SessionHealth::Doubt;

constexpr size_t k_shown_max = 10;  // of each rule
constexpr int k_name_width_max = 40;
constexpr int k_indent = 6;

struct Count {
  const char* key;
  std::string_view word;
  std::optional<int64_t> ReportedUsage::* number;
};
constexpr std::array<Count, 6> k_counts = {{{"input", "input", &ReportedUsage::input},
                                            {"cache_read", "cache read", &ReportedUsage::cache_read},
                                            {"cache_write", "cache write", &ReportedUsage::cache_write},
                                            {"output", "output", &ReportedUsage::output},
                                            {"reasoning", "reasoning", &ReportedUsage::reasoning},
                                            {"total", "total", &ReportedUsage::total}}};

void add_count(std::string& text, std::string_view word, int64_t number) {
  text += (text.empty() ? "" : ", ") + std::string(word) + " " + count(number);
}

std::string reported_text(const ReportedUsage& reported) {
  std::string text;
  for (const Count& of : k_counts) {
    if (reported.*of.number) add_count(text, of.word, *(reported.*of.number));
  }
  return text;
}

std::string counted_text(const Usage& usage) {
  std::string text;
  const std::array<std::pair<std::string_view, int64_t>, 5> parts = {{{"input", usage.input},
                                                                      {"cache read", usage.cache_read},
                                                                      {"cache write", usage.cache_write},
                                                                      {"output", usage.output},
                                                                      {"reasoning", usage.reasoning}}};
  for (const auto& [word, number] : parts) {
    if (number != 0) add_count(text, word, number);
  }
  return (text.empty() ? "nothing" : text) + " = " + count(usage.total());
}

std::string who_counts(const Doubt& doubt) {
  switch (doubt.what.rule) {
    case ContradictionRule::recorded_twice:
    case ContradictionRule::recordings_differ: return "span " + doubt.what.other.hex() + " counts: ";
    case ContradictionRule::rollup_differs: return "the calls inside count: ";
    default: return "counted: ";
  }
}

void add_doubt(std::string& text, const Doubt& doubt, const TextStyle& style) {
  std::string name = fit(safe(doubt.name), k_name_width_max);
  if (!doubt.scope.empty()) name += " (" + fit(safe(doubt.scope), k_name_width_max) + ")";
  text += "    span " + doubt.span_id.hex() + "  " + name + "\n";
  const std::string told = reported_text(doubt.what.reported);
  for (const std::string& line :
       {"told: " + (told.empty() ? "what another span told" : told),
        who_counts(doubt) + counted_text(doubt.what.counted) + "  [" + safe(doubt.usage_rule) + "]"}) {
    text += paragraph(line, style, {.first = k_indent, .rest = k_indent});
  }
}

void write_doubt(json::Writer& writer, const Doubt& doubt) {
  writer.begin_object();
  writer.key("rule").string(name_of(doubt.what.rule));
  writer.key("trace_id").string(doubt.trace_id.hex());
  writer.key("span_id").string(doubt.span_id.hex());
  writer.key("name").string(doubt.name);
  write_text_or_null(writer, "scope", doubt.scope);
  write_text_or_null(writer, "usage_rule", doubt.usage_rule);
  writer.key("reported");
  write_reported(writer, doubt.what.reported);
  writer.key("counted");
  write_usage(writer, doubt.what.counted);
  write_text_or_null(writer, "counted_span_id", doubt.what.other.is_zero() ? "" : doubt.what.other.hex());
  writer.key("why").string(why_of(doubt.what.rule));
  writer.end_object();
}

}  // namespace

std::string_view why_of(ContradictionRule rule) {
  switch (rule) {
    case ContradictionRule::total_differs:
      return "the total is neither input and output nor the sum of all parts; the parts are counted";
    case ContradictionRule::cache_exceeds_input:
      return "more tokens came from or went to the cache than went in, so the input cannot hold them: they are added";
    case ContradictionRule::reasoning_exceeds_output:
      return "more tokens were spent on reasoning than came out, so the output cannot hold them: they are added";
    case ContradictionRule::clamped:
      return "a number is below zero, or larger than any model takes; it is counted as the nearest one that can be";
    case ContradictionRule::recorded_twice: return "two spans tell the tokens of one call; it is counted once";
    case ContradictionRule::recordings_differ:
      return "two spans tell different tokens of one call; one of them is counted";
    case ContradictionRule::rollup_differs:
      return "a span that sums up its calls tells another sum than theirs; the calls are counted";
    case ContradictionRule::accumulated_rollup:
      return "the sum covers the agent's life so far, earlier sessions too, and no call inside tells its own: none is "
             "counted";
  }
  return {};
}

std::string contradictions_text(const SessionHealth& health, const TextStyle& style) {
  std::map<ContradictionRule, std::vector<const Doubt*>> by_rule;
  for (const Doubt& doubt : health.contradictions) by_rule[doubt.what.rule].push_back(&doubt);
  if (by_rule.empty()) return {};
  std::string text = "\nnumbers that contradict each other:\n";
  for (const auto& [rule, doubts] : by_rule) {
    text += "  " + colored(style, Color::yellow, name_of(rule)) + ", " +
            amount(static_cast<int64_t>(doubts.size()), "time") + "\n";
    text += paragraph(why_of(rule), style, {.first = 4, .rest = 4});
    for (size_t i = 0; i < std::min(doubts.size(), k_shown_max); ++i) add_doubt(text, *doubts[i], style);
    if (doubts.size() > k_shown_max) {
      text += "    … and " + count(static_cast<int64_t>(doubts.size() - k_shown_max)) + " more (--json has all)\n";
    }
  }
  return text;
}

std::string contradictions_note(const SessionView& view, const TextStyle& style) {
  if (view.contradictions.empty()) return {};
  const auto number = static_cast<int64_t>(view.contradictions.size());
  return paragraph("! " + count(number) + (number == 1 ? " number was" : " numbers were") +
                       " told that contradict others; each call counts once: strobe doctor " +
                       name_in_commands(view.summary, style),
                   style);
}

void write_reported(json::Writer& writer, const ReportedUsage& reported) {
  writer.begin_object();
  for (const Count& of : k_counts) {
    writer.key(of.key);
    if (reported.*of.number) {
      writer.int64(*(reported.*of.number));
    } else {
      writer.null();
    }
  }
  writer.end_object();
}

void write_contradictions(json::Writer& writer, const SessionHealth& health) {
  writer.key("contradictions").begin_array();
  for (const Doubt& doubt : health.contradictions) write_doubt(writer, doubt);
  writer.end_array();
}

void write_contradictions(json::Writer& writer, const SessionView& view) {
  writer.key("contradictions").begin_array();
  for (const Contradiction& what : view.contradictions) {
    const SpanFacts& facts = view.spans[what.span].span.facts;
    write_doubt(writer, {what, facts.trace_id, facts.span_id, facts.name, facts.scope, facts.usage_rule});
  }
  writer.end_array();
}

}  // namespace strobe::view
