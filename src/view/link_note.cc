#include "view/link_note.h"

#include "view/phrases.h"

namespace strobe::view {

std::optional<LinkedSpan> linked_span(const SessionView& view, const analyze::SpanLinks& links, int32_t span) {
  const RawSpan* raw = view.spans[span].raw;
  if (raw == nullptr || raw->links.empty()) return std::nullopt;
  LinkedSpan linked{.links = static_cast<int64_t>(raw->links.size())};
  const auto targets = links.of(span);
  if (targets.empty()) return linked;
  const auto facts = [&](int32_t target) -> const SpanFacts& { return view.spans[target].span.facts; };
  linked.span = targets.front();
  linked.others = static_cast<int64_t>(targets.size()) - 1;
  for (const int32_t target : targets) {
    if (facts(target).end > facts(linked.span).end) linked.span = target;
  }
  const DurationNs waited = facts(span).start - facts(linked.span).end;
  if (has_ended(facts(linked.span)) && waited.ns >= 0) linked.waited = waited;
  return linked;
}

std::string link_note(const SessionView& view, const analyze::SpanLinks& links, int32_t span) {
  const auto linked = linked_span(view, links, span);
  if (!linked) return {};
  if (linked->span < 0) return "  ⤷ linked to " + amount(linked->links, "span") + " not in this session";
  const SpanView& target = view.spans[linked->span];
  std::string note = linked->waited ? "  ⤷ after " : "  ⤷ beside ";
  note += fit(subject_of(target), k_argument_width_max) + " " + target.span.facts.span_id.hex();
  if (linked->others > 0) note += " and " + amount(linked->others, "other");
  if (linked->waited) note += " (" + duration(*linked->waited) + ")";
  return note;
}

}  // namespace strobe::view
