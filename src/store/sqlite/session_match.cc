#include "store/sqlite/session_match.h"

#include <algorithm>

#include "store/sqlite/sessions.h"
#include "store/summary.h"

namespace strobe::store {

namespace {
constexpr size_t k_answers_max = 100'000;
}  // namespace

SessionMatch::SessionMatch(Core& core, Names& names, Sessions& sessions, const Filter& filter)
    : core_(&core),
      names_(&names),
      sessions_(&sessions),
      status_(filter.status),
      now_(filter.now),
      agent_(filter.agent),
      model_(filter.model),
      agents_(k_answers_max),
      models_(k_answers_max),
      sessions_known_(k_answers_max) {}

Result<SessionMatch> SessionMatch::make(Core& core, Names& names, Sessions& sessions, const Filter& filter,
                                        std::optional<std::vector<uint64_t>> with_text) {
  SessionMatch match(core, names, sessions, filter);
  if (filter.session) match.only_ = TRY(sessions.number_of(*filter.session)).value_or(0);
  match.with_text_ = std::move(with_text);
  return match;
}

Result<bool> SessionMatch::matches(const NamePattern& pattern, Answers& known, uint64_t name) {
  if (pattern.is_empty()) return true;
  if (const bool* answer = known.find(name)) return *answer;
  const bool answer = pattern.matches(TRY(names_->text(name)));
  known.remember(name, answer);
  return answer;
}

Result<bool> SessionMatch::session_matches(uint64_t session) {
  if (only_ && *only_ != session) return false;
  if (with_text_ && !std::ranges::binary_search(*with_text_, session)) return false;
  if (!status_) return true;
  if (const bool* answer = sessions_known_.find(session)) return *answer;
  const bool answer = TRY(find_out(session));
  sessions_known_.remember(session, answer);
  return answer;
}

Result<bool> SessionMatch::find_out(uint64_t session) {
  return status_of(TRY(sessions_->row(session)), now_) == *status_;
}

Result<bool> SessionMatch::session_and_parts_match(uint64_t session) {
  if (!TRY(session_matches(session))) return false;
  if (agent_.is_empty() && model_.is_empty()) return true;
  auto statement = TRY(core_->sql.use(Sql::part_names));
  statement->bind_all(session);
  while (TRY(statement->step())) {
    if (TRY(part_matches(static_cast<uint64_t>(statement->int64(0)), static_cast<uint64_t>(statement->int64(1)),
                         statement->text(2)))) {
      return true;
    }
  }
  return false;
}

Result<bool> SessionMatch::part_matches(uint64_t agent, uint64_t service, std::string_view models) {
  if (!TRY(agent_matches(agent != 0 ? agent : service))) return false;
  if (model_.is_empty()) return true;
  for (const uint64_t model : decode_numbers(models)) {
    if (TRY(model_matches(model))) return true;
  }
  return false;
}

}  // namespace strobe::store
