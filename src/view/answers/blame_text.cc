#include <algorithm>
#include <cstdio>
#include <tuple>
#include <utility>
#include <vector>

#include "view/answers/blame.h"
#include "view/answers/headings.h"
#include "view/phrases.h"
#include "view/table.h"

namespace strobe::view {

namespace {

using analyze::Segment;
using analyze::SegmentType;

constexpr size_t k_segments_shown_max = 20;
constexpr size_t k_carried_shown_max = 5;
constexpr int k_chain_label_width = 36;

std::string length(int64_t ns) { return duration(DurationNs{ns}); }

// "+61.234s"
std::string offset(int64_t ns) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "+%.3fs", static_cast<double>(ns) / 1e9);
  return buffer;
}

class BlameText {
 public:
  BlameText(const SessionView& session, const analyze::Blame& blame, const analyze::CarriedCost& carried,
            const TextStyle& style)
      : session_(session), blame_(blame), carried_(carried), style_(style), wall_(blame.path.wall_ns) {}

  std::string draw() {
    text_ = colored(style_, Color::bold, "Blame: " + short_id(session_.summary)) + "  |  " +
            amount(static_cast<int64_t>(session_.spans.size()), "span");
    if (blame_.errors.error_spans > 0) text_ += "  |  " + amount(blame_.errors.error_spans, "error");
    text_ += "\n";
    if (session_.spans.empty()) return text_ + "\nNo blame data available.\n";
    add_path();
    add_path_spans();
    add_hotspots();
    add_carried();
    add_waits();
    add_chains();
    add_notes();
    return text_;
  }

 private:
  std::string name(int32_t span) const { return label_of(session_.spans[span]) + step_suffix(session_.spans[span]); }
  static std::string step_suffix(const SpanView& span) {
    return span.step > 0 ? " (step " + std::to_string(span.step) + ")" : "";
  }
  void head(std::string_view title) { text_ += "\n" + ruled_heading(title, style_); }
  void line(const std::string& text) { text_ += paragraph(text, style_, {.first = 2, .rest = 2}); }

  std::string segment_text(const Segment& segment) const {
    if (segment.type == SegmentType::outside) return "(idle: no span ran)";
    if (segment.type == SegmentType::self) return name(segment.span);
    return "(" + name(segment.waiter) + " waited since " + name(segment.span) + ")";
  }
  // The longest pieces, in order of time.
  void add_path() {
    head("Critical Path (wall clock, " + length(wall_) + ")");
    const auto& all = blame_.path.segments;
    std::vector<size_t> shown(all.size());
    for (size_t i = 0; i < all.size(); ++i) shown[i] = i;
    const auto length_of = [&](size_t i) { return all[i].to - all[i].from; };
    const size_t kept = std::min(k_segments_shown_max, all.size());
    std::ranges::partial_sort(shown, shown.begin() + static_cast<std::ptrdiff_t>(kept), [&](size_t a, size_t b) {
      return std::pair(-length_of(a), a) < std::pair(-length_of(b), b);
    });
    shown.resize(kept);
    std::ranges::sort(shown);
    std::vector<std::vector<std::string>> rows;
    int64_t told = 0;
    for (const size_t i : shown) {
      told += length_of(i);
      rows.push_back(
          {"→ " + offset(all[i].from), segment_text(all[i]), length(length_of(i)), exact_percent(length_of(i), wall_)});
    }
    if (all.size() > kept) {
      rows.push_back({"…", amount(static_cast<int64_t>(all.size() - kept), "shorter piece") + " (--json has all)",
                      length(wall_ - told), exact_percent(wall_ - told, wall_)});
    }
    text_ += render_table({{.title = "  AT"},
                           {.title = "SPAN", .flexible = true},
                           {.title = "SELF", .right_aligned = true},
                           {.title = "OF WALL", .right_aligned = true}},
                          rows, style_);
    line("Total: " + length(wall_) + " / " + length(wall_) +
         (blame_.path.outside_ns > 0 ? ", of which " + length(blame_.path.outside_ns) + " outside of every span" : ""));
    const auto& sum = blame_.path_sum;
    line("rnix path sum: " + length(sum.sum_ns) + " (" + exact_percent(sum.sum_ns, wall_) +
         " of total; counts nested " + "time once a level)");
  }
  // Leaves with what the path has of them, others with all below them; the whole session is left out.
  void add_path_spans() {
    std::vector<analyze::PathSpan> shown;
    for (const auto* list : {&blame_.path_spans, &blame_.sub_agents}) {
      for (const auto& span : *list) {
        const bool is_new = std::ranges::find(shown, span.span, &analyze::PathSpan::span) == shown.end();
        if (is_new && span.saved_ns < wall_) shown.push_back(span);
      }
    }
    if (shown.empty()) return;
    std::ranges::sort(shown, [](const auto& a, const auto& b) {
      return std::tuple(-a.saved_ns, -a.below_ns, a.span) < std::tuple(-b.saved_ns, -b.below_ns, b.span);
    });
    head("If It Took No Time");
    std::vector<std::vector<std::string>> rows;
    for (const auto& span : shown) {
      const bool is_leaf = blame_.tree.by_start(span.span).empty();
      rows.push_back({name(span.span) + (is_leaf ? "" : " and all below"), length(span.below_ns),
                      exact_percent(span.below_ns, wall_),
                      span.saved_ns > 0 ? "-" + length(span.saved_ns) : "0: others take as long",
                      exact_percent(span.saved_ns, wall_)});
    }
    text_ += render_table({{.title = "SPAN", .flexible = true},
                           {.title = "ON PATH", .right_aligned = true},
                           {.title = "", .right_aligned = true, .optional = true},
                           {.title = "SESSION SHORTER BY", .right_aligned = true},
                           {.title = "", .right_aligned = true, .optional = true}},
                          rows, style_);
    if (blame_.path_span_count > static_cast<int64_t>(shown.size()))
      line("of " + amount(blame_.path_span_count, "span") + " on the path");
  }

