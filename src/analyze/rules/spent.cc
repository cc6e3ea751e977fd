#include "analyze/rules/spent.h"

#include <algorithm>

namespace strobe::analyze {

DurationNs operator+(DurationNs a, DurationNs b) { return {add_saturated(a.ns, b.ns)}; }

void Spent::add(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  duration = duration + facts.duration();
  if (!span.counted) return;
  tokens = add_saturated(tokens, facts.usage.total());
  cost.add(facts.cost_kind, facts.cost_pico_usd);
}

void Spent::put_into(Finding& finding) const {
  finding.tokens = tokens;
  finding.cost_pico_usd = cost.pico_usd;
  finding.cost_kind = cost.kind();
  finding.duration = duration;
}

void set_evidence(Finding& finding, std::vector<int32_t> spans, const SessionView& session) {
  std::ranges::sort(spans);
  const auto twice = std::ranges::unique(spans);
  spans.erase(twice.begin(), twice.end());
  const auto in_step = std::ranges::find_if(spans, [&](int32_t span) { return session.spans[span].step > 0; });
  if (in_step != spans.end()) finding.step = session.spans[*in_step].step;
  if (spans.size() > k_evidence_max) {
    finding.evidence_dropped = static_cast<int64_t>(spans.size() - k_evidence_max);
    spans.resize(k_evidence_max);
  }
  finding.evidence = std::move(spans);
}

}  // namespace strobe::analyze
