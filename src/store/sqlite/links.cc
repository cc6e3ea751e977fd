#include "store/sqlite/links.h"

#include <array>
#include <map>

#include "store/sqlite/edges.h"
#include "store/sqlite/reach.h"
#include "store/sqlite/retention.h"

namespace strobe::store {

namespace {

constexpr int64_t k_rows_between_looks = 10'000;
constexpr int k_unreadable_max = 5;  // rows of one table that are named

struct Check {
  const char* what;  // "%" is the count
  const char* sql;   // counts
};

// A trace that is leaving has neither id nor session: whoever prunes next finishes it (retention.h).
constexpr Check k_checks[] = {
    {"spans without their trace",
     "SELECT count(*) FROM span s WHERE NOT EXISTS(SELECT 1 FROM trace t WHERE t.no = s.trace)"},
    {"places without their span",
     "SELECT count(*) FROM place p WHERE NOT EXISTS(SELECT 1 FROM span s WHERE s.no = p.span)"},
    {"places without their session",
     "SELECT count(*) FROM place p WHERE NOT EXISTS(SELECT 1 FROM session x WHERE x.no = p.session)"},
    {"parts without their trace",
     "SELECT count(*) FROM part p WHERE NOT EXISTS(SELECT 1 FROM trace t WHERE t.no = p.trace)"},
    {"parts without their session",
     "SELECT count(*) FROM part p WHERE NOT EXISTS(SELECT 1 FROM session x WHERE x.no = p.session)"},
    {"traces without their session",
     "SELECT count(*) FROM trace t WHERE session IS NOT NULL AND NOT EXISTS(SELECT 1 FROM session x WHERE x.no = "
     "t.session)"},
    {"traces whose count of spans is wrong",
     "SELECT count(*) FROM trace t WHERE normaliser <> 2147483647 AND "
     "spans <> (SELECT count(*) FROM span s WHERE s.trace = t.no)"},
    {"sessions that are listed but have no trace",
     "SELECT count(*) FROM session x WHERE start_ns IS NOT NULL AND NOT EXISTS(SELECT 1 FROM part p WHERE p.session = "
     "x.no)"},
    {"log records without their trace",
     "SELECT count(*) FROM log l WHERE trace IS NOT NULL AND NOT EXISTS(SELECT 1 FROM trace t WHERE t.no = l.trace)"},
    {"spans that are to be read again and are not there",
     "SELECT count(*) FROM amendment a WHERE NOT EXISTS(SELECT 1 FROM span s WHERE s.trace = a.trace AND s.span_id = "
     "a.span_id)"},
    {"messages without their content",
     "SELECT count(*) FROM message m WHERE NOT EXISTS(SELECT 1 FROM blob b WHERE b.no = m.no >> 8)"},
};
static_assert(k_normaliser_leaving == 2147483647, "as the statement above says");

class LinkCheck {
 public:
  LinkCheck(Core& core, const Progress& progress, std::vector<std::string>& problems)
      : core_(core), progress_(progress), problems_(problems) {}

  Result<void> run() {
    for (const Shared shared : k_shared) TRY_VOID(read_numbers(shared));
    for (const EdgeSource* source : {&k_span_edges, &k_log_edges, &k_point_edges, &k_part_edges, &k_session_edges}) {
      TRY_VOID(check(*source));
    }
    for (const Shared shared : k_shared) {
      if (const EdgeSource* source = edges_of(shared)) TRY_VOID(check(*source));
    }
    for (const Check& check : k_checks) {
      const int64_t count = TRY(core_.db.number(check.sql));
      if (count > 0) problems_.push_back(std::to_string(count) + " " + check.what);
      TRY_VOID(look());
    }
    return {};
  }

 private:
  Result<void> look() {
    if (progress_ && !progress_("rows", rows_, 0)) return fail(ErrorCode::timeout, "stopped");
    return {};
  }

  Result<void> read_numbers(Shared shared) {
    auto& numbers = there_[static_cast<size_t>(shared)];
    const auto last = last_number(core_, table_of(shared));
    if (!last) {
      problems_.push_back(last.error().message);
      return {};
    }
    numbers.resize(*last + 1);
    auto statement = TRY(core_.db.prepare("SELECT no FROM " + std::string(table_of(shared))));
    while (TRY(statement.step())) {
      const auto number = static_cast<uint64_t>(statement.int64(0));
      if (number < numbers.size()) numbers[number] = true;
    }
    return {};
  }

  Result<void> check(const EdgeSource& source) {
    std::map<Shared, int64_t> dangling;
    int unreadable = 0;
    auto statement = TRY(core_.db.prepare(source.select));
    const VisitEdge edge = [&](Shared shared, uint64_t number) {
      const auto& there = there_[static_cast<size_t>(shared)];
      if (number >= there.size() || !there[number]) ++dangling[shared];
    };
    while (TRY(statement.step())) {
      if (++rows_ % k_rows_between_looks == 0) TRY_VOID(look());
      const auto visited = source.visit(statement, edge);
      if (visited || ++unreadable > k_unreadable_max) continue;
      problems_.push_back("row " + std::to_string(statement.int64(0)) + " of " + std::string(source.table) + ": " +
                          visited.error().message);
    }
    if (unreadable > k_unreadable_max) {
      problems_.push_back(std::to_string(unreadable) + " rows of " + std::string(source.table) + " cannot be read");
    }
    for (const auto& [shared, count] : dangling) {
      problems_.push_back(std::to_string(count) + " references from " + std::string(source.table) + " to " +
                          std::string(table_of(shared)) + " lead nowhere");
    }
    return {};
  }

  Core& core_;
  const Progress& progress_;
  std::vector<std::string>& problems_;
  std::array<std::vector<bool>, k_shared.size()> there_;
  int64_t rows_ = 0;
};

}  // namespace

Result<void> check_links(Core& core, const Progress& progress, std::vector<std::string>& problems) {
  return LinkCheck(core, progress, problems).run();
}

}  // namespace strobe::store
