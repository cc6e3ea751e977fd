#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyze/money.h"
#include "model/span.h"

namespace strobe::analyze {

// How many tokens the window of a call holds.
struct ContextBudget {
  enum class Source : uint8_t { none, given, model };
  int64_t tokens = 0;  // 0: not known
  Source source = Source::none;
};
// "none", "given" (by the user), "model" (from the price list).
inline std::string_view name_of(ContextBudget::Source source) {
  return source == ContextBudget::Source::none ? "none" : source == ContextBudget::Source::given ? "given" : "model";
}

// What the user gave, else what the price list says of the call's model, else none.
inline ContextBudget budget_of(const Money& money, const SpanFacts& call, std::optional<int64_t> given) {
  if (given) return {.tokens = *given, .source = ContextBudget::Source::given};
  const prices::Model* model = money.model_of(call);
  if (model == nullptr || model->context_window.value_or(0) <= 0) return {};
  return {.tokens = *model->context_window, .source = ContextBudget::Source::model};
}

}  // namespace strobe::analyze
