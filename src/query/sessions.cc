#include <algorithm>

#include "base/whole_number.h"
#include "query/sessions.h"
#include "store/summary.h"

namespace strobe::query {

namespace {

SessionSummary summary_of(const store::Store::SessionRow& row, TimeNs now) {
  SessionSummary summary = row.summary;
  summary.status = store::status_of(row, now);
  return summary;
}

// Far beyond what any store holds.
constexpr size_t k_age_max = size_t{1} << 40;
constexpr std::string_view k_before_age = "last~";

// "last" is 0, "last~3" is 3; nothing for other names.
Result<size_t> age_of(std::string_view name) {
  if (name == "last") return size_t{0};
  const auto age = whole_number<size_t>(name.substr(k_before_age.size()), 0, k_age_max);
  if (!age) return fail(ErrorCode::invalid, "'" + std::string(name) + "' is not last~N with a number N");
  return *age;
}

}  // namespace

Result<std::vector<SessionSummary>> list_sessions(store::Store& store, const store::SessionFilter& filter, TimeNs now) {
  const auto rows = TRY(store.sessions(filter));
  std::vector<SessionSummary> summaries;
  summaries.reserve(rows.size());
  for (const auto& row : rows) summaries.push_back(summary_of(row, now));
  return summaries;
}

Result<SessionId> resolve_session(store::Store& store, std::string_view name) {
  if (name == "last" || name.starts_with(k_before_age)) {
    const size_t age = TRY(age_of(name));
    const auto rows = TRY(store.sessions({.limit = age + 1}));
    if (rows.empty())
      return fail(ErrorCode::not_found, "the store has no sessions yet", "strobe run -- CMD records an agent");
    if (rows.size() <= age) {
      return fail(ErrorCode::not_found,
                  "there is no session " + std::string(name) + ", only " + std::to_string(rows.size()),
                  "strobe sessions lists what there is");
    }
    return rows[age].summary.id;
  }
  constexpr size_t k_candidates_max = 4;
  const auto found = TRY(store.find_sessions(name, k_candidates_max));
  if (found.empty()) {
    return fail(ErrorCode::not_found, "no session, key or trace begins with '" + std::string(name) + "'",
                "strobe sessions lists what there is");
  }
  if (found.size() == 1) return found.front();
  std::string candidates;
  for (const SessionId& id : found) candidates += (candidates.empty() ? "" : ", ") + id.hex().substr(0, 12);
  return fail(ErrorCode::invalid, "'" + std::string(name) + "' is ambiguous: " + candidates +
                                      (found.size() == k_candidates_max ? ", ..." : ""));
}

Result<SessionSummary> session_summary(store::Store& store, const SessionId& id, TimeNs now) {
  return summary_of(TRY(store.session(id)), now);
}

}  // namespace strobe::query