  template <typename Value, typename Share>
  void add_list(std::string_view title, const std::vector<int32_t>& spans, Value value, Share share) {
    if (spans.empty()) return;
    head(title);
    std::vector<std::vector<std::string>> rows;
    for (size_t i = 0; i < spans.size(); ++i)
      rows.push_back({"#" + std::to_string(i + 1), name(spans[i]), value(spans[i]), share(spans[i])});
    text_ += render_table({{.title = ""},
                           {.title = "SPAN", .flexible = true},
                           {.title = "", .right_aligned = true},
                           {.title = "", .right_aligned = true}},
                          rows, style_);
  }
  void add_hotspots() {
    const auto& hotspots = blame_.hotspots;
    const auto facts = [&](int32_t span) -> const SpanFacts& { return session_.spans[span].span.facts; };
    const auto self = [&](int32_t span) { return hotspots.self_ns[span]; };
    add_list(
        "Self Time Hotspots (of wall)", hotspots.by_self, [&](int32_t span) { return length(self(span)); },
        [&](int32_t span) { return exact_percent(self(span), wall_); });
    add_list(
        "Duration Hotspots (children included)", hotspots.by_duration,
        [&](int32_t span) { return length(facts(span).duration().ns); },
        [&](int32_t span) { return exact_percent(facts(span).duration().ns, wall_); });
    const int64_t tokens = session_.summary.usage.total();
    add_list(
        "Token Hotspots", hotspots.by_tokens, [&](int32_t span) { return count(facts(span).usage.total()) + " tok"; },
        [&](int32_t span) { return exact_percent(facts(span).usage.total(), tokens); });
    add_list(
        "Cost Hotspots", hotspots.by_cost,
        [&](int32_t span) { return cost_text(facts(span).cost_kind, facts(span).cost_pico_usd); },
        [&](int32_t span) { return exact_percent(facts(span).cost_pico_usd, session_.summary.cost_pico_usd); });
  }
  void add_carried() {
    if (carried_.calls == 0) {
      if (carried_.calls_without_context > 0) {
        head("Carried Cost");
        line("unknown: what the calls saw was not recorded (strobe show tells why)");
      }
      return;
    }
    head("Carried Cost (estimated)");
    std::vector<std::vector<std::string>> rows;
    for (const auto& group : carried_.groups) {
      if (rows.size() == k_carried_shown_max) break;
      rows.push_back({safe(group.producer), amount(group.messages, "message"), count(group.tokens) + " tok",
                      exact_percent(group.tokens, carried_.total.tokens),
                      cost_text(group.cost_kind, group.cost_pico_usd)});
    }
    add_carried_table("SENT BY", rows);
    rows.clear();
    for (const int32_t number : carried_.top(k_carried_shown_max)) {
      const auto& message = carried_.messages[number];
      std::string what = safe(message.producer);
      const bool is_guess = message.origin.how == analyze::OriginHow::first_seen;
      if (message.others > 0 && message.origin.how == analyze::OriginHow::tool_call_id) {
        what += " and " + amount(message.others, "other") + step_suffix(session_.spans[message.origin.span]);
      } else if (message.origin.span >= 0) {
        what += (is_guess ? ", first in " : " of ") + name(message.origin.span);
      }
      rows.push_back({what, "sent " + amount(message.times, "time"), count(message.tokens) + " tok",
                      exact_percent(message.tokens, carried_.total.tokens),
                      cost_text(message.cost_kind, message.cost_pico_usd)});
    }
    add_carried_table("MESSAGE", rows);
    const int64_t left_out = carried_.calls_without_context + carried_.calls_without_usage;
    if (left_out > 0) line(amount(left_out, "call") + " left out: no context or no usage is known");
  }
  void add_carried_table(std::string_view title, const std::vector<std::vector<std::string>>& rows) {
    text_ += render_table({{.title = std::string(title), .flexible = true},
                           {.title = "", .right_aligned = true},
                           {.title = "", .right_aligned = true},
                           {.title = "", .right_aligned = true},
                           {.title = "COST", .right_aligned = true}},
                          rows, style_);
  }
  void add_waits() {
    if (blame_.waits.empty()) return;
    head("Waits (by links)");
    std::vector<std::vector<std::string>> rows;
    for (const auto& wait : blame_.waits) {
      rows.push_back({name(wait.waiter), "← " + name(wait.waited_for),
                      wait.wait_ns >= 0 ? length(wait.wait_ns) : "ran side by side"});
    }
    text_ += render_table({{.title = "BEGAN", .flexible = true},
                           {.title = "AFTER THE END OF", .flexible = true},
                           {.title = "WAITED", .right_aligned = true}},
                          rows, style_);
    if (blame_.wait_count > static_cast<int64_t>(blame_.waits.size()))
      line("the longest of " + amount(blame_.wait_count, "link"));
  }
  void add_chains() {
    if (blame_.errors.chains.empty()) return;
    head("Error Chains");
    for (size_t i = 0; i < blame_.errors.chains.size(); ++i) {
      const auto& chain = blame_.errors.chains[i];
      text_ += "Chain " + std::to_string(i + 1) + ":\n";
      for (size_t at = chain.path.size(); at > 0; --at) text_ += chain_line(chain, chain.path[at - 1]) + "\n";
    }
    const auto more = blame_.errors.total - static_cast<int64_t>(blame_.errors.chains.size());
    if (more > 0) line("and " + amount(more, "chain") + " more");
    line("ROOT CAUSE is the topmost span that failed, DEEPEST the one where the failure is first seen");
  }
  std::string chain_line(const analyze::ErrorChain& chain, int32_t span) const {
    const SpanView& view = session_.spans[span];
    const bool has_failed = view.span.facts.status == SpanStatus::error;
    const std::string label = name(span);
    std::string text = "  " + std::string(has_failed ? "✗ " : "↑ ") +
                       padded(label, std::max(k_chain_label_width, display_width(label))) + "  " +
                       std::string(has_failed                                 ? "error"
                                   : view.span.facts.status == SpanStatus::ok ? "ok"
                                                                              : "unset");
    if (span == chain.topmost) text += " [ROOT CAUSE]";
    if (span == chain.deepest) {
      text += " [DEEPEST]";
      const std::string error = error_text(view);
      if (!error.empty()) text += " " + error;
    }
    return colored(style_, has_failed ? Color::red : Color::plain, fit(text, style_.width > 0 ? style_.width : 400));
  }
  void add_notes() {
    const analyze::TimeTree& tree = blame_.tree;
    std::vector<std::string> notes;
    const auto note = [&](int64_t number, const std::string& thing, const std::string& what) {
      if (number > 0) notes.push_back(amount(number, thing) + " " + what);
    };
    const bool is_running = session_.summary.status == SessionStatus::running;
    if (is_running) notes.emplace_back("the session still runs: this is what is known of it by now");
    note(tree.never_ended, "span", "never ended: taken to end with the last that is known below");
    note(tree.ran_backwards, "span", "ended before the start: taken as a moment");
    note(tree.without_parent, "span", "without a parent that came: taken as a root");
    note(blame_.links_leading_away, "link", "to spans that are not in this session");
    if (notes.empty()) return;
    head("What Is Not Certain");
    for (const std::string& text : notes) line(text);
  }

  const SessionView& session_;
  const analyze::Blame& blame_;
  const analyze::CarriedCost& carried_;
  const TextStyle& style_;
  const int64_t wall_;
  std::string text_;
};

}  // namespace

std::string blame_text(const SessionView& session, const analyze::Blame& blame, const analyze::CarriedCost& carried,
                       const TextStyle& style) {
  return BlameText(session, blame, carried, style).draw();
}

}  // namespace strobe::view
