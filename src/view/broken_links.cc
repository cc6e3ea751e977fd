#include "view/broken_links.h"

#include <set>
#include <unordered_map>
#include <utility>

#include "view/phrases.h"

namespace strobe::view {

namespace {

void group_orphans(const SessionView& view, BrokenLinks& links) {
  std::unordered_map<std::string, int32_t> group_of;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    if (!span.parent_missing || span.parent >= 0) continue;
    const SpanFacts& facts = span.span.facts;
    const auto [at, is_new] = group_of.try_emplace(facts.trace_id.hex() + facts.parent_span_id.hex(),
                                                   static_cast<int32_t>(links.orphans.size()));
    if (is_new) links.orphans.emplace_back();
    links.orphan_group[i] = at->second;
    links.orphans[at->second].push_back(static_cast<int32_t>(i));
  }
}

void find_cut_cycles(const SessionView& view, BrokenLinks& links) {
  // A span that names a parent and stands at the root all the same: its parent is in another session, or below it.
  std::vector<int32_t> without_parent;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    if (span.parent < 0 && !span.parent_missing && !span.span.facts.parent_span_id.is_zero())
      without_parent.push_back(static_cast<int32_t>(i));
  }
  if (without_parent.empty()) return;
  std::set<std::pair<TraceId, SpanId>> here;
  for (const SpanView& span : view.spans) here.emplace(span.span.facts.trace_id, span.span.facts.span_id);
  for (const int32_t i : without_parent) {
    const SpanFacts& facts = view.spans[i].span.facts;
    links.is_cut_cycle[i] = here.contains({facts.trace_id, facts.parent_span_id});
  }
}

}  // namespace

BrokenLinks broken_links_of(const SessionView& view) {
  BrokenLinks links{.orphan_group = std::vector<int32_t>(view.spans.size(), -1),
                    .orphans = {},
                    .is_cut_cycle = std::vector<bool>(view.spans.size(), false)};
  group_orphans(view, links);
  find_cut_cycles(view, links);
  return links;
}

std::string missing_parent_text(const SpanView& orphan) {
  return "missing parent " + orphan.span.facts.parent_span_id.hex();
}

std::string named_by_text(const BrokenLinks& links, int32_t orphan) {
  return " (named by " + amount(static_cast<int64_t>(links.waiting_with(orphan).size()), "span") + ", has not arrived)";
}

std::string cut_cycle_text(const SpanView& span) {
  return "its parent " + span.span.facts.parent_span_id.hex() + " is below it: cycle cut";
}

}  // namespace strobe::view
