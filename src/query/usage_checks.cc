#include "query/usage_checks.h"

#include <algorithm>
#include <unordered_map>

namespace strobe::query {

namespace {

using Rule = ContradictionRule;

constexpr std::string_view k_suspect = "_suspect";
constexpr std::string_view k_inclusive = "_inclusive";
constexpr std::string_view k_apart = "_reasoning_apart";

bool is_call_kind(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  return (facts.kind == Kind::llm || facts.kind == Kind::embedding) && !facts.is_rollup;
}

bool has_cache_beyond_input(const ReportedUsage& told, const SpanFacts& facts) {
  if (!told.input) return false;
  const Usage cache{.cache_read = std::max<int64_t>(told.cache_read.value_or(0), 0),
                    .cache_write = std::max<int64_t>(told.cache_write.value_or(0), 0)};
  const bool should_fit = told.is_input_overruled || facts.usage_rule.find(k_inclusive) != std::string::npos;
  return should_fit && cache.total() > std::max<int64_t>(*told.input, 0);
}

bool has_reasoning_beyond_output(const ReportedUsage& told, const SpanFacts& facts) {
  if (!told.output || !told.reasoning || *told.reasoning <= *told.output) return false;
  return told.is_output_overruled || facts.usage_rule.find(k_apart) == std::string::npos;
}

// Some leave the cache out of their total, some the reasoning: either is a sum of what they tell.
bool is_total_explained(const ReportedUsage& told, const Usage& usage) {
  if (!told.total) return true;
  Usage plain{.input = std::max<int64_t>(told.input.value_or(0), 0),
              .output = std::max<int64_t>(told.output.value_or(0), 0)};
  return *told.total == usage.total() || *told.total == plain.total();
}

class Checks {
 public:
  explicit Checks(const SessionView& view) : view_(view), below_(view.spans.size()) {}

  std::vector<Contradiction> run() {
    sum_up();
    for (size_t i = 0; i < view_.spans.size(); ++i) {
      const auto span = static_cast<int32_t>(i);
      check_lifetime(span);
      if (!view_.spans[i].span.facts.has_usage) continue;
      check_numbers(span);
      check_recordings(span);
      check_sum(span);
    }
    return std::move(found_);
  }

 private:
  void add(Rule rule, int32_t span, const Usage& counted, const SpanId& other = {}) {
    found_.push_back({rule, span, view_.spans[span].span.reported, counted, other});
  }

  void check_numbers(int32_t i) {
    const SpanFacts& facts = view_.spans[i].span.facts;
    const ReportedUsage& told = view_.spans[i].span.reported;
    const bool has_cache = has_cache_beyond_input(told, facts);
    const bool has_reasoning = has_reasoning_beyond_output(told, facts);
    if (has_cache) add(Rule::cache_exceeds_input, i, facts.usage);
    if (has_reasoning) add(Rule::reasoning_exceeds_output, i, facts.usage);
    if (!is_total_explained(told, facts.usage)) add(Rule::total_differs, i, facts.usage);
    const bool is_suspect = facts.usage_rule.find(k_suspect) != std::string::npos;
    if (is_suspect && !has_cache && !has_reasoning) add(Rule::clamped, i, facts.usage);
  }

  void check_recordings(int32_t i) {
    const SpanView& span = view_.spans[i];
    if (span.duplicate_how == SameCall::no) return;
    const SpanView* speaker = find(span.span.facts.trace_id, span.duplicate_of);
    if (speaker == nullptr || !speaker->span.facts.has_usage) return;
    const Usage& ours = span.span.facts.usage;
    const Usage& theirs = speaker->span.facts.usage;
    const bool is_equal = ours.total_input() == theirs.total_input() && ours.total() == theirs.total();
    add(is_equal ? Rule::recorded_twice : Rule::recordings_differ, i, theirs, span.duplicate_of);
  }

  // What a dialect reads but takes for nobody's usage: it grows with every invocation of the agent (dialects.md 5.8).
  void check_lifetime(int32_t i) {
    const SpanView& span = view_.spans[i];
    const ReportedUsage& told = span.span.reported;
    const bool is_told = told.input || told.output;
    if (is_told && !span.span.facts.has_usage && below_[i].total() == 0) add(Rule::accumulated_rollup, i, {});
  }

  void check_sum(int32_t i) {
    const SpanView& span = view_.spans[i];
    const SpanFacts& facts = span.span.facts;
    const Usage& sum = below_[i];
    if (is_call_kind(span) || span.counted || sum.total() == 0) return;
    const ReportedUsage& told = span.span.reported;
    const bool is_input_equal = !told.input || facts.usage.total_input() == sum.total_input();
    const bool is_output_equal =
        !told.output || facts.usage.total() - facts.usage.total_input() == sum.total() - sum.total_input();
    if (!is_input_equal || !is_output_equal) add(Rule::rollup_differs, i, sum);
  }

  // What the calls below each span sum up to, as the recordings below it tell it. From the leaves up, without
  // recursion.
  void sum_up() {
    std::vector<int32_t> top_down;
    for (size_t i = 0; i < view_.spans.size(); ++i) {
      if (view_.spans[i].parent < 0) top_down.push_back(static_cast<int32_t>(i));
    }
    for (size_t n = 0; n < top_down.size(); ++n) {
      for (const int32_t child : view_.spans[top_down[n]].children) top_down.push_back(child);
    }
    for (auto it = top_down.rbegin(); it != top_down.rend(); ++it) {
      const SpanView& span = view_.spans[*it];
      if (span.parent < 0) continue;
      Usage& above = below_[span.parent];
      const bool is_twin = span.duplicate_how != SameCall::no && span.duplicate_how != SameCall::nested;
      if (span.counted || (is_call_kind(span) && is_twin)) {
        above += span.span.facts.usage;
      }
      // A counted sum stands for what is below it; a call may stand around others only if it is a recording of them.
      if (!span.counted || is_call_kind(span)) above += below_[*it];
    }
  }

  const SpanView* find(const TraceId& trace, const SpanId& id) {
    if (place_.empty()) {
      for (const SpanView& span : view_.spans) place_[span.span.facts.trace_id].emplace(span.span.facts.span_id, &span);
    }
    const auto found = place_[trace].find(id);
    return found == place_[trace].end() ? nullptr : found->second;
  }

  const SessionView& view_;
  std::vector<Usage> below_;
  std::unordered_map<TraceId, std::unordered_map<SpanId, const SpanView*>> place_;
  std::vector<Contradiction> found_;
};

}  // namespace

std::vector<Contradiction> contradictions_of(const SessionView& view) { return Checks(view).run(); }

}  // namespace strobe::query
