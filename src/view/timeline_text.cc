#include <algorithm>
#include <cctype>
#include <cstdio>

#include "view/excerpt.h"
#include "view/link_note.h"
#include "view/phrases.h"
#include "view/session_text.h"
#include "view/timeline.h"

namespace strobe::view {

namespace {

constexpr int k_label_width = 12;
constexpr int k_block_indent = 2;
constexpr int k_drawn_blocks_max = 20;

// "00:02.341", with hours when the session has any.
std::string offset_text(DurationNs offset, bool has_hours) {
  const bool is_before = offset.ns < 0;
  const uint64_t milliseconds =
      (is_before ? 0 - static_cast<uint64_t>(offset.ns) : static_cast<uint64_t>(offset.ns)) / 1'000'000;
  const auto part = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  const uint64_t minutes = milliseconds / 60'000;
  char buffer[64];
  const char* sign = is_before ? "-" : "";
  if (has_hours) {
    std::snprintf(buffer, sizeof buffer, "%s%02llu:%02llu:%02llu.%03llu", sign, part(minutes / 60), part(minutes % 60),
                  part(milliseconds / 1000 % 60), part(milliseconds % 1000));
  } else {
    std::snprintf(buffer, sizeof buffer, "%s%02llu:%02llu.%03llu", sign, part(minutes), part(milliseconds / 1000 % 60),
                  part(milliseconds % 1000));
  }
  return buffer;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::string labelled(std::string_view label, std::string_view body) {
  return padded(label, std::max(k_label_width, display_width(label))) + " " + std::string(body);
}

std::string outcome_text(const SpanView& span, std::string_view good) {
  const SpanFacts& facts = span.span.facts;
  if (facts.status != SpanStatus::error) return std::string(good);
  const std::string error = error_text(span);
  return error.empty() ? "error" : "error " + error;
}

std::string length_text(const SpanFacts& facts) {
  return has_ended(facts) ? duration(facts.duration()) : "no end arrived";
}

class TimelineText {
 public:
  TimelineText(const SessionView& view, const TextStyle& style)
      : view_(view), style_(style), timeline_(timeline_of(view)), links_(analyze::span_links_of(view)) {
    constexpr int64_t k_hour_ns = int64_t{3600} * 1'000'000'000;
    has_hours_ = (timeline_.moments.back().time - view.summary.start).ns >= k_hour_ns;
  }

  std::string draw(const Excerpt& excerpt) {
    const std::vector<bool> in_excerpt = spans_in(view_, excerpt);
    Lines lines(excerpt.lines_max);
    const std::string note = excerpt_note(view_, excerpt);
    if (!note.empty()) lines.add(note);
    for (const Moment& moment : timeline_.moments) {
      if (moment.span >= 0 && !in_excerpt[moment.span]) continue;
      if (lines.has_room()) {
        lines.add(line_of(moment));
      } else {
        lines.skip();
      }
    }
    return lines.take("events");
  }

 private:
  std::string line_of(const Moment& moment) {
    std::string line = offset_text(moment.time - view_.summary.start, has_hours_) + "  ";
    if (moment.span < 0) return finished(line + session_text(moment), Color::bold);
    const SpanView& span = view_.spans[moment.span];
    const int blocks = std::min(timeline_.lineage.block_depth[moment.span], k_drawn_blocks_max);
    line.append(static_cast<size_t>(blocks * k_block_indent), ' ');
    if (moment.type == MomentType::missing_parent) {
      line += missing_parent_text(span) + named_by_text(timeline_.links, moment.span);
      return finished(line, Color::yellow);
    }
    line += text_of(moment, span) + (is_begin(moment.type) ? link_note(view_, links_, moment.span) : "") +
            tag_of(moment, span);
    last_drawn_ = moment;
    const bool is_failure = span.span.facts.status == SpanStatus::error && moment.type != MomentType::start &&
                            moment.type != MomentType::event;
    return finished(line, is_failure                         ? Color::red
                          : moment.type == MomentType::start ? Color::dim
                                                             : color_of(span.span.facts));
  }
  std::string finished(const std::string& line, Color color) const {
    std::string shown = fit(line, style_.width);
    shown.erase(shown.find_last_not_of(' ') + 1);
    return colored(style_, color, shown) + "\n";
  }

  std::string session_text(const Moment& moment) const {
    const SessionSummary& summary = view_.summary;
    if (moment.type == MomentType::session_start) return labelled("SESSION START", timestamp(summary.start) + " UTC");
    const std::string totals = duration(summary.end - summary.start) + ", " + amount(summary.steps, "step") + ", " +
                               amount(summary.tool_calls, "tool call") + ", " + amount(summary.errors, "error");
    return labelled(has_ended(summary.status) ? "SESSION END" : "SESSION OPEN",
                    std::string(name_of(summary.status)) + " (" + totals + ")");
  }

  std::string text_of(const Moment& moment, const SpanView& span) const {
    switch (moment.type) {
      case MomentType::mark: return mark_text(span);
      case MomentType::event: return mark_text(*moment.event);
      case MomentType::whole: return whole_text(span);
      case MomentType::start: return start_text(moment, span);
      case MomentType::end: return end_text(moment, span);
      case MomentType::session_start:
      case MomentType::session_end:
      case MomentType::missing_parent: break;
    }
    return {};
  }
  std::string whole_text(const SpanView& span) const {
    const SpanFacts& facts = span.span.facts;
    std::string text = subject_of(span) + " (" + length_text(facts);
    const std::string usage = usage_text(span);
    if (!usage.empty()) text += ", " + usage;
    text += ")";
    if (facts.status == SpanStatus::error) text += " " + outcome_text(span, "");
    return labelled(upper(name_of(facts.kind)), text);
  }
  std::string start_text(const Moment& moment, const SpanView& span) const {
    const SpanFacts& facts = span.span.facts;
    std::string after;
    const int32_t failed = timeline_.retry_of[moment.span];
    if (failed >= 0)
      after = span.is_llm_call ? " (again, step " + std::to_string(view_.spans[failed].step) + " failed)" : " (again)";
    if (!has_ended(facts)) after += " (no end arrived)";
    if (span.is_llm_call) return labelled("LLM REQUEST", "→ " + subject_of(span) + after);
    if (facts.kind == Kind::tool) return labelled("TOOL START", tool_text(span) + after);
    return labelled(upper(name_of(facts.kind)) + " START", subject_of(span) + after);
  }
  std::string end_text(const Moment& moment, const SpanView& span) const {
    const SpanFacts& facts = span.span.facts;
    const bool is_error = facts.status == SpanStatus::error;
    if (span.is_llm_call) {
      const std::string error = error_text(span);
      if (is_error) return labelled("LLM ERROR", (error.empty() ? "failed" : error) + " (" + length_text(facts) + ")");
      return labelled("LLM RESPONSE", response_text(span));
    }
    const std::string end = " (" + length_text(facts) + ")";
    // Its start stands in the line above: no need to name it again.
    const bool follows = last_drawn_.span == moment.span && last_drawn_.type == MomentType::start;
    if (facts.kind == Kind::tool) {
      return labelled("TOOL END", (follows ? "" : subject_of(span) + " ") + outcome_text(span, "success") + end);
    }
    return labelled(upper(name_of(facts.kind)) + " END", subject_of(span) + " " + outcome_text(span, "ok") + end);
  }
  static std::string response_text(const SpanView& span) {
    const SpanFacts& facts = span.span.facts;
    std::string text = "← no token counts";
    if (facts.has_usage) {
      text = "← " + count(total_output(facts.usage)) +
             " tokens, cache: " + percent(facts.usage.cache_read, facts.usage.total_input());
    }
    text += " (" + length_text(facts);
    if (facts.ttft) text += ", first token " + duration(*facts.ttft);
    for (const std::string& reason : span.span.finish_reasons) text += ", " + safe(reason);
    return text + ")";
  }

  // "  [step 3, researcher]": the agent within a sub-agent's block, for two of them may run at once.
  std::string tag_of(const Moment& moment, const SpanView& span) const {
    std::string tag = span.step > 0 ? "step " + std::to_string(span.step) : "";
    const int32_t agent = timeline_.lineage.agent[moment.span];
    if (timeline_.lineage.block_depth[moment.span] > 0 && agent >= 0) {
      tag += (tag.empty() ? "" : ", ") + subject_of(view_.spans[agent]);
    }
    if (timeline_.links.is_cut_cycle[moment.span] && moment.type != MomentType::end) {
      tag += (tag.empty() ? "" : ", ") + cut_cycle_text(span);
    }
    if (style_.verbose) {
      tag += (tag.empty() ? "" : ", ") + std::string("span ") + span.span.facts.span_id.hex() + " " +
             std::string(name_of(span.span.facts.kind));
    }
    return tag.empty() ? tag : "  [" + tag + "]";
  }

  const SessionView& view_;
  const TextStyle& style_;
  const Timeline timeline_;
  const analyze::SpanLinks links_;
  bool has_hours_ = false;
  Moment last_drawn_;
};

}  // namespace

std::string session_timeline_text(const SessionView& view, const Excerpt& excerpt, const TextStyle& style) {
  return TimelineText(view, style).draw(excerpt);
}

}  // namespace strobe::view
