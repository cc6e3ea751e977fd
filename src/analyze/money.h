#pragma once

#include "model/session.h"
#include "prices/prices.h"

namespace strobe::analyze {

// What tokens of a session's calls cost by list prices. One thread; `list` must outlive it.
class Money {
 public:
  explicit Money(const prices::PriceList& list = prices::built_in()) : list_(list), pricer_(list) {}

  // What `usage` would cost, were it part of this call: at its model's prices when it started.
  prices::Cost cost_of(const SpanFacts& call, const Usage& usage);
  // Of the call's model, as the price list has it. Null: unknown.
  const prices::Model* model_of(const SpanFacts& call) const { return list_.find(call.provider, call.model); }

 private:
  const prices::PriceList& list_;
  prices::Pricer pricer_;
};

}  // namespace strobe::analyze
