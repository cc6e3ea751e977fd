#include <algorithm>
#include <string>

#include "store/sqlite/prune.h"

// How rows go, slice by slice.

namespace strobe::store {

using sqlite::TransactionKind;

namespace {

constexpr int k_sweeps_max = 8;  // others may remove rows between our slices; then everything is marked again
constexpr int64_t k_pages_per_slice = 2000;
// Those that refer before those they refer to: reach.h.
constexpr std::array k_sweep_order = {Shared::context,  Shared::sequence, Shared::blob, Shared::setting,
                                      Shared::resource, Shared::scope,    Shared::name};

Result<std::vector<uint64_t>> numbers_of(sqlite::Statement& statement) {
  std::vector<uint64_t> numbers;
  while (TRY(statement.step())) numbers.push_back(static_cast<uint64_t>(statement.int64(0)));
  statement.reset();
  return numbers;
}

}  // namespace

Result<int64_t> Prune::erase_numbers(std::string_view table, const std::vector<uint64_t>& numbers) {
  const std::string_view key = table == "place" ? "span" : "no";
  auto statement = TRY(core_.db.prepare("DELETE FROM " + std::string(table) + " WHERE " + std::string(key) + " = ?1"));
  int64_t erased = 0;
  for (const uint64_t number : numbers) {
    statement.bind_all(number);
    TRY_VOID(statement.run());
    erased += core_.db.changes();
  }
  return erased;
}

// Also those of a run that was killed.
Result<void> Prune::erase_leaving() {
  std::vector<uint64_t> traces;
  {
    const auto snapshot = TRY(tools_.begin(TransactionKind::read));
    auto statement = TRY(core_.db.prepare("SELECT no FROM trace WHERE normaliser = ?1 ORDER BY no"));
    statement.bind_all(k_normaliser_leaving);
    traces = TRY(numbers_of(statement));
  }
  if (!traces.empty() && !stopped_) {
    TRY_VOID(erase_spans(traces));
    TRY_VOID(erase_logs(traces));
    TRY_VOID(erase_traces(traces));
  }
  if (stopped_) return {};
  // Spans of a trace that somebody else is still erasing name their sessions.
  return slice([&]() -> Result<void> {
    auto statement = TRY(core_.db.prepare(
        "DELETE FROM session WHERE start_ns IS NULL AND NOT EXISTS(SELECT 1 FROM part WHERE part.session = session.no) "
        "AND no NOT IN (SELECT session FROM trace WHERE session IS NOT NULL) AND no NOT IN (SELECT session FROM "
        "place)"));
    return statement.run();
  });
}

Result<void> Prune::erase_spans(const std::vector<uint64_t>& traces) {
  // The trace is looked at again in each slice: somebody else who prunes may have finished it, and its number may be
  // another trace's by now.
  constexpr const char* k_spans =
      "SELECT s.no FROM span s JOIN trace t ON t.no = s.trace WHERE s.trace = ?1 AND t.normaliser = ?2 LIMIT ?3";
  for (size_t at = 0; at < traces.size() && !stopped_;) {
    int64_t erased = 0;
    auto done = slice([&]() -> Result<void> {
      auto select = TRY(core_.db.prepare(k_spans));
      size_t rows_left = request_.rows_per_slice;
      while (at < traces.size() && rows_left > 0) {
        select.bind_all(traces[at], k_normaliser_leaving, rows_left);
        const auto numbers = TRY(numbers_of(select));
        TRY_VOID(erase_numbers("place", numbers));
        erased += TRY(erase_numbers("span", numbers));
        if (numbers.size() < rows_left) ++at;
        rows_left -= numbers.size();
      }
      return {};
    });
    TRY_VOID(done);
    report_.spans += erased;
    TRY_VOID(tell("traces", static_cast<int64_t>(at), static_cast<int64_t>(traces.size())));
  }
  return {};
}

// No log can have come since: the traces have no id any more by which one could name them.
Result<void> Prune::erase_logs(const std::vector<uint64_t>& traces) {
  std::vector<uint64_t> logs;
  {
    const auto snapshot = TRY(tools_.begin(TransactionKind::read));
    const std::unordered_set<uint64_t> leaving(traces.begin(), traces.end());
    auto statement = TRY(core_.db.prepare("SELECT no, trace FROM log WHERE trace IS NOT NULL ORDER BY no"));
    while (TRY(statement.step())) {
      if (leaving.contains(static_cast<uint64_t>(statement.int64(1))))
        logs.push_back(static_cast<uint64_t>(statement.int64(0)));
    }
  }
  for (size_t first = 0; first < logs.size() && !stopped_; first += request_.rows_per_slice) {
    int64_t erased = 0;
    auto done = slice([&]() -> Result<void> {
      auto statement =
          TRY(core_.db.prepare("DELETE FROM log WHERE no = ?1 AND EXISTS(SELECT 1 FROM trace t WHERE t.no = log.trace "
                               "AND t.normaliser = ?2)"));
      for (size_t i = first; i < std::min(logs.size(), first + request_.rows_per_slice); ++i) {
        statement.bind_all(logs[i], k_normaliser_leaving);
        TRY_VOID(statement.run());
        erased += core_.db.changes();
      }
      return {};
    });
    TRY_VOID(done);
    report_.logs += erased;
    TRY_VOID(tell("logs", static_cast<int64_t>(first), static_cast<int64_t>(logs.size())));
  }
  return {};
}

Result<void> Prune::erase_traces(const std::vector<uint64_t>& traces) {
  for (size_t first = 0; first < traces.size() && !stopped_; first += request_.rows_per_slice) {
    auto done = slice([&]() -> Result<void> {
      auto statement =
          TRY(core_.db.prepare("DELETE FROM trace WHERE no = ?1 AND normaliser = ?2 AND NOT EXISTS(SELECT 1 FROM span "
                               "WHERE trace = trace.no)"));
      // Detaching took them already; a part that somebody derived meanwhile from what was read before must not stay.
      auto parts = TRY(core_.db.prepare("DELETE FROM part WHERE trace = ?1"));
      for (size_t i = first; i < std::min(traces.size(), first + request_.rows_per_slice); ++i) {
        statement.bind_all(traces[i], k_normaliser_leaving);
        TRY_VOID(statement.run());
        if (core_.db.changes() == 0) continue;
        parts.bind_all(traces[i]);
        TRY_VOID(parts.run());
      }
      return {};
    });
    TRY_VOID(done);
  }
  return {};
}

Result<void> Prune::erase_orphans() {
  constexpr const char* k_hide = R"sql(
UPDATE session SET start_ns =
  (SELECT min(p.start_ns) FROM part p WHERE p.session = session.no AND EXISTS(SELECT 1 FROM trace t WHERE t.no = p.trace))
WHERE start_ns IS NOT NULL AND (NOT EXISTS(SELECT 1 FROM part p WHERE p.session = session.no)
  OR no IN (SELECT p.session FROM part p WHERE NOT EXISTS(SELECT 1 FROM trace t WHERE t.no = p.trace)))
)sql";
  // Without parts and start, sessions go with those that leave.
  return slice([&]() -> Result<void> {
    TRY_VOID(core_.db.execute(k_hide));
    return core_.db.execute("DELETE FROM part WHERE NOT EXISTS(SELECT 1 FROM trace t WHERE t.no = part.trace)");
  });
}

