#include "analyze/verify.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "analyze/shape.h"
#include "analyze/span_links.h"
#include "analyze/time_tree.h"

namespace strobe::analyze {

namespace {

enum Number : uint8_t {
  terminal_events,
  session_end,
  ends_after_starts,
  starts_after_parents,
  tool_after_asker,
  no_cycles,
  parents_present,
  nothing_dropped,
  contexts_known,
  usage_told,
  tools_answered,
  links_present,
  no_silence,
  open_spans,
  ends_before_parents,
  recorded_once,
  numbers_agree,
  k_check_count
};

struct Rule {
  std::string_view id;
  CheckLevel level;
  std::string_view passed, failed;
};
constexpr auto k_rules = std::to_array<Rule>({
    {"terminal_events", CheckLevel::fault, "every span ended", "spans that never ended"},
    {"session_end", CheckLevel::fault, "the session did not break off", "the session went silent without an end"},
    {"ends_after_starts", CheckLevel::fault, "every span ended after it began", "spans that end before they start"},
    {"starts_after_parents", CheckLevel::fault, "no span began before its parent",
     "spans that began before their parent"},
    {"tool_after_asker", CheckLevel::fault, "no tool ran before the call that asked for it",
     "tools that ran before the call that asked for them"},
    {"no_cycles", CheckLevel::fault, "no span is its own ancestor", "circles of parents, cut here"},
    {"parents_present", CheckLevel::gap, "every parent arrived", "spans that name a parent that never arrived"},
    {"nothing_dropped", CheckLevel::gap, "the sender dropped nothing",
     "attributes, events and links that the sender dropped"},
    {"contexts_known", CheckLevel::gap, "what every call saw is known",
     "calls of which it is not known, or not all, what they saw"},
    {"usage_told", CheckLevel::gap, "every call that did well tells its tokens", "calls that tell no tokens"},
    {"tools_answered", CheckLevel::gap, "every tool that was asked for was seen to run",
     "tools that were asked for and never seen to run"},
    {"links_present", CheckLevel::gap, "every link leads to a span of the session", "links to spans that are not here"},
    {"no_silence", CheckLevel::gap, "no long silence inside a span",
     "silences inside a span that did something before and after"},
    {"open_spans", CheckLevel::note, "nothing is open",
     "open spans, or parents that are yet to arrive: the session still runs"},
    {"ends_before_parents", CheckLevel::note, "no span ran on after its parent ended",
     "spans that ran on after their parent ended"},
    {"recorded_once", CheckLevel::note, "each call was recorded once",
     "spans that record a call another one tells (it counts once)"},
    {"numbers_agree", CheckLevel::note, "all numbers agree",
     "numbers that contradict each other (strobe doctor ID lists them)"},
});
static_assert(k_rules.size() == k_check_count);

class Verifier {
 public:
  Verifier(const SessionView& session, int64_t max_gap_ns)
      : session_(session), shape_(shape_of(session)), tree_(time_tree_of(session)) {
    for (const Rule& rule : k_rules) result_.checks.push_back({rule.id, rule.passed, rule.failed, rule.level, 0, {}});
    result_.max_gap_ns = max_gap_ns;
  }

  Verification take() {
    if (session_.summary.status == SessionStatus::unknown) found(session_end, -1);
    for (int32_t i = 0; i < tree_.session; ++i) {
      check_times(i);
      check_parent(i);
      check_content(i);
      check_silence(i);
    }
    check_tools();
    const SpanLinks links = span_links_of(session_);
    found(links_present, -1, links.leading_away);
    found(numbers_agree, -1, static_cast<int64_t>(session_.contradictions.size()));
    for (const Check& check : result_.checks) {
      if (check.count == 0 || check.level == CheckLevel::note) continue;
      result_.verdict =
          std::max(result_.verdict, check.level == CheckLevel::fault ? Verdict::broken : Verdict::incomplete);
    }
    return std::move(result_);
  }

 private:
  void found(Number number, int32_t span, int64_t count = 1) {
    Check& check = result_.checks[number];
    check.count += count;
    if (span >= 0 && count > 0 && check.spans.size() < k_check_spans_max) check.spans.push_back(span);
  }

