#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// A call found less in the provider's cache than the call before it in its lane had put there. What changed tools is
// tool_schema_churn, what changed the conversation context_rewrite or compaction: each loss is told once. Where
// contexts are not known only the numbers are left, and cache_invalidation looks at those.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_from", 2'000, 1, 1'000'000'000, "tokens of one cause from which it is medium"},
    {"high_from", 50'000, 1, 1'000'000'000, "tokens of one cause from which it is high"},
};

struct Cause {
  CacheCause cause;
  std::string_view what;
  std::string_view fix;
};

constexpr std::array<Cause, 6> k_told = {{
    {CacheCause::model, "the model changed", "Stay with one model in a conversation: each has a cache of its own"},
    {CacheCause::system, "the system prompt changed",
     "Keep the system prompt the same from call to call: move times, ids and counters into the last user message"},
    {CacheCause::options, "request parameters changed",
     "Keep the parameters of requests the same within a conversation"},
    {CacheCause::append_lookback, "too many blocks were added at once",
     "Set a cache mark at least every 20 blocks, also within long rounds of tool calls"},
    {CacheCause::expired, "the cache had expired",
     "Ask for a longer cache lifetime where calls are more than five minutes apart"},
    {CacheCause::unexplained, "nothing changed, and nothing was found",
     "Check that cache marks are set on each call, and that requests reach the same provider and region"},
}};

// What the call cost more because it did not read `lost` tokens from the cache.
prices::Cost cost_of_loss(Money& money, const SpanFacts& call, int64_t lost) {
  Usage better = call.usage;
  const int64_t from_input = std::min(better.input, lost);
  const int64_t from_written = std::min(better.cache_write, lost - from_input);
  better.input -= from_input;
  better.cache_write -= from_written;
  better.cache_read = add_saturated(better.cache_read, from_input + from_written);
  const prices::Cost paid = money.cost_of(call, call.usage);
  const prices::Cost possible = money.cost_of(call, better);
  if (paid.kind != CostKind::computed || possible.kind != CostKind::computed) return {};
  return {CostKind::computed, std::max<int64_t>(paid.pico_usd - possible.pico_usd, 0)};
}

// What within the text keeps changing, where it is known: the same for all pairs, else nothing.
std::string detail_of(const std::vector<const CachePair*>& pairs) {
  const CachePair& first = *pairs.front();
  if (first.volatile_value != Volatile::none) {
    return "what changes looks like " + std::string(name_of(first.volatile_value));
  }
  return first.detail.empty() ? "" : "first: " + quoted(first.detail);
}

void tell(const RuleInput& input, const Cause& cause, const std::vector<const CachePair*>& pairs,
          std::vector<Finding>& findings) {
  Spent spent;
  std::vector<int32_t> evidence;
  for (const CachePair* pair : pairs) {
    spent.tokens = add_saturated(spent.tokens, pair->lost_tokens);
    const prices::Cost cost = cost_of_loss(input.money, input.session.spans[pair->span].span.facts, pair->lost_tokens);
    spent.cost.add(cost.kind, cost.pico_usd);
    evidence.push_back(pair->span);
  }
  const int64_t high_from = input.thresholds.get(k_cache_break, "high_from");
  if (pairs.empty() || spent.tokens < std::min(high_from, input.thresholds.get(k_cache_break, "medium_from"))) return;
  Finding finding{.rule = std::string(k_cache_break.id)};
  finding.severity = spent.tokens >= high_from ? Severity::high : Severity::medium;
  const auto times = static_cast<int64_t>(pairs.size());
  finding.title = "Cache lost " + amount_of(times, "time") + ": " + std::string(cause.what);
  const std::string detail = detail_of(pairs);
  finding.evidence_text = amount_of(spent.tokens, "token") + " that the call before had sent were paid in full again" +
                          (detail.empty() ? "" : "; " + detail);
  spent.put_into(finding);
  set_evidence(finding, std::move(evidence), input.session);
  finding.fixes = {std::string(cause.fix), "Ask strobe context cache for the first difference of each pair of calls"};
  findings.push_back(std::move(finding));
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  std::array<std::vector<const CachePair*>, k_cache_causes> by_cause;
  for (const CachePair& pair : input.shared.cache().pairs) {
    if (pair.lost_tokens > 0) by_cause[static_cast<size_t>(pair.cause)].push_back(&pair);
  }
  for (const Cause& cause : k_told) tell(input, cause, by_cause[static_cast<size_t>(cause.cause)], findings);
}

}  // namespace

constinit const Rule k_cache_break = {
    .id = "cache_break",
    .summary = "a call did not find in the cache what the call before it had put there",
    .about = About::cache,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
