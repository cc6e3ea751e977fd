#include <cstdio>
#include <vector>

#include "view/answers/headings.h"
#include "view/answers/run_profile.h"
#include "view/phrases.h"

namespace strobe::view {

namespace {

constexpr size_t k_steps_shown_max = 30;
constexpr int k_kind_width = 18;  // deferred_tool_load, the longest
constexpr int k_time_width = 10;

// "1.234 s", "850 ms".
std::string seconds(int64_t ns) {
  char buffer[64];
  if (ns >= 1'000'000'000) {
    std::snprintf(buffer, sizeof buffer, "%.3f s", static_cast<double>(ns) / 1e9);
  } else {
    std::snprintf(buffer, sizeof buffer, "%lld ms", static_cast<long long>(ns / 1'000'000));
  }
  return buffer;
}

class ProfileText {
 public:
  ProfileText(const SessionView& session, const analyze::RunProfile& profile, const TextStyle& style)
      : session_(session), profile_(profile), style_(style) {}

  std::string draw() {
    text_ = colored(style_, Color::dim, "─── Run profile ───") + "\n";
    add("  Session:         " + short_id(session_.summary));
    if (session_.summary.status == SessionStatus::running)
      add("  Status:          running: this is what is known of it by now");
    add("  Total wall time: " + seconds(profile_.total_wall_ns));
    if (profile_.session_ns > profile_.total_wall_ns)
      add("  From first start to last end: " + seconds(profile_.session_ns));
    if (profile_.first_token_ns) {
      add("  First token:     " + seconds(*profile_.first_token_ns) + " (quickest call), " +
          seconds(*profile_.first_token_after_start_ns) + " after the start");
    }
    add_kinds();
    add_calls("Top LLM calls:", profile_.top_llm_calls);
    add_calls("Top tool calls:", profile_.top_tool_calls);
    add_steps();
    return text_;
  }

 private:
  void add(const std::string& line) { text_ += (style_.width > 0 ? fit(line, style_.width) : line) + "\n"; }

  void add_kinds() {
    add("  By category:");
    for (const auto& kind : profile_.by_kind) {
      std::string line = "    " + padded(safe(kind.kind), k_kind_width) + " " +
                         right_aligned(seconds(kind.sum_ns), k_time_width) + "  " +
                         right_aligned(exact_percent(kind.sum_ns, profile_.total_wall_ns), 7) + "   (" +
                         amount(kind.count, "call");
      if (kind.sum_ns > kind.wall_ns) line += ", " + seconds(kind.wall_ns) + " of the wall";
      add(line + ")");
    }
    add("    " + padded("vm/residual", k_kind_width) + " " +
        right_aligned(seconds(profile_.residual_ns), k_time_width) + "  " +
        right_aligned(exact_percent(profile_.residual_ns, profile_.total_wall_ns), 7));
    if (!profile_.has_overlaps) return;
    text_ += paragraph("Times are sums: what ran side by side, or within its own kind, counts each time.", style_,
                       {.first = 4, .rest = 4});
  }
  void add_calls(std::string_view title, const std::vector<int32_t>& calls) {
    if (calls.empty()) return;
    add("  " + std::string(title));
    for (const int32_t call : calls) {
      const SpanView& span = session_.spans[call];
      std::string line = "    #" + span.span.facts.span_id.hex() + " " + subject_of(span) + " " +
                         seconds(span.span.facts.duration().ns);
      const std::string& step = profile_.step_of[call];
      if (!step.empty()) line += "  " + std::string(step.starts_with("step ") ? "" : "step=") + safe(step);
      add(line);
    }
  }
  void add_steps() {
    if (profile_.steps.empty()) return;
    add("  Per step:");
    for (size_t i = 0; i < profile_.steps.size() && i < k_steps_shown_max; ++i) {
      const auto& step = profile_.steps[i];
      add("    " + safe(step.name) + " " + seconds(step.duration_ns) + " (LLM " + seconds(step.llm_ns) + " · tools " +
          seconds(step.tool_ns) + " · other " + seconds(step.other_ns) + ")");
    }
    if (profile_.steps.size() > k_steps_shown_max) {
      add("    … " + count(static_cast<int64_t>(profile_.steps.size() - k_steps_shown_max)) +
          " more steps (--json has all)");
    }
  }

  const SessionView& session_;
  const analyze::RunProfile& profile_;
  const TextStyle& style_;
  std::string text_;
};

}  // namespace

std::string run_profile_text(const SessionView& session, const analyze::RunProfile& profile, const TextStyle& style) {
  if (session.spans.empty()) return "No spans recorded.\n";
  return ProfileText(session, profile, style).draw();
}

}  // namespace strobe::view
