#include "analyze/blame.h"

#include <algorithm>
#include <tuple>

#include "analyze/shape.h"
#include "analyze/time_saved.h"

namespace strobe::analyze {

namespace {

// What the path has of each span and everything below it.
std::vector<int64_t> path_below(const TimeTree& tree, const CriticalPath& path) {
  std::vector<int64_t> below = path.self_ns;
  below.push_back(0);
  for (size_t i = tree.order.size(); i > 1; --i) {
    const int32_t at = tree.order[i - 1];
    below[tree.nodes[at].parent] += below[at];
  }
  return below;
}

void keep_greatest(std::vector<PathSpan>& spans, size_t most, int64_t PathSpan::* value) {
  std::ranges::sort(spans, [&](const PathSpan& a, const PathSpan& b) {
    return a.*value != b.*value ? a.*value > b.*value : a.span < b.span;
  });
  if (spans.size() > most) spans.resize(most);
}

void find_path_spans(const SessionView& session, const SpanLinks& links, const BlameLimits& limits, Blame& blame) {
  const std::vector<int64_t> below = path_below(blame.tree, blame.path);
  const std::vector<int32_t> agent_of = shape_of(session).agent_of;
  for (int32_t i = 0; i < blame.tree.session; ++i) {
    if (below[i] <= 0) continue;
    const PathSpan span{
        .span = i, .self_ns = blame.path.self_ns[i], .waiting_ns = blame.path.waiting_ns[i], .below_ns = below[i]};
    if (span.self_ns > 0) blame.path_spans.push_back(span);
    const SpanView& view = session.spans[i];
    if (view.span.facts.kind == Kind::agent && agent_of[i] >= 0) blame.sub_agents.push_back(span);
  }
  blame.path_span_count = static_cast<int64_t>(blame.path_spans.size());
  keep_greatest(blame.path_spans, limits.path_spans, &PathSpan::self_ns);
  keep_greatest(blame.sub_agents, limits.sub_agents, &PathSpan::below_ns);
  TimeSaved saved(blame.tree, links);
  for (auto* list : {&blame.path_spans, &blame.sub_agents}) {
    for (PathSpan& span : *list) span.saved_ns = saved.without(span.span);
  }
}

void find_waits(const SpanLinks& links, const BlameLimits& limits, Blame& blame) {
  if (links.empty()) return;
  for (int32_t i = 0; i < blame.tree.session; ++i) {
    for (const int32_t target : links.of(i)) {
      blame.waits.push_back({i, target, blame.tree.nodes[i].start - blame.tree.nodes[target].end});
    }
  }
  blame.wait_count = static_cast<int64_t>(blame.waits.size());
  const size_t kept = std::min(limits.waits, blame.waits.size());
  std::ranges::partial_sort(
      blame.waits, blame.waits.begin() + static_cast<std::ptrdiff_t>(kept), [](const Wait& a, const Wait& b) {
        return std::tuple(-a.wait_ns, a.waiter, a.waited_for) < std::tuple(-b.wait_ns, b.waiter, b.waited_for);
      });
  blame.waits.resize(kept);
}

}  // namespace

Blame blame_of(const SessionView& session, const BlameLimits& limits) {
  Blame blame;
  blame.tree = time_tree_of(session);
  const SpanLinks links = span_links_of(session);
  blame.links_leading_away = links.leading_away;
  blame.path = critical_path_of(blame.tree, links);
  find_path_spans(session, links, limits, blame);
  blame.path_sum = path_sum_of(session, blame.tree);
  blame.hotspots = hotspots_of(session, blame.tree, limits.hotspots);
  blame.errors = error_chains_of(session, blame.tree);
  find_waits(links, limits, blame);
  return blame;
}

}  // namespace strobe::analyze
