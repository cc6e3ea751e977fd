#include "query/earlier.h"

#include "query/query.h"

namespace strobe::query {

namespace {

// The store finds names that hold the agent's; those that are no more than it are picked out here.
constexpr size_t k_candidates_max = 200;

}  // namespace

Result<std::vector<SessionSummary>> earlier_of(store::Store& store, const SessionSummary& session, TimeNs now) {
  std::vector<SessionSummary> earlier;
  if (session.agent.empty()) return earlier;
  store::SessionFilter filter;
  filter.filter.agent = session.agent;
  filter.filter.until = session.start;
  filter.filter.now = now;
  filter.limit = k_candidates_max;
  for (SessionSummary& candidate : TRY(list_sessions(store, filter, now))) {
    if (candidate.agent != session.agent || candidate.id == session.id || !has_ended(candidate.status)) continue;
    earlier.push_back(std::move(candidate));
    if (earlier.size() == k_earlier_max) break;
  }
  return earlier;
}

}  // namespace strobe::query