Result<void> Prune::erase_in_slices(const char* sql, int64_t parameter, int64_t& count) {
  for (bool more = true; more && !stopped_;) {
    int64_t erased = 0;
    auto done = slice([&]() -> Result<void> {
      auto statement = TRY(core_.db.prepare(sql));
      statement.bind_all(parameter, request_.rows_per_slice);
      TRY_VOID(statement.run());
      erased = core_.db.changes();
      return {};
    });
    TRY_VOID(done);
    count += erased;
    more = erased > 0;
    TRY_VOID(tell("records", count, 0));
  }
  return {};
}

Result<void> Prune::erase_older(TimeNs limit) {
  TRY_VOID(
      erase_in_slices("DELETE FROM log WHERE no IN (SELECT no FROM log WHERE time_ns < ?1 AND trace IS NULL LIMIT ?2)",
                      limit.ns, report_.logs));
  return erase_in_slices(
      "DELETE FROM metric_point WHERE no IN (SELECT no FROM metric_point WHERE time_ns < ?1 LIMIT ?2)", limit.ns,
      report_.metric_points);
}

Result<void> Prune::look(int64_t spans) {
  TRY_VOID(tell("spans looked at", spans, 0));
  if (stopped_) return fail(ErrorCode::timeout, "stopped");
  return {};
}

