#include "view/link_note.h"

#include "view/phrases.h"

namespace strobe::view {

std::string link_note(const SessionView& view, const analyze::SpanLinks& links, int32_t span) {
  const RawSpan* raw = view.spans[span].raw;
  if (raw == nullptr || raw->links.empty()) return {};
  const auto targets = links.of(span);
  if (targets.empty()) {
    const std::string away = amount(static_cast<int64_t>(raw->links.size()), "span");
    return "  ⤷ linked to " + away + " not in this session";
  }
  const auto facts = [&](int32_t target) -> const SpanFacts& { return view.spans[target].span.facts; };
  int32_t last = targets.front();
  for (const int32_t target : targets) {
    if (facts(target).end > facts(last).end) last = target;
  }
  const DurationNs wait = facts(span).start - facts(last).end;
  std::string note = "  ⤷ ";
  note += has_ended(facts(last)) && wait.ns >= 0 ? "after " : "beside ";
  note += fit(subject_of(view.spans[last]), k_argument_width_max) + " " + facts(last).span_id.hex();
  if (targets.size() > 1) note += " and " + amount(static_cast<int64_t>(targets.size()) - 1, "other");
  if (has_ended(facts(last)) && wait.ns >= 0) note += " (" + duration(wait) + ")";
  return note;
}

}  // namespace strobe::view
