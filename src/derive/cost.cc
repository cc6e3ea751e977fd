#include "derive/cost.h"

namespace strobe::derive {

void price_counted(std::span<const SpanFacts> spans, const prices::PriceList& list, std::span<Place> places) {
  prices::Pricer pricer(list);
  for (size_t i = 0; i < spans.size(); ++i) {
    const SpanFacts& span = spans[i];
    if (!places[i].counted || !span.has_usage || places[i].cost_kind != CostKind::unpriced) continue;
    // Roll-ups, and what else tells of tokens without being a call, may stand for many requests.
    const bool is_request = (span.kind == Kind::llm || span.kind == Kind::embedding) && !span.is_rollup;
    const auto cost = pricer.price_of(span.provider, span.model, span.usage, span.start,
                                      is_request ? prices::UsageOf::one_request : prices::UsageOf::several_requests);
    places[i].cost_kind = cost.kind;
    places[i].cost_pico_usd = cost.pico_usd;
  }
}

int64_t prices_day() {
  int64_t day = 0;
  for (const char c : prices::built_in().date()) {
    if (c >= '0' && c <= '9') day = day * 10 + (c - '0');
  }
  return day;
}

}  // namespace strobe::derive
