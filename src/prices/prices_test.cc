#include "prices/prices.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <limits>

#include "base/arena.h"
#include "json/parse.h"
#include "prices/catalogue.h"

namespace strobe::prices {
namespace {

int64_t integer_of(std::string_view text) { return std::stoll(std::string(text)); }

// Dollars in decimal to pico-dollars, rounded to the nearest.
int64_t pico_of(std::string_view usd) {
  std::string digits(usd);
  const size_t point = digits.find('.');
  std::string fraction = point == std::string::npos ? "" : digits.substr(point + 1);
  fraction.resize(13, '0');
  return (integer_of(digits.substr(0, point)) * 10'000'000'000'000 + integer_of(fraction) + 5) / 10;
}

// tests/data/prices/cases.jsonl: questions, and what the calculator of genai-prices answered.
TEST(PricesTest, AgreesWithTheCataloguesOwnCalculator) {
  std::ifstream file(STROBE_PRICE_CASES);
  std::string line;
  int cases = 0, priced = 0;
  while (std::getline(file, line)) {
    Arena arena;
    const json::Node node = json::parse(line, arena).value();
    const auto* usage = node.find("usage");
    const auto count = [&](size_t i) { return integer_of(usage->items[i].text); };
    const Usage used{
        .input = count(0), .cache_read = count(1), .cache_write = count(2), .output = count(3), .reasoning = count(4)};
    const std::string_view provider = node.string_at("provider"), name = node.string_at("model");
    const Model* model = built_in().find(provider, name);
    ASSERT_EQ(model == nullptr ? "" : model->id, node.string_at("priced_as")) << line;
    Pricer pricer(built_in());
    const Cost cost =
        pricer.price_of(provider, name, used, {integer_of(node.string_at("at_ns"))}, UsageOf::one_request);
    EXPECT_EQ(name_of(cost.kind), node.string_at("kind")) << line;
    // Some prices have more than twelve decimals, as a float that was printed: one part in 10^12 is lost of those.
    EXPECT_NEAR(static_cast<double>(cost.pico_usd), static_cast<double>(pico_of(node.string_at("usd"))), 1.0) << line;
    ++cases;
    priced += cost.kind == CostKind::computed ? 1 : 0;
  }
  EXPECT_GE(cases, 300);
  EXPECT_GE(priced, 250);
}

PriceList list_of(const std::string& models) {
  auto list =
      PriceList::parse(R"({"source":"test","date":"2026-01-01","providers":[{"id":"p","models":[)" + models + "]}]}");
  EXPECT_TRUE(list) << list.error().message;
  return *std::move(list);
}

Cost cost_of(const std::string& price, const Usage& usage, UsageOf of = UsageOf::one_request) {
  const PriceList list = list_of(R"({"id":"m","match":{"equals":"m"},"prices":[)" + price + "]}");
  return Pricer(list).price_of("p", "m", usage, {0}, of);
}

TEST(PricesTest, EveryBucketHasItsPriceElseThatOfTheBucketItIsPartOf) {
  const Usage usage{.input = 1, .cache_read = 10, .cache_write = 100, .output = 1000, .reasoning = 10000};
  EXPECT_EQ(cost_of(R"({"input":1,"cache_read":2,"cache_write":3,"cache_write_1h":9,"output":4,"reasoning":5})", usage),
            (Cost{CostKind::computed, (1 + 20 + 300 + 4000 + 50000) * int64_t{1'000'000}}));
  EXPECT_EQ(cost_of(R"({"input":1,"output":4})", usage),
            (Cost{CostKind::computed, (111 + 44000) * int64_t{1'000'000}}));
}

TEST(PricesTest, ABucketWithoutAPriceMakesItALowerBoundAndNoPriceNone) {
  EXPECT_EQ(cost_of(R"({"input":1})", {.input = 5, .output = 7}), (Cost{CostKind::partial, 5'000'000}));
  EXPECT_EQ(cost_of(R"({"input":1})", {.output = 7}), Cost{});
  EXPECT_EQ(cost_of("{}", {}), Cost{});
  EXPECT_EQ(cost_of(R"({"input":1})", {}), (Cost{CostKind::computed, 0}));
  EXPECT_EQ(cost_of(R"({"input":0})", {.input = 5}), (Cost{CostKind::computed, 0})) << "free is a price";
}

TEST(PricesTest, ATierAppliesToTheWholeRequestOnceItsInputIsLonger) {
  const std::string price = R"({"input":[1,[100,2],[200,3]],"output":[10,[100,20]]})";
  EXPECT_EQ(cost_of(price, {.input = 60, .cache_read = 40}).pico_usd, 100 * 1'000'000);
  EXPECT_EQ(cost_of(price, {.input = 61, .cache_read = 40}).pico_usd, 101 * 2'000'000);
  EXPECT_EQ(cost_of(price, {.input = 201, .output = 1}).pico_usd, 201 * 3'000'000 + 20'000'000);
}

TEST(PricesTest, ASumOfRequestsIsPricedWithoutTiersAndPartialWhenOneMayApply) {
  const std::string price = R"({"input":[1,[100,2]]})";
  EXPECT_EQ(cost_of(price, {.input = 100}, UsageOf::several_requests), (Cost{CostKind::computed, 100'000'000}));
  EXPECT_EQ(cost_of(price, {.input = 101}, UsageOf::several_requests), (Cost{CostKind::partial, 101'000'000}));
}

TEST(PricesTest, RequestsAreChargedOnce) {
  EXPECT_EQ(cost_of(R"({"input":1,"thousand_requests":5})", {.input = 1}),
            (Cost{CostKind::computed, 5'000'000'000 + 1'000'000}));
  EXPECT_EQ(cost_of(R"({"thousand_requests":5})", {.input = 1}), Cost{}) << "the tokens have no price";
}

TEST(PricesTest, SumsSaturateAndRound) {
  const int64_t huge = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(
      cost_of(R"({"input":900000,"output":900000})", {.input = huge, .cache_read = huge, .output = huge}).pico_usd,
      huge);
  EXPECT_EQ(cost_of(R"({"input":0.0000005})", {.input = 1}).pico_usd, 1) << "half a pico-dollar is rounded up";
  EXPECT_EQ(cost_of(R"({"input":0.00000049})", {.input = 1}).pico_usd, 0);
}

TEST(PricesTest, TheLastPriceThatHoldsCountsElseTheFirst) {
  const PriceList list = list_of(
      R"({"id":"m","match":{"equals":"m"},"prices":[{"from":"2025-01-01","input":1},{"from":"2026-01-01","input":2},)"
      R"({"between_s":[82800,3600],"input":3}]})");
  const Model& model = *list.find("p", "m");
  const auto price_at = [&](int64_t seconds) {
    return model.price_at({seconds * 1'000'000'000}).input->pico_usd_per_mtok / 1'000'000'000'000;
  };
  constexpr int64_t k_2026 = 1767225600;  // midnight
  EXPECT_EQ(price_at(k_2026 + 7200), 2);
  EXPECT_EQ(price_at(k_2026 - 7200), 1);
  EXPECT_EQ(price_at(k_2026 - 3600), 3) << "across midnight";
  EXPECT_EQ(price_at(k_2026 + 3599), 3);
  EXPECT_EQ(price_at(k_2026 + 3600), 2);
  EXPECT_EQ(price_at(1'000'000'000), 1) << "2001: before any of them";
  EXPECT_EQ(price_at(-1), 3);
}

TEST(PricesTest, TheFirstModelThatMatchesIsMeantWhetherIndexedOrNot) {
  const PriceList list =
      list_of(R"({"id":"a","match":{"starts_with":"x-"},"prices":[{}]},)"
              R"({"id":"b","match":{"or":[{"equals":"X-1"},{"equals":"y"}]},"prices":[{}]},)"
              R"({"id":"c","match":{"and":[{"contains":"y"},{"not":{"regex":"^y\\d"}}]},"prices":[{}]},)"
              R"({"id":"d","match":{"ends_with":"2"},"prices":[{}]})");
  const auto id = [&](std::string_view name) {
    return list.find("p", name) == nullptr ? "-" : list.find("p", name)->id;
  };
  EXPECT_EQ(id("x-1"), "a");
  EXPECT_EQ(id("Y"), "b");
  EXPECT_EQ(id("my"), "c");
  EXPECT_EQ(id("y2"), "d");
  EXPECT_EQ(id("y3"), "-");
  EXPECT_EQ(id(std::string(k_name_bytes_max, 'y')), "c");
  EXPECT_EQ(id(std::string(k_name_bytes_max + 1, 'y')), "-");
  EXPECT_EQ(list.find("q", "y"), nullptr) << "a provider that is not known";
  EXPECT_EQ(list.find("", "y"), nullptr) << "no provider claims the model's name";
}

TEST(PricesTest, OurNamesOfProvidersAreUnderstood) {
  const auto id = [](std::string_view provider, std::string_view name) {
    const Model* model = built_in().find(provider, name);
    return model == nullptr ? "-" : model->id;
  };
  EXPECT_EQ(id("azure-openai", "gpt-4o-2024-08-06"), id("azure", "gpt-4o-2024-08-06"));
  EXPECT_NE(id("azure-openai", "gpt-4o-2024-08-06"), "-");
  for (const auto& [provider, name] :
       {std::pair("google-gemini", "gemini-2.5-pro"), std::pair("google-vertex", "gemini-2.5-pro"),
        std::pair("bedrock", "amazon.nova-pro-v1:0"), std::pair("xai", "grok-3"),
        std::pair("mistral", "mistral-large-latest"), std::pair("anthropic", "claude-sonnet-4-20250514"),
        std::pair("azure-inference", "gpt-4o"), std::pair("", "gpt-4o")}) {
    EXPECT_NE(id(provider, name), "-") << provider << " " << name;
  }
  EXPECT_EQ(id("my-gateway", "gpt-4o"), "-");
}

TEST(PricesTest, CompactDatesAreSpelt) {
  EXPECT_EQ(with_spelt_dates("gpt-5-20250807"), "gpt-5-2025-08-07");
  EXPECT_EQ(with_spelt_dates("gpt-5-20250807:free"), "gpt-5-2025-08-07:free");
  EXPECT_EQ(with_spelt_dates("a-20250807-20250808"), "a-2025-08-07-2025-08-08");
  for (const char* same : {"gpt-5-20250231", "gpt-5-202508071", "gpt-5-20250807x", "gpt-5-19990807", "20250807",
                           "-2025080", "-+0250807", ""}) {
    EXPECT_EQ(with_spelt_dates(same), same);
  }
}

TEST(PricesTest, BrokenListsAreRefused) {
  for (const char* prices :
       {R"({"input":"1"})", R"({"input":-1})", R"({"input":1e3})", R"({"input":[]})", R"({"input":[1,[2]]})",
        R"({"nonsense":1})", R"({"from":"2026-13-01"})", R"({"from":"x"})", R"({"input":99999999999999})"}) {
    EXPECT_FALSE(PriceList::parse(
        std::string(R"({"providers":[{"id":"p","models":[{"id":"m","match":{"equals":"m"},"prices":[)") + prices +
        "]}]}]}"))
        << prices;
  }
  EXPECT_FALSE(PriceList::parse("[]"));
  EXPECT_FALSE(
      PriceList::parse(R"({"providers":[{"id":"p","models":[{"id":"m","match":{"regex":"("},"prices":[{}]}]}]})"));
}

TEST(PricesTest, TheBuiltInListSaysWhereItIsFrom) {
  EXPECT_TRUE(built_in().source().starts_with("genai-prices "));
  EXPECT_EQ(built_in().date().size(), 10u);
  EXPECT_EQ(built_in().find("anthropic", "claude-sonnet-4-20250514")->context_window, 200'000);
}

// A million spans in about a second, optimised; the limit leaves room for slow builds and sanitizers.
TEST(PricesTest, ManyCallsArePricedFast) {
  const auto begin = std::chrono::steady_clock::now();
  Pricer pricer(built_in());
  int64_t total = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string_view model = i % 2 == 0 ? "anthropic/claude-sonnet-4" : "nobody/knows-this";
    total += pricer.price_of("openrouter", model, {.input = i}, {i}, UsageOf::one_request).pico_usd;
  }
  EXPECT_GT(total, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Prices, RoutesBeforeAModelsName) {
  const auto id_of = [](std::string_view provider, std::string_view name) {
    const Model* model = built_in().find(provider, name);
    return model == nullptr ? std::string("-") : model->id;
  };
  EXPECT_EQ(id_of("", "openai/gpt-4o"), id_of("openai", "gpt-4o"));
  EXPECT_EQ(id_of("openai", "openai/gpt-4o"), id_of("openai", "gpt-4o"));
  EXPECT_EQ(id_of("google-gemini", "models/gemini-2.5-flash"), id_of("google-gemini", "gemini-2.5-flash"));
  EXPECT_EQ(id_of("google-gemini", "gemini/gemini-2.5-flash"), id_of("google-gemini", "gemini-2.5-flash"));
  constexpr std::string_view k_bedrock = "us.anthropic.claude-sonnet-4-20250514-v1:0";
  ASSERT_NE(id_of("bedrock", k_bedrock), "-");
  EXPECT_EQ(id_of("", "bedrock/" + std::string(k_bedrock)), id_of("bedrock", k_bedrock));
  EXPECT_EQ(id_of("bedrock", "bedrock/" + std::string(k_bedrock)), id_of("bedrock", k_bedrock));
  EXPECT_EQ(id_of("anthropic", "openai/gpt-4o"), "-") << "a route to somebody else";
  EXPECT_EQ(id_of("nobody", "openai/gpt-4o"), "-");
  EXPECT_EQ(id_of("", "nobody/gpt-4o"), "-");
  EXPECT_EQ(id_of("", "openai/"), "-");
  EXPECT_EQ(id_of("", "/gpt-4o"), "-");
}

}  // namespace
}  // namespace strobe::prices
