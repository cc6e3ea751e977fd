#include "analyze/money.h"

namespace strobe::analyze {

prices::Cost Money::cost_of(const SpanFacts& call, const Usage& usage) {
  return pricer_.price_of(call.provider, call.model, usage, call.start, prices::UsageOf::one_request);
}

}  // namespace strobe::analyze
