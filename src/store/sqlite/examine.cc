#include "store/sqlite/examine.h"

#include <map>
#include <ranges>
#include <string>
#include <string_view>

#include "store/sqlite/links.h"
#include "store/sqlite/retention.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/session_sizes.h"

namespace strobe::store {

namespace {

constexpr int k_problems_max = 100;  // lines of SQLite's own check

struct Group {
  std::string_view table;
  std::string_view name;  // what users call it
  bool counted = false;   // its rows are what the name says
};
// In the order they are shown. What is not named here belongs to the index when it begins with "search", else to the
// rest.
constexpr Group k_groups[] = {
    {"session", "sessions", true},
    {"part", "sessions"},
    {"trace", "traces", true},
    {"span", "spans", true},
    {"place", "spans"},
    {"amendment", "spans"},
    {"blob", "contents", true},
    {"message", "messages", true},
    {"context", "contexts", true},
    {"sequence", "contexts"},
    {"log", "log records", true},
    {"metric_point", "metric points", true},
    {"name", "names and origins", true},
    {"setting", "names and origins"},
    {"resource", "names and origins"},
    {"scope", "names and origins"},
};
constexpr std::string_view k_index = "text index";
constexpr std::string_view k_rest = "the rest";

std::string_view group_of(std::string_view table) {
  for (const Group& group : k_groups) {
    if (group.table == table) return group.name;
  }
  return table.starts_with("search") ? k_index : k_rest;
}

// Every page of the file, by the table whose rows or index entries it holds.
Result<std::map<std::string, int64_t, std::less<>>> bytes_by_group(Core& core) {
  std::map<std::string, int64_t, std::less<>> bytes;
  auto statement = TRY(core.db.prepare(
      "SELECT coalesce(s.tbl_name, d.name), sum(d.pgsize) FROM dbstat d LEFT JOIN sqlite_schema s ON s.name = d.name "
      "WHERE d.aggregate = TRUE GROUP BY 1"));
  while (TRY(statement.step())) bytes[std::string(group_of(statement.text(0)))] += statement.int64(1);
  return bytes;
}

Result<void> add_tables(Core& core, Health& health) {
  auto bytes = TRY(bytes_by_group(core));
  for (const Group& group : k_groups) {
    if (!group.counted) continue;
    const std::string sql = "SELECT count(*) FROM " + std::string(group.table);
    const int64_t rows = TRY(core.db.number(sql.c_str()));
    health.tables.push_back({std::string(group.name), rows, bytes[std::string(group.name)]});
  }
  for (const std::string_view name : {k_index, k_rest}) {
    if (const int64_t of_it = bytes[std::string(name)]) health.tables.push_back({std::string(name), 0, of_it});
  }
  return {};
}

Result<void> add_integrity(Core& core, Examination how, Health& health) {
  const std::string pragma = how == Examination::quick ? "quick_check" : "integrity_check";
  auto statement = TRY(core.db.prepare("PRAGMA " + pragma + "(" + std::to_string(k_problems_max) + ")"));
  while (TRY(statement.step())) {
    // Damaged pages come as one row of several lines, below a title.
    for (const auto line : std::views::split(statement.text(0), '\n')) {
      const std::string_view problem(line);
      if (problem != "ok" && !problem.starts_with("***")) health.problems.emplace_back(problem);
    }
  }
  return {};
}

Result<void> add_normalisers(Core& core, Health& health) {
  auto statement =
      TRY(core.db.prepare("SELECT normaliser, count(*) FROM trace WHERE spans > 0 AND normaliser <> ?1 GROUP BY "
                          "normaliser ORDER BY normaliser"));
  statement.bind_all(k_normaliser_leaving);
  while (TRY(statement.step())) {
    health.traces_by_normaliser.emplace_back(static_cast<int>(statement.int64(0)), statement.int64(1));
  }
  return {};
}

Result<void> add_sizes(Core& core, const Progress& progress, Health& health) {
  health.largest_sessions = TRY(largest_sessions(core, k_largest_sessions_max, progress));
  return {};
}

// A damaged file is what the examination is for: that a part of it cannot be read is a finding.
Result<void> as_finding(Result<void> looked, std::string_view finding, Health& health) {
  if (looked || looked.error().code != ErrorCode::corrupt) return looked;
  health.problems.push_back(std::string(finding) + ": " + looked.error().message);
  return {};
}

}  // namespace

Result<Health> examine_file(Core& core, Examination how, const Progress& progress) {
  Health health;
  health.schema_version = TRY(core.db.number("PRAGMA user_version"));
  health.canonical_version = TRY(core.db.number("SELECT value FROM meta WHERE name = 'canonical_version'"));
  health.sqlite_version = TRY(core.db.text("SELECT sqlite_version()"));
  const int64_t page_bytes = TRY(core.db.number("PRAGMA page_size"));
  health.free_bytes = TRY(core.db.number("PRAGMA freelist_count")) * page_bytes;
  TRY_VOID(as_finding(add_integrity(core, how, health), "not all of the file can be read", health));
  TRY_VOID(as_finding(check_links(core, progress, health.problems), "not every reference could be followed", health));
  TRY_VOID(as_finding(add_tables(core, health), "not every row could be counted", health));
  TRY_VOID(as_finding(add_normalisers(core, health), "not every trace can be read", health));
  if (how == Examination::full) TRY_VOID(as_finding(add_sizes(core, progress, health), "a session", health));
  return health;
}

}  // namespace strobe::store
