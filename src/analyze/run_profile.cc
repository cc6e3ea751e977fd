#include "analyze/run_profile.h"

#include <algorithm>
#include <map>

#include "analyze/runtime_kind.h"
#include "analyze/shape.h"
#include "base/saturated.h"

namespace strobe::analyze {

namespace {

// The length of what intervals cover together. They come by rising start.
class Cover {
 public:
  void add(int64_t from, int64_t to) {
    from = std::max(from, until_);
    if (to <= from) return;
    length_ += to - from;
    until_ = to;
  }
  int64_t length() const { return length_; }

 private:
  int64_t until_ = 0;
  int64_t length_ = 0;
};

struct Interval {
  int64_t from = 0, to = 0;
  auto operator<=>(const Interval&) const = default;
};

int64_t covered(std::vector<Interval> intervals) {
  std::ranges::sort(intervals);
  Cover cover;
  for (const Interval& interval : intervals) cover.add(interval.from, interval.to);
  return cover.length();
}

class Profiler {
 public:
  explicit Profiler(const SessionView& session)
      : session_(session), tree_(time_tree_of(session)), shape_(shape_of(session)) {}

  RunProfile take() {
    profile_.session_ns = tree_.wall;
    add_kinds();
    add_first_token();
    profile_.top_llm_calls = longest(shape_.calls);
    profile_.top_tool_calls = longest(shape_.tools);
    profile_.step_of.resize(session_.spans.size());
    const bool has_step_spans = std::ranges::any_of(session_.spans, [](const SpanView& span) { return is_step(span); });
    if (has_step_spans) {
      add_step_spans();
    } else {
      add_steps();
    }
    return std::move(profile_);
  }

 private:
  static bool is_step(const SpanView& span) {
    return span.span.facts.kind == Kind::step || runtime_kind(span) == "step";
  }
  bool is_root(int32_t span) const { return tree_.nodes[span].is_root; }
  const TimeTree::Node& node(int32_t span) const { return tree_.nodes[span]; }
  int64_t length(int32_t span) const { return node(span).end - node(span).start; }

  void add_kinds() {
    std::map<std::string_view, size_t> place;
    std::vector<Cover> covers;
    Cover roots, below, all;
    for (int32_t i = 0; i < tree_.session; ++i) {
      const bool is_top = is_root(i);
      (is_top ? roots : below).add(node(i).start, node(i).end);
      all.add(node(i).start, node(i).end);
      if (is_top && !tree_.by_start(i).empty()) continue;
      const std::string_view kind = runtime_kind(session_.spans[i]);
      const auto [at, is_new] = place.try_emplace(kind, covers.size());
      if (is_new) {
        covers.emplace_back();
        profile_.by_kind.push_back({std::string(kind), 0, 0, 0});
      }
      covers[at->second].add(node(i).start, node(i).end);
      KindTime& time = profile_.by_kind[at->second];
      add_to(time.sum_ns, length(i));
      ++time.count;
      if (is_top) below.add(node(i).start, node(i).end);
    }
    for (size_t i = 0; i < covers.size(); ++i) {
      profile_.by_kind[i].wall_ns = covers[i].length();
      profile_.has_overlaps |= profile_.by_kind[i].sum_ns > covers[i].length();
    }
    std::ranges::sort(profile_.by_kind, [](const KindTime& a, const KindTime& b) {
      return a.sum_ns != b.sum_ns ? a.sum_ns > b.sum_ns : a.kind < b.kind;
    });
    profile_.total_wall_ns = roots.length();
    profile_.residual_ns = all.length() - below.length();
  }
  void add_first_token() {
    for (const int32_t call : shape_.calls) {
      const auto& ttft = session_.spans[call].span.facts.ttft;
      if (!ttft || ttft->ns < 0) continue;
      const int64_t after_start = add_saturated(node(call).start, ttft->ns);
      profile_.first_token_ns = std::min(profile_.first_token_ns.value_or(ttft->ns), ttft->ns);
      profile_.first_token_after_start_ns =
          std::min(profile_.first_token_after_start_ns.value_or(after_start), after_start);
    }
  }
  std::vector<int32_t> longest(std::vector<int32_t> calls) const {
    const auto middle = calls.begin() + static_cast<std::ptrdiff_t>(std::min(k_profile_top, calls.size()));
    std::ranges::partial_sort(
        calls, middle, [&](int32_t a, int32_t b) { return length(a) != length(b) ? length(a) > length(b) : a < b; });
    calls.erase(middle, calls.end());
    return calls;
  }

  void add_call(StepTime& step, std::vector<Interval>& busy, int32_t call) {
    const bool is_llm = session_.spans[call].is_llm_call;
    add_to(is_llm ? step.llm_ns : step.tool_ns, length(call));
    ++(is_llm ? step.llm_calls : step.tool_calls);
    busy.push_back({node(call).start, node(call).end});
    profile_.step_of[call] = step.name;
  }
  // Spans of kind step: each call belongs to the nearest above it.
  void add_step_spans() {
    std::vector<int32_t> step_above(tree_.nodes.size(), -1);
    std::map<int32_t, std::vector<int32_t>> calls_of;
    for (const int32_t at : tree_.order) {
      if (at == tree_.session) continue;
      const bool is_one = is_step(session_.spans[at]);
      step_above[at] = is_one ? at : step_above[node(at).parent];
      if (is_one) calls_of[at];
    }
    for (const auto* calls : {&shape_.calls, &shape_.tools}) {
      for (const int32_t call : *calls) {
        if (step_above[call] >= 0) calls_of[step_above[call]].push_back(call);
      }
    }
    for (const auto& [at, calls] : calls_of) {
      finish({.name = session_.spans[at].span.facts.name, .span = at}, calls, {node(at).start, node(at).end});
    }
  }
  // A step lasts until the next one of its agent begins.
  void add_steps() {
    std::map<int32_t, int64_t> next_start;  // by agent
    std::vector<Interval> windows(shape_.steps.size());
    for (size_t i = shape_.steps.size(); i > 0; --i) {
      const Step& step = shape_.steps[i - 1];
      if (step.call < 0) continue;
      Interval& window = windows[i - 1];
      window = {node(step.call).start, node(step.call).end};
      for (const int32_t tool : step.tools) window.to = std::max(window.to, node(tool).end);
      const auto next = step.agent >= 0 ? next_start.find(step.agent) : next_start.end();
      if (next != next_start.end()) window.to = std::max(window.to, next->second);
      next_start[step.agent] = window.from;
    }
    for (size_t i = 0; i < shape_.steps.size(); ++i) {
      const Step& step = shape_.steps[i];
      if (step.call < 0) continue;
      std::vector<int32_t> calls = {step.call};
      calls.insert(calls.end(), step.tools.begin(), step.tools.end());
      finish({.name = "step " + std::to_string(step.number), .span = step.call}, calls, windows[i]);
    }
  }
  void finish(StepTime step, const std::vector<int32_t>& calls, Interval window) {
    std::vector<Interval> busy;
    for (const int32_t call : calls) add_call(step, busy, call);
    for (Interval& interval : busy) {
      interval.from = std::clamp(interval.from, window.from, window.to);
      interval.to = std::clamp(interval.to, window.from, window.to);
    }
    step.duration_ns = window.to - window.from;
    step.other_ns = step.duration_ns - covered(std::move(busy));
    profile_.steps.push_back(std::move(step));
  }

  const SessionView& session_;
  const TimeTree tree_;
  const Shape shape_;
  RunProfile profile_;
};

}  // namespace

RunProfile run_profile_of(const SessionView& session) { return Profiler(session).take(); }

}  // namespace strobe::analyze
