#include <string>
#include <string_view>

#include "base/assert.h"
#include "prices/prices.h"

// Any bytes as a price list, or (first byte odd) as the name of a model in the list that is built in: read or refused,
// and whatever the prices are, a sum of money is one.

namespace strobe::prices {
namespace {

void check_cost(const Price& price) {
  Usage usage;
  usage.input = INT64_MAX;
  usage.cache_read = 1'000'000;
  usage.output = INT64_MAX;
  usage.reasoning = 7;
  for (const UsageOf of : {UsageOf::one_request, UsageOf::several_requests}) {
    const Cost cost = price_of(price, usage, of);
    STROBE_ASSERT(cost.pico_usd >= 0);
    STROBE_ASSERT(cost.kind != CostKind::unpriced || cost.pico_usd == 0);
  }
}

void check_names(const PriceList& list, std::string_view provider, std::string_view name) {
  const Model* model = list.find(provider, name);
  STROBE_ASSERT(model == list.find(provider, name));
  if (model == nullptr) return;
  for (const int64_t ns : {int64_t{0}, int64_t{1'780'000'000'000'000'000}, INT64_MAX, INT64_MIN}) {
    check_cost(model->price_at({ns}));
  }
}

void check_list(std::string_view json) {
  const auto list = PriceList::parse(json);
  if (!list) return;
  for (const std::string_view name : {"gpt-5", "claude-sonnet-4-5", "a"}) {
    check_names(*list, "", name);
    check_names(*list, "openai", name);
    check_names(*list, name, "a");
  }
}

void check(const uint8_t* data, size_t size) {
  if (size == 0) return;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    check_list(text);
  } else {
    const size_t slash = text.find('/');
    check_names(built_in(), "", text);
    if (slash != std::string_view::npos) check_names(built_in(), text.substr(0, slash), text.substr(slash + 1));
  }
}

}  // namespace
}  // namespace strobe::prices

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::prices::check(data, size);
  return 0;
}
