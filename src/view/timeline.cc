#include "view/timeline.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "view/phrases.h"

namespace strobe::view {

namespace {

// What must have come first when times are equal.
enum class Phase : uint8_t { running_ends, begins, new_ends };

struct Ordered {
  Moment moment;
  Phase phase;
  int32_t depth;  // negative for ends: the inner one ends first
  int32_t event_number = 0;

  auto key() const { return std::tuple(moment.time, phase, depth, moment.span, event_number); }
};

// Messages told as events, and the beats of a stream.
bool is_content_event(std::string_view name) { return name.starts_with("gen_ai.") || name.starts_with("ai.stream."); }

class Collector {
 public:
  Collector(const SessionView& view, const Timeline& timeline)
      : view_(view), lineage_(timeline.lineage), links_(timeline.links) {}

  void add_span(int32_t at) {
    const SpanView& span = view_.spans[at];
    const SpanFacts& facts = span.span.facts;
    if (links_.is_first_orphan(at)) {
      constexpr int32_t k_above_all = -1;
      ordered_.push_back({{facts.start, MomentType::missing_parent, at}, Phase::begins, k_above_all});
    }
    if (is_mark(span)) {
      add(at, facts.start, MomentType::mark);
    } else if (!has_two_lines(span)) {
      add(at, facts.start, MomentType::whole);
    } else {
      add(at, facts.start, MomentType::start);
      // An answer without an end is told where the call began.
      const bool has_answered = facts.has_usage || facts.status == SpanStatus::error || !span.span.output.empty();
      if (has_ended(facts)) {
        add(at, facts.end, MomentType::end);
      } else if (span.is_llm_call && has_answered) {
        add(at, facts.start, MomentType::end);
      }
    }
    add_events(at);
  }

  std::vector<Moment> take() {
    std::sort(ordered_.begin(), ordered_.end(), [](const Ordered& a, const Ordered& b) { return a.key() < b.key(); });
    std::vector<Moment> moments;
    moments.reserve(ordered_.size() + 2);
    moments.push_back({view_.summary.start, MomentType::session_start});
    for (const Ordered& ordered : ordered_) moments.push_back(ordered.moment);
    moments.push_back({std::max(view_.summary.end, moments.back().time), MomentType::session_end});
    return moments;
  }

 private:
  void add(int32_t at, TimeNs time, MomentType type) {
    const bool is_end = type == MomentType::end;
    const Phase phase = !is_end                                   ? Phase::begins
                        : time > view_.spans[at].span.facts.start ? Phase::running_ends
                                                                  : Phase::new_ends;
    ordered_.push_back({{time, type, at}, phase, is_end ? -lineage_.depth[at] : lineage_.depth[at]});
  }
  void add_events(int32_t at) {
    const SpanView& span = view_.spans[at];
    // A failed span tells its last exception itself.
    bool is_told_by_span = span.span.facts.status == SpanStatus::error;
    for (size_t i = span.raw->events.size(); i > 0; --i) {
      const RawEvent& event = span.raw->events[i - 1];
      if (is_content_event(event.name)) continue;
      if (event.name == "exception" && std::exchange(is_told_by_span, false)) continue;
      ordered_.push_back({{TimeNs::from_unsigned(event.time_unix_nano), MomentType::event, at, &event},
                          Phase::begins,
                          lineage_.depth[at] + 1,
                          static_cast<int32_t>(i)});
    }
  }

  const SessionView& view_;
  const Lineage& lineage_;
  const BrokenLinks& links_;
  std::vector<Ordered> ordered_;
};

std::string_view arguments_of(const SpanView& span) {
  return span.span.tool && span.span.tool->arguments ? span.span.tool->arguments->text : std::string_view();
}

// The same agent asks again after it failed: the model (a fallback is another one), or the same tool for the same.
std::vector<int32_t> retries_of(const SessionView& view, const Lineage& lineage) {
  std::vector<int32_t> retry_of(view.spans.size(), -1);
  std::unordered_map<std::string, int32_t> last;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    const SpanFacts& facts = span.span.facts;
    if (!span.is_llm_call && facts.kind != Kind::tool) continue;
    const std::string key = std::to_string(lineage.agent[i]) + (span.is_llm_call ? " llm" : " tool " + facts.tool_name);
    const auto [at, is_first] = last.try_emplace(key, static_cast<int32_t>(i));
    if (is_first) continue;
    const SpanView& before = view.spans[at->second];
    const bool has_failed = before.span.facts.status == SpanStatus::error && before.span.facts.end <= facts.start;
    if (has_failed && arguments_of(before) == arguments_of(span)) retry_of[i] = at->second;
    at->second = static_cast<int32_t>(i);
  }
  return retry_of;
}

}  // namespace

bool is_begin(MomentType type) {
  return type == MomentType::start || type == MomentType::whole || type == MomentType::mark;
}

bool has_two_lines(const SpanView& span) {
  const Kind kind = span.span.facts.kind;
  return span.is_llm_call || kind == Kind::tool || kind == Kind::agent || !span.children.empty();
}

Timeline timeline_of(const SessionView& view) {
  Timeline timeline;
  timeline.lineage = lineage_of(view);
  timeline.links = broken_links_of(view);
  timeline.retry_of = retries_of(view, timeline.lineage);
  Collector collector(view, timeline);
  for (size_t i = 0; i < view.spans.size(); ++i) collector.add_span(static_cast<int32_t>(i));
  timeline.moments = collector.take();
  return timeline;
}

}  // namespace strobe::view
