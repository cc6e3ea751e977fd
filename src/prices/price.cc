#include <algorithm>
#include <limits>

#include "prices/prices.h"

namespace strobe::prices {

namespace {

constexpr int64_t k_ns_per_s = 1'000'000'000;
constexpr int64_t k_s_per_day = 86'400;
constexpr int64_t k_tokens_per_price = 1'000'000;

// Adds up tokens times prices; knows what had none.
class Sum {
 public:
  explicit Sum(int64_t input_tokens) : input_tokens_(input_tokens) {}

  // `own` is the bucket's price, `larger` that of the bucket it is a part of.
  void add(int64_t tokens, const std::optional<Rate>& own, const std::optional<Rate>& larger) {
    if (tokens <= 0) return;
    const std::optional<Rate>& rate = own ? own : larger;
    (rate ? has_priced_ : has_unpriced_) = true;
    if (rate) total_ += static_cast<__int128>(tokens) * rate->at(input_tokens_);
  }
  void add_requests(int64_t pico_usd_per_million) { total_ += pico_usd_per_million; }

  bool has_priced() const { return has_priced_; }
  bool has_unpriced() const { return has_unpriced_; }
  int64_t pico_usd() const {
    const __int128 rounded = (total_ + k_tokens_per_price / 2) / k_tokens_per_price;
    return static_cast<int64_t>(std::min<__int128>(rounded, std::numeric_limits<int64_t>::max()));
  }

 private:
  int64_t input_tokens_;
  __int128 total_ = 0;  // five products of two 63-bit numbers fit
  bool has_priced_ = false;
  bool has_unpriced_ = false;
};

bool has_token_price(const Price& price) {
  return price.input || price.cache_read || price.cache_write || price.output || price.reasoning;
}

bool may_cross_a_tier(const Price& price, int64_t input_tokens) {
  for (const auto* rate : {&price.input, &price.cache_read, &price.cache_write, &price.output, &price.reasoning}) {
    if (*rate && !(*rate)->tiers.empty() && input_tokens > (*rate)->tiers.front().input_tokens_above) return true;
  }
  return false;
}

}  // namespace

int64_t Rate::at(int64_t input_tokens) const {
  int64_t price = pico_usd_per_mtok;
  for (const Tier& tier : tiers) {
    if (input_tokens > tier.input_tokens_above) price = tier.pico_usd_per_mtok;
  }
  return price;
}

bool Condition::holds(TimeNs at) const {
  if (from && at < *from) return false;
  if (!daily_between_s) return true;
  const auto [begin, end] = *daily_between_s;
  // Spans before 1970 are no spans; but the remainder must not be negative.
  const int64_t second = ((at.ns / k_ns_per_s) % k_s_per_day + k_s_per_day) % k_s_per_day;
  if (end < begin) return second >= begin || second < end;
  return begin <= second && second < end;
}

const Price& Model::price_at(TimeNs at) const {
  for (auto it = prices.rbegin(); it != prices.rend(); ++it) {
    if (it->first.holds(at)) return it->second;
  }
  return prices.front().second;
}

Cost price_of(const Price& price, const Usage& usage, UsageOf of) {
  const bool is_one = of == UsageOf::one_request;
  Sum sum(is_one ? usage.total_input() : 0);
  sum.add(usage.input, price.input, {});
  sum.add(usage.cache_read, price.cache_read, price.input);
  sum.add(usage.cache_write, price.cache_write, price.input);
  sum.add(usage.output, price.output, {});
  sum.add(usage.reasoning, price.reasoning, price.output);
  // A call that used nothing costs nothing, where anything is known of its prices.
  if (!sum.has_priced() && (sum.has_unpriced() || !has_token_price(price))) return {};
  if (price.pico_usd_per_million_requests) sum.add_requests(*price.pico_usd_per_million_requests);
  // How many requests a sum is made of is not known: at least one.
  const bool is_lower_bound =
      sum.has_unpriced() ||
      (!is_one && (price.pico_usd_per_million_requests || may_cross_a_tier(price, usage.total_input())));
  return {is_lower_bound ? CostKind::partial : CostKind::computed, sum.pico_usd()};
}

Cost Pricer::price_of(std::string_view provider, std::string_view model, const Usage& usage, TimeNs at, UsageOf of) {
  if (model.empty() || model.size() > k_name_bytes_max || provider.size() > k_name_bytes_max) return {};
  auto models = by_provider_.find(provider);
  if (models == by_provider_.end()) models = by_provider_.try_emplace(std::string(provider)).first;
  auto known = models->second.find(model);
  if (known == models->second.end()) {
    known = models->second.emplace(model, list_.find(provider, model)).first;
  }
  if (known->second == nullptr) return {};
  return prices::price_of(known->second->price_at(at), usage, of);
}

}  // namespace strobe::prices
