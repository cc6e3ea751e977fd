#pragma once

#include <cstdint>
#include <vector>

#include "analyze/context_cache.h"
#include "model/session.h"

namespace strobe::analyze {

// A call that does not have all of the conversation of the call before it in its lane: messages were edited or dropped.
// Tokens are estimates.
struct Rewrite {
  const CachePair* pair = nullptr;
  int64_t tokens_before = 0, tokens_after = 0;  // of the whole conversation
  int64_t tokens_gone = 0;                      // behind what both begin with, in the call before
  int32_t message = 0;                          // the first that differs, from 0

  // It got shorter by at least so much.
  bool is_shorter_by(int64_t percent) const;
};

// Those of all lanes, in the order of the pairs, which must outlive them; pairs of calls whose context is not known are
// not judged. Linear.
std::vector<Rewrite> rewrites_of(const SessionView& session, const CacheReport& cache);

}  // namespace strobe::analyze