  void check_times(int32_t at) {
    const SpanFacts& facts = session_.spans[at].span.facts;
    if (facts.end.ns == 0) {
      found(is_running_ ? open_spans : terminal_events, at);
    } else if (facts.end < facts.start) {
      found(ends_after_starts, at);
    }
  }
  void check_parent(int32_t at) {
    const SpanView& span = session_.spans[at];
    const SpanFacts& facts = span.span.facts;
    if (span.parent_missing) {
      add_missing_parent(at);
    } else if (span.parent < 0 && !facts.parent_span_id.is_zero()) {
      found(no_cycles, at);
    }
    if (span.parent < 0) return;
    const SpanFacts& parent = session_.spans[span.parent].span.facts;
    if ((parent.start - facts.start).ns > k_overlap_tolerance_ns) found(starts_after_parents, at);
    const bool have_ended = parent.end >= parent.start && parent.end.ns != 0 && facts.end.ns != 0;
    if (have_ended && (facts.end - parent.end).ns > k_overlap_tolerance_ns) found(ends_before_parents, at);
  }
  // Most senders tell of a span when it ends: while the session runs, a parent that is missing is an open span.
  void add_missing_parent(int32_t at) {
    const SpanFacts& facts = session_.spans[at].span.facts;
    if (!is_running_) return found(parents_present, at);
    if (open_parents_.emplace(facts.trace_id, facts.parent_span_id).second) found(open_spans, -1);
  }
  void check_content(int32_t at) {
    const SpanView& span = session_.spans[at];
    const SpanFacts& facts = span.span.facts;
    if (span.raw != nullptr) {
      int64_t dropped =
          int64_t{span.raw->dropped_attributes_count} + span.raw->dropped_events_count + span.raw->dropped_links_count;
      for (const RawEvent& event : span.raw->events) dropped += event.dropped_attributes_count;
      for (const RawLink& link : span.raw->links) dropped += link.dropped_attributes_count;
      found(nothing_dropped, at, dropped);
    }
    if (span.duplicate_how != SameCall::no) found(recorded_once, at);
    if (!span.is_llm_call) return;
    if (!is_whole(facts.basis)) found(contexts_known, at);
    const bool is_over = facts.end.ns != 0 && facts.status != SpanStatus::error;
    if (!facts.has_usage && is_over) found(usage_told, at);
  }
  // Between two children nothing ran, and no event came. Silence behind the last child tells nothing: an end comes late
  // where somebody had to close a window.
  void check_silence(int32_t at) {
    const auto children = tree_.by_start(at);
    if (children.size() < 2) return;
    std::vector<int64_t> events;
    int64_t until = -1;
    for (const int32_t child : children) {
      const TimeTree::Node& node = tree_.nodes[child];
      if (until >= 0 && node.first - until > result_.max_gap_ns &&
          longest_silence(at, until, node.first, events) > result_.max_gap_ns) {
        found(no_silence, at);
      }
      until = std::max(until, node.last);
    }
  }
  // The longest piece of [from, to] without an event of the span. `events`: of this span, sorted when first asked for.
  int64_t longest_silence(int32_t at, int64_t from, int64_t to, std::vector<int64_t>& events) const {
    const SpanView& span = session_.spans[at];
    if (events.empty() && span.raw != nullptr) {
      const TimeNs origin = session_.spans.front().span.facts.start;
      for (const RawEvent& event : span.raw->events)
        events.push_back((TimeNs::from_unsigned(event.time_unix_nano) - origin).ns);
      std::ranges::sort(events);
    }
    int64_t longest = 0;
    for (auto event = std::ranges::lower_bound(events, from); event != events.end() && *event < to; ++event) {
      longest = std::max(longest, *event - from);
      from = *event;
    }
    return std::max(longest, to - from);
  }
  // Only where tools are recorded with the ids they were asked for by.
  void check_tools() {
    std::set<std::string_view> seen;
    for (const SpanView& span : session_.spans) {
      const SpanFacts& facts = span.span.facts;
      if (facts.kind == Kind::tool && !facts.tool_call_id.empty()) seen.insert(facts.tool_call_id);
    }
    for (const int32_t tool : shape_.tools) {
      const int32_t call = shape_.call_of[tool];
      if (call < 0) continue;
      const int64_t early = tree_.nodes[call].start - tree_.nodes[tool].start;
      if (early > k_overlap_tolerance_ns) found(tool_after_asker, tool);
    }
    if (seen.empty()) return;
    // Tools that the last calls asked for may still run, and their spans come when they end.
    std::set<int32_t> last_calls;
    if (is_running_) {
      for (const Lane& lane : session_.lanes)
        if (!lane.calls.empty()) last_calls.insert(lane.calls.back().span);
    }
    for (const int32_t call : shape_.calls) {
      if (last_calls.contains(call)) continue;
      for (const std::string& id : session_.spans[call].span.facts.requested_tool_call_ids) {
        if (!seen.contains(id)) found(tools_answered, call);
      }
    }
  }

  const SessionView& session_;
  const bool is_running_ = session_.summary.status == SessionStatus::running;
  std::set<std::pair<TraceId, SpanId>> open_parents_;
  const Shape shape_;
  const TimeTree tree_;
  Verification result_;
};

}  // namespace

std::string_view name_of(CheckLevel level) {
  switch (level) {
    case CheckLevel::note: return "note";
    case CheckLevel::gap: return "gap";
    case CheckLevel::fault: return "fault";
  }
  return {};
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::sound: return "sound";
    case Verdict::incomplete: return "incomplete";
    case Verdict::broken: return "broken";
  }
  return {};
}

Verification verify(const SessionView& session, int64_t max_gap_ns) { return Verifier(session, max_gap_ns).take(); }

}  // namespace strobe::analyze
