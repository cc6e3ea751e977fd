#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/kind.h"
#include "model/span.h"

// What a model call costs by list prices. docs/reference/prices.md has the rule; the data are those of genai-prices,
// and so is every decision here (which model a name means, when a tier applies): prices_test.cc compares the answers
// with those of its own calculator.

namespace strobe::prices {

// Prices are integers: pico-USD for a million tokens. 12 decimals of a dollar.
struct Tier {
  int64_t input_tokens_above = 0;
  int64_t pico_usd_per_mtok = 0;
};

// A price that may depend on the size of the request. A tier applies to all tokens of a request whose whole input
// (cached or not) is longer than its threshold, not only to those beyond it.
struct Rate {
  int64_t pico_usd_per_mtok = 0;
  std::vector<Tier> tiers;  // by rising threshold

  int64_t at(int64_t input_tokens) const;
};

// The prices of one model at one time. A bucket without a price of its own is part of a larger one: cached input costs
// what input costs, reasoning what output costs.
struct Price {
  std::optional<Rate> input;
  std::optional<Rate> cache_read;
  std::optional<Rate> cache_write;     // kept for five minutes
  std::optional<Rate> cache_write_1h;  // not used: Usage does not tell the two apart
  std::optional<Rate> output;
  std::optional<Rate> reasoning;
  std::optional<int64_t> pico_usd_per_million_requests;
};

// When a Price holds.
struct Condition {
  std::optional<TimeNs> from;                                  // from midnight UTC of a day on
  std::optional<std::pair<int32_t, int32_t>> daily_between_s;  // seconds of the day in UTC, the second excluded

  bool holds(TimeNs at) const;
};

struct Model {
  std::string id;                                   // the catalogue's name
  std::optional<int64_t> context_window;            // tokens
  std::vector<std::pair<Condition, Price>> prices;  // not empty; the last one that holds counts, else the first

  const Price& price_at(TimeNs at) const;
};

// unpriced: no token of it has a known price; pico_usd is 0. partial: some have none, pico_usd is a lower bound.
struct Cost {
  CostKind kind = CostKind::unpriced;
  int64_t pico_usd = 0;
  bool operator==(const Cost&) const = default;
};

// What a usage adds up: tiers go by single requests, so the sum of several is priced without them, and is partial when
// one of them may have crossed a threshold.
enum class UsageOf : uint8_t { one_request, several_requests };

// Rounded to the nearest pico-USD, saturated.
Cost price_of(const Price& price, const Usage& usage, UsageOf of = UsageOf::one_request);

// Longer names are no model's.
inline constexpr size_t k_name_bytes_max = 256;

// A catalogue of prices. Immutable: any thread.
class PriceList {
 public:
  // Reads what scripts/prices writes. Errors: invalid.
  static Result<PriceList> parse(std::string_view json);
  PriceList(PriceList&&) noexcept;
  ~PriceList();

  // The model that a span means by `name`, or null: unknown. An empty provider leaves it to the model's name whose it
  // is, where that is clear; a provider that is not in the catalogue has no prices. Lives as long as the list.
  const Model* find(std::string_view provider, std::string_view name) const;
  // Where the data come from, "genai-prices 0.2.3", and the day they were taken, "2026-11-21".
  const std::string& source() const;
  const std::string& date() const;

 private:
  struct Data;
  explicit PriceList(std::unique_ptr<const Data> data);
  std::unique_ptr<const Data> data_;
};

// The list that is compiled in. Read at the first call, then always the same.
const PriceList& built_in();

// Prices many calls: remembers which model a name means. Belongs to one thread; keeps the names it was asked for, so it
// lives as long as one question.
class Pricer {
 public:
  explicit Pricer(const PriceList& list) : list_(list) {}
  Cost price_of(std::string_view provider, std::string_view model, const Usage& usage, TimeNs at, UsageOf of);

 private:
  const PriceList& list_;
  using ModelByName = std::map<std::string, const Model*, std::less<>>;
  std::map<std::string, ModelByName, std::less<>> by_provider_;
};

}  // namespace strobe::prices
