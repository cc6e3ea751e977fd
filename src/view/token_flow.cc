#include "view/token_flow.h"

#include <set>

#include "analyze/shape.h"
#include "model/lineage.h"

namespace strobe::view {

namespace {

double hit_percent(const Usage& usage) {
  const int64_t whole = usage.total_input();
  return whole > 0 ? 100.0 * static_cast<double>(usage.cache_read) / static_cast<double>(whole) : 0;
}

CacheRating rating_of(double percent) {
  if (percent >= k_good_percent_min) return CacheRating::good;
  return percent >= k_fair_percent_min ? CacheRating::fair : CacheRating::poor;
}

std::string recommendation_of(const TokenFlow& flow, size_t agents, int32_t first_step) {
  switch (flow.rating) {
    case CacheRating::good:
      return agents > 1 ? "Cache warming effective after the first step of each agent"
                        : "Cache warming effective after step " + std::to_string(first_step);
    case CacheRating::fair:
      return "Part of what is repeated misses the cache: keep system prompt, tools and earlier messages byte for byte "
             "the same";
    case CacheRating::poor:
      return flow.usage.cache_write > 0 && flow.judged.cache_read < flow.usage.cache_write
                 ? "The cache is written but hardly read: something before the new messages changes with every call"
                 : "Hardly anything comes from the cache: put what stays the same first, and switch the provider's "
                   "prompt caching on";
    case CacheRating::not_rated: break;
  }
  return {};
}

}  // namespace

std::string_view name_of(CacheRating rating) {
  switch (rating) {
    case CacheRating::good: return "GOOD";
    case CacheRating::fair: return "FAIR";
    case CacheRating::poor: return "POOR";
    case CacheRating::not_rated: break;
  }
  return "not rated";
}

TokenFlow token_flow_of(const SessionView& view) {
  TokenFlow flow;
  const Lineage lineage = lineage_of(view);
  std::set<int32_t> agents;
  int32_t first_step = 0;
  int64_t calls = 0;
  bool has_cache_information = false;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    const SpanFacts& facts = span.span.facts;
    if (!span.counted && !span.is_llm_call) continue;
    TokenRow row{static_cast<int32_t>(i), lineage.agent[i]};
    if (span.counted) {
      flow.usage += facts.usage;
      flow.cost.add(facts.cost_kind, facts.cost_pico_usd);
    }
    if (span.is_llm_call && facts.has_usage && facts.usage.total_input() > 0) {
      ++calls;
      if (first_step == 0) first_step = span.step;
      has_cache_information = has_cache_information || analyze::tells_of_cache(span);
      row.is_judged = !agents.insert(row.agent).second;
      flow.judged_calls += row.is_judged ? 1 : 0;
      if (row.is_judged) flow.judged += facts.usage;
    }
    flow.rows.push_back(row);
  }
  if (calls < 2) {
    flow.reason = "fewer than two calls with token counts";
  } else if (flow.judged_calls == 0) {
    flow.reason = "no agent made a second call";
  } else if (!has_cache_information) {
    flow.reason = "no call says anything of a cache";
  } else {
    flow.rating = rating_of(hit_percent(flow.judged));
    flow.recommendation = recommendation_of(flow, agents.size(), first_step);
  }
  return flow;
}

}  // namespace strobe::view
