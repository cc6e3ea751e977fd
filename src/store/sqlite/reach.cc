#include "store/sqlite/reach.h"

#include <string>

namespace strobe::store {

namespace {
constexpr uint64_t k_numbers_max = uint64_t{1} << 33;
constexpr int64_t k_spans_between_looks = 4096;

size_t index_of(Shared shared) { return static_cast<size_t>(shared); }
}  // namespace

Result<uint64_t> last_number(Core& core, std::string_view table) {
  const std::string sql = "SELECT max(no) FROM " + std::string(table);
  const auto number = static_cast<uint64_t>(TRY(core.db.number(sql.c_str())));
  if (number > k_numbers_max)
    return fail(ErrorCode::corrupt, "a row of " + std::string(table) + " has an impossible number");
  return number;
}

Result<Reach::Last> Reach::last_numbers() {
  Last last;
  last.span = TRY(last_number(core_, "span"));
  last.log = TRY(last_number(core_, "log"));
  last.point = TRY(last_number(core_, "metric_point"));
  for (const Shared shared : k_shared) last.shared[index_of(shared)] = TRY(last_number(core_, table_of(shared)));
  return last;
}

Result<void> Reach::measure() {
  last_ = TRY(last_numbers());
  for (const Shared shared : k_shared) {
    auto& bits = live_[index_of(shared)];
    bits.resize(std::max<size_t>(bits.size(), last_.shared[index_of(shared)] + 1));
  }
  data_version_ = static_cast<int64_t>(TRY(first_number(core_.sql, Sql::data_version)));
  return {};
}

void Reach::reach(Shared shared, uint64_t number) {
  auto& bits = live_[index_of(shared)];
  // What is beyond the highest number is not there: a dangling reference keeps nothing alive.
  if (number >= bits.size() || bits[number]) return;
  bits[number] = true;
  if (edges_of(shared) != nullptr) open_.emplace_back(shared, number);
}

bool Reach::is_live(Shared shared, uint64_t number) const {
  const auto& bits = live_[index_of(shared)];
  return number < bits.size() && bits[number];
}

Result<void> Reach::settle() {
  std::array<std::optional<sqlite::Statement>, k_shared.size()> statements;
  const VisitEdge edge = [this](Shared to, uint64_t target) { reach(to, target); };
  while (!open_.empty()) {
    const auto [shared, number] = open_.back();
    open_.pop_back();
    const EdgeSource& source = *edges_of(shared);
    auto& statement = statements[index_of(shared)];
    if (!statement) statement.emplace(TRY(core_.db.prepare(std::string(source.select) + " WHERE no = ?1")));
    statement->bind_all(number);
    if (TRY(statement->step())) TRY_VOID(source.visit(*statement, edge));
    statement->reset();
  }
  return {};
}

Result<void> Reach::visit(const EdgeSource& source, std::string_view where, int64_t parameter) {
  TRY_VOID(visit_edges(core_.db, source, where, parameter, [this](Shared to, uint64_t target) { reach(to, target); }));
  return settle();
}

Result<void> Reach::visit_spans(const std::unordered_set<uint64_t>& without, const Look& look) {
  int64_t spans = 0;
  auto traces = TRY(core_.db.prepare("SELECT no, changes FROM trace"));
  while (TRY(traces.step())) {
    const auto number = static_cast<uint64_t>(traces.int64(0));
    changes_.emplace(number, traces.int64(1));
  }
  traces.reset();
  auto numbers = TRY(core_.db.prepare("SELECT trace FROM span WHERE no = ?1"));
  auto statement = TRY(core_.db.prepare(std::string(k_span_edges.select) + " ORDER BY no"));
  const VisitEdge edge = [this](Shared to, uint64_t target) { reach(to, target); };
  while (TRY(statement.step())) {
    if (spans++ % k_spans_between_looks == 0) {
      TRY_VOID(look(spans));
      TRY_VOID(settle());
    }
    if (!without.empty()) {
      numbers.bind_all(statement.int64(0));
      const bool leaves = TRY(numbers.step()) && without.contains(static_cast<uint64_t>(numbers.int64(0)));
      numbers.reset();
      if (leaves) continue;
    }
    TRY_VOID(k_span_edges.visit(statement, edge));
  }
  return settle();
}

Result<void> Reach::visit_logs(const std::unordered_set<uint64_t>& without) {
  if (without.empty()) return visit(k_log_edges, "", 0);
  auto logs = TRY(core_.db.prepare("SELECT no, trace FROM log"));
  auto statement = TRY(core_.db.prepare(std::string(k_log_edges.select) + " WHERE no = ?1"));
  const VisitEdge edge = [this](Shared to, uint64_t target) { reach(to, target); };
  while (TRY(logs.step())) {
    if (!logs.is_null(1) && without.contains(static_cast<uint64_t>(logs.int64(1)))) continue;
    statement.bind_all(logs.int64(0));
    if (TRY(statement.step())) TRY_VOID(k_log_edges.visit(statement, edge));
    statement.reset();
  }
  return settle();
}

Result<void> Reach::mark(const std::unordered_set<uint64_t>& without, const Look& look) {
  for (auto& bits : live_) bits.clear();
  open_.clear();
  changes_.clear();
  TRY_VOID(measure());
  epoch_ = core_.epoch;
  live_[index_of(Shared::name)][0] = true;  // the empty string
  TRY_VOID(visit_spans(without, look));
  TRY_VOID(visit_logs(without));
  TRY_VOID(visit(k_point_edges, "", 0));
  TRY_VOID(visit(k_part_edges, "", 0));
  return visit(k_session_edges, "", 0);
}

Result<Reach::Numbers> Reach::dead(Shared shared) {
  auto statement = TRY(core_.db.prepare("SELECT no FROM " + std::string(table_of(shared)) + " ORDER BY no"));
  Numbers numbers;
  while (TRY(statement.step())) {
    const auto number = static_cast<uint64_t>(statement.int64(0));
    if (!is_live(shared, number)) numbers.push_back(number);
  }
  return numbers;
}

Result<void> Reach::reach_new_shared(const Last& before) {
  for (const Shared shared : k_shared) {
    auto statement = TRY(core_.db.prepare("SELECT no FROM " + std::string(table_of(shared)) + " WHERE no > ?1"));
    statement.bind_all(before.shared[index_of(shared)]);
    while (TRY(statement.step())) reach(shared, static_cast<uint64_t>(statement.int64(0)));
  }
  return settle();
}

Result<void> Reach::visit_changed_traces() {
  auto statement = TRY(core_.db.prepare("SELECT no, changes FROM trace"));
  Numbers changed;
  while (TRY(statement.step())) {
    const auto [known, is_new] = changes_.try_emplace(static_cast<uint64_t>(statement.int64(0)), statement.int64(1));
    if (!is_new && known->second == statement.int64(1)) continue;
    known->second = statement.int64(1);
    changed.push_back(known->first);
  }
  statement.reset();
  for (const uint64_t trace : changed) TRY_VOID(visit(k_span_edges, "WHERE trace = ?1", static_cast<int64_t>(trace)));
  return {};
}

Result<bool> Reach::catch_up() {
  if (core_.epoch != epoch_) return false;
  if (static_cast<int64_t>(TRY(first_number(core_.sql, Sql::data_version))) == data_version_) return true;
  const Last before = last_;
  TRY_VOID(measure());
  TRY_VOID(reach_new_shared(before));
  TRY_VOID(visit(k_span_edges, "WHERE no > ?1", static_cast<int64_t>(before.span)));
  TRY_VOID(visit(k_log_edges, "WHERE no > ?1", static_cast<int64_t>(before.log)));
  TRY_VOID(visit(k_point_edges, "WHERE no > ?1", static_cast<int64_t>(before.point)));
  TRY_VOID(visit_changed_traces());
  TRY_VOID(visit(k_part_edges, "", 0));
  TRY_VOID(visit(k_session_edges, "", 0));
  return true;
}

Result<void> Reach::note_end(uint64_t epoch) {
  epoch_ = epoch;
  last_ = TRY(last_numbers());
  return {};
}

}  // namespace strobe::store
