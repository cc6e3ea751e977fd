#include "analyze/span_links.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

namespace strobe::analyze {

namespace {

bool has_links(const SpanView& span) { return span.raw != nullptr && !span.raw->links.empty(); }

}  // namespace

SpanLinks span_links_of(const SessionView& session) {
  SpanLinks links;
  links.offsets_.assign(session.spans.size() + 1, 0);
  if (std::ranges::none_of(session.spans, has_links)) return links;
  std::map<std::pair<TraceId, SpanId>, int32_t> place;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    const SpanFacts& facts = session.spans[i].span.facts;
    place.emplace(std::pair(facts.trace_id, facts.span_id), static_cast<int32_t>(i));
  }
  std::unordered_set<int32_t> seen;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (has_links(session.spans[i])) {
      seen = std::unordered_set<int32_t>();  // clear() would take as long as the longest list before
      for (const RawLink& link : session.spans[i].raw->links) {
        const auto trace = TraceId::from_bytes(link.trace_id);
        const auto span = SpanId::from_bytes(link.span_id);
        const auto found = trace && span ? place.find({*trace, *span}) : place.end();
        if (found == place.end()) {
          ++links.leading_away;
        } else if (found->second != static_cast<int32_t>(i) && seen.insert(found->second).second) {
          links.targets_.push_back(found->second);
        }
      }
    }
    links.offsets_[i + 1] = links.targets_.size();
  }
  return links;
}

}  // namespace strobe::analyze
