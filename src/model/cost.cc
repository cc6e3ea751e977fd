#include "model/cost.h"

#include "base/saturated.h"

namespace strobe {

void CostSum::add(CostKind kind, int64_t cost_pico_usd) {
  add_to(pico_usd, cost_pico_usd);
  switch (kind) {
    case CostKind::unpriced: add_to(unpriced, 1); break;
    case CostKind::reported: add_to(reported, 1); break;
    case CostKind::computed: add_to(computed, 1); break;
    case CostKind::partial: add_to(partial, 1); break;
  }
}

CostSum& CostSum::operator+=(const CostSum& other) {
  add_to(pico_usd, other.pico_usd);
  add_to(reported, other.reported);
  add_to(computed, other.computed);
  add_to(partial, other.partial);
  add_to(unpriced, other.unpriced);
  return *this;
}

CostKind CostSum::kind() const {
  if (reported == 0 && computed == 0 && partial == 0) return CostKind::unpriced;
  if (partial > 0 || unpriced > 0) return CostKind::partial;
  return computed > 0 ? CostKind::computed : CostKind::reported;
}

}  // namespace strobe
