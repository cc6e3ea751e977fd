#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>

#include "base/arena.h"
#include "base/whole_number.h"
#include "json/parse.h"
#include "prices/catalogue.h"
#include "prices/prices.h"

namespace strobe::prices {

namespace {

constexpr int k_decimals = 12;  // of a dollar, in a pico-dollar
constexpr int64_t k_price_max = std::numeric_limits<int64_t>::max() / 10;

// "0.075" -> 75'000'000'000. Digits beyond a pico-dollar are dropped. The list has no exponents and no signs.
Result<int64_t> pico_usd(const json::Node& node) {
  if (node.type != json::Type::number) return fail(ErrorCode::invalid, "a price is no number");
  int64_t value = 0;
  int decimals = -1;
  for (const char c : node.text) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || value > k_price_max) {
      return fail(ErrorCode::invalid, "no price: " + std::string(node.text));
    }
    if (decimals == k_decimals) continue;
    value = value * 10 + (c - '0');
    decimals += decimals >= 0 ? 1 : 0;
  }
  for (int d = std::max(decimals, 0); d < k_decimals; ++d) {
    if (value > k_price_max) return fail(ErrorCode::invalid, "too high a price: " + std::string(node.text));
    value *= 10;
  }
  return value;
}

Result<int64_t> integer(const json::Node& node) {
  const auto value = whole_number<int64_t>(node.text);
  if (node.type != json::Type::number || !value) {
    return fail(ErrorCode::invalid, "no whole number: " + std::string(node.raw));
  }
  return *value;
}

// 3 or [3, [200000, 6], ...].
Result<Rate> parse_rate(const json::Node& node) {
  if (!node.is_array()) return Rate{TRY(pico_usd(node)), {}};
  if (node.items.empty()) return fail(ErrorCode::invalid, "a price without a base");
  Rate rate{TRY(pico_usd(node.items.front())), {}};
  for (const json::Node& tier : node.items.subspan(1)) {
    if (!tier.is_array() || tier.items.size() != 2) return fail(ErrorCode::invalid, "a tier is no pair");
    rate.tiers.push_back({TRY(integer(tier.items[0])), TRY(pico_usd(tier.items[1]))});
  }
  std::ranges::stable_sort(rate.tiers, {}, &Tier::input_tokens_above);
  return rate;
}

// "2026-03-13": midnight UTC.
Result<TimeNs> parse_day(std::string_view text) {
  std::array<int, 3> parts{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int& part : parts) {
    const auto [stop, error] = std::from_chars(at, end, part);
    if (error != std::errc()) return fail(ErrorCode::invalid, "no day: " + std::string(text));
    at = stop == end ? end : stop + 1;
  }
  namespace chrono = std::chrono;
  const chrono::year_month_day day(chrono::year(parts[0]), chrono::month(static_cast<unsigned>(parts[1])),
                                   chrono::day(static_cast<unsigned>(parts[2])));
  if (!day.ok() || parts[0] < 2000 || parts[0] > 2200) return fail(ErrorCode::invalid, "no day: " + std::string(text));
  return TimeNs{chrono::nanoseconds(chrono::sys_days(day).time_since_epoch()).count()};
}

Result<std::pair<Condition, Price>> parse_price(const json::Node& node) {
  std::pair<Condition, Price> parsed;
  auto& [condition, price] = parsed;
  const std::array<std::pair<std::string_view, std::optional<Rate>*>, 6> rates = {{
      {"input", &price.input},
      {"cache_read", &price.cache_read},
      {"cache_write", &price.cache_write},
      {"cache_write_1h", &price.cache_write_1h},
      {"output", &price.output},
      {"reasoning", &price.reasoning},
  }};
  for (const auto& [name, value] : node.members) {
    const auto rate = std::ranges::find(rates, name, [](const auto& pair) { return pair.first; });
    if (rate != rates.end()) {
      *rate->second = TRY(parse_rate(value));
    } else if (name == "thousand_requests") {
      const int64_t thousand = TRY(pico_usd(value));
      if (thousand > k_price_max / 100) return fail(ErrorCode::invalid, "too high a price of a request");
      price.pico_usd_per_million_requests = thousand * 1000;
    } else if (name == "from") {
      condition.from = TRY(parse_day(value.text));
    } else if (name == "between_s" && value.items.size() == 2) {
      condition.daily_between_s = {static_cast<int32_t>(TRY(integer(value.items[0]))),
                                   static_cast<int32_t>(TRY(integer(value.items[1])))};
    } else {
      return fail(ErrorCode::invalid, "unknown member " + std::string(name));
    }
  }
  return parsed;
}

Result<Model> parse_model(const json::Node& node) {
  Model model{.id = std::string(node.string_at("id")), .context_window = {}, .prices = {}};
  if (const json::Node* window = node.find("context_window")) model.context_window = TRY(integer(*window));
  const json::Node* prices = node.find("prices");
  if (prices == nullptr || prices->items.empty()) return fail(ErrorCode::invalid, "no prices of model " + model.id);
  for (const json::Node& price : prices->items) model.prices.push_back(TRY(parse_price(price)));
  return model;
}

Result<void> add_provider(const json::Node& node, Catalogue& catalogue) {
  Provider provider;
  provider.id = node.string_at("id");
  if (const json::Node* match = node.find("provider_match")) provider.provider_match = TRY(parse_clause(*match));
  if (const json::Node* match = node.find("model_match")) provider.model_match = TRY(parse_clause(*match));
  if (const json::Node* others = node.find("fallback")) {
    for (const json::Node& other : others->items) provider.fallback.emplace_back(other.text);
  }
  const json::Node* models = node.find("models");
  if (models == nullptr) return fail(ErrorCode::invalid, "no models of provider " + provider.id);
  for (const json::Node& model : models->items) {
    const json::Node* match = model.find("match");
    if (match == nullptr) return fail(ErrorCode::invalid, "a model without a match");
    provider.add(TRY(parse_clause(*match)), TRY(parse_model(model)));
  }
  catalogue.providers.push_back(std::move(provider));
  return {};
}

}  // namespace

struct PriceList::Data {
  std::string source;
  std::string date;
  Catalogue catalogue;
};

PriceList::PriceList(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
PriceList::PriceList(PriceList&&) noexcept = default;
PriceList::~PriceList() = default;

Result<PriceList> PriceList::parse(std::string_view json) {
  Arena arena;
  const json::Node root = TRY(json::parse(json, arena));
  const json::Node* providers = root.find("providers");
  if (providers == nullptr) return fail(ErrorCode::invalid, "no price list");
  auto data = std::make_unique<Data>();
  data->source = root.string_at("source");
  data->date = root.string_at("date");
  for (const json::Node& provider : providers->items) TRY_VOID(add_provider(provider, data->catalogue));
  return PriceList(std::move(data));
}

const Model* PriceList::find(std::string_view provider, std::string_view name) const {
  return data_->catalogue.find(provider, name);
}

const std::string& PriceList::source() const { return data_->source; }

const std::string& PriceList::date() const { return data_->date; }

}  // namespace strobe::prices