Result<void> Prune::sweep() {
  for (int round = 0; round < k_sweeps_max; ++round) {
    if (stopped_) return {};
    const auto swept = sweep_once();
    if (!swept && stopped_) return {};
    TRY_VOID(swept);
    if (*swept) return {};
  }
  return fail(ErrorCode::unavailable, "somebody else prunes this store at the same time");
}

Result<bool> Prune::sweep_once() {
  std::array<Reach::Numbers, k_shared.size()> dead;
  int64_t total = 0;
  {
    const auto snapshot = TRY(tools_.begin(TransactionKind::read));
    TRY_VOID(reach_.mark({}, [&](int64_t spans) { return look(spans); }));
    for (const Shared shared : k_sweep_order) {
      dead[static_cast<size_t>(shared)] = TRY(reach_.dead(shared));
      total += static_cast<int64_t>(dead[static_cast<size_t>(shared)].size());
    }
  }
  int64_t left = total;
  for (const Shared shared : k_sweep_order) {
    Reach::Numbers& numbers = dead[static_cast<size_t>(shared)];
    while (!numbers.empty() && !stopped_) {
      left -= static_cast<int64_t>(std::min(numbers.size(), request_.rows_per_slice));
      if (!TRY(sweep_slice(shared, numbers))) return false;
      TRY_VOID(tell("contents", total - left, total));
    }
  }
  return true;
}

Result<bool> Prune::sweep_slice(Shared shared, Reach::Numbers& dead) {
  bool valid = true;
  int64_t erased = 0;
  auto done = slice([&]() -> Result<void> {
    valid = TRY(reach_.catch_up());
    if (!valid) return {};
    std::vector<uint64_t> numbers;  // the highest first
    while (!dead.empty() && numbers.size() < request_.rows_per_slice) {
      if (!reach_.is_live(shared, dead.back())) numbers.push_back(dead.back());
      dead.pop_back();
    }
    erased = TRY(erase_numbers(table_of(shared), numbers));
    if (shared != Shared::blob) return {};
    auto messages = TRY(core_.db.prepare("DELETE FROM message WHERE no BETWEEN ?1 AND ?2"));
    for (const uint64_t blob : numbers) {
      messages.bind_all(blob << 8, blob << 8 | 255);
      TRY_VOID(messages.run());
    }
    return {};
  });
  TRY_VOID(done);
  if (shared == Shared::blob) report_.blobs += erased;
  if (shared == Shared::context) report_.contexts += erased;
  return valid;
}

Result<void> Prune::give_back() {
  const std::string vacuum = "PRAGMA incremental_vacuum(" + std::to_string(k_pages_per_slice) + ")";
  int64_t free = TRY(core_.db.number("PRAGMA freelist_count"));
  const int64_t total = free;
  while (free > 0 && !stopped_) {
    TRY_VOID(core_.db.execute(vacuum.c_str()));
    const int64_t now_free = TRY(core_.db.number("PRAGMA freelist_count"));
    if (now_free >= free) break;
    free = now_free;
    TRY_VOID(tell("free pages", total - free, total));
  }
  return tools_.checkpoint();
}

}  // namespace strobe::store
