#include "view/excerpt.h"

#include <algorithm>
#include <limits>

#include "view/text.h"

namespace strobe::view {

std::vector<bool> spans_in(const SessionView& view, const Excerpt& excerpt) {
  if (excerpt.is_whole()) return std::vector<bool>(view.spans.size(), true);
  const int32_t last = excerpt.last_step > 0 ? excerpt.last_step : std::numeric_limits<int32_t>::max();
  // Before the first step of the session there is no step: that belongs to step 1.
  TimeNs begin{excerpt.first_step <= 1 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max()};
  TimeNs end{std::numeric_limits<int64_t>::max()};
  for (const SpanView& span : view.spans) {
    if (!span.is_llm_call) continue;
    if (span.step >= excerpt.first_step && span.step <= last) begin = std::min(begin, span.span.facts.start);
    if (span.step > last) end = std::min(end, span.span.facts.start);
  }
  std::vector<bool> in(view.spans.size(), false);
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    in[i] = span.step > 0 ? span.step >= excerpt.first_step && span.step <= last
                          : span.span.facts.start >= begin && span.span.facts.start < end;
  }
  return in;
}

std::string excerpt_note(const SessionView& view, const Excerpt& excerpt) {
  if (excerpt.is_whole()) return {};
  const int64_t first = std::max(1, excerpt.first_step);
  if (first > view.summary.steps)
    return "there is no step " + count(first) + ": the session has " + count(view.summary.steps) + "\n";
  const int64_t last = excerpt.last_step > 0 ? excerpt.last_step : std::max(first, view.summary.steps);
  if (first == last) return "step " + count(first) + " of " + count(view.summary.steps) + "\n";
  return "steps " + count(first) + "-" + count(last) + " of " + count(view.summary.steps) + "\n";
}

void Lines::add(std::string_view line) {
  text_ += line;
  lines_ += std::count(line.begin(), line.end(), '\n');
}

std::string Lines::take(std::string_view things) {
  if (left_out_ > 0) {
    text_ += "… " + count(left_out_) + " more " + std::string(things) + " (--limit 0 shows all, --steps A-B a part)\n";
  }
  return std::move(text_);
}

}  // namespace strobe::view
