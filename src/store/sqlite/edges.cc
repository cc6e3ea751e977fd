#include "store/sqlite/edges.h"

#include "base/bytes.h"
#include "store/sqlite/blobs.h"
#include "store/sqlite/references.h"
#include "store/sqlite/samples.h"
#include "store/sqlite/sequence_ops.h"
#include "store/sqlite/sessions.h"

namespace strobe::store {

namespace {

void visit_column(const sqlite::Statement& row, int column, Shared shared, const VisitEdge& edge) {
  const auto number = static_cast<uint64_t>(row.int64(column));
  if (number != 0) edge(shared, number);
}

void visit_names(const sqlite::Statement& row, int first, int last, const VisitEdge& edge) {
  for (int column = first; column <= last; ++column) visit_column(row, column, Shared::name, edge);
}

Result<void> visit_references(std::string_view column, const VisitEdge& edge) {
  for (const StoredReference& reference : TRY(read_reference_list(column))) {
    edge(reference.is_sequence ? Shared::sequence : Shared::blob, reference.number);
  }
  return {};
}

Result<void> visit_span(const sqlite::Statement& row, const VisitEdge& edge) {
  visit_column(row, 1, Shared::setting, edge);
  visit_names(row, 2, 5, edge);
  visit_column(row, 6, Shared::context, edge);
  TRY_VOID(visit_references(row.blob(7), edge));
  const SampleNumbers numbers = TRY(sample_numbers(row.blob(8)));
  if (numbers.sample != 0) edge(Shared::blob, numbers.sample);
  if (numbers.kin != 0) edge(Shared::blob, numbers.kin);
  return {};
}

Result<void> visit_log(const sqlite::Statement& row, const VisitEdge& edge) {
  visit_names(row, 1, 2, edge);
  visit_column(row, 3, Shared::resource, edge);
  visit_column(row, 4, Shared::scope, edge);
  return visit_references(row.blob(5), edge);
}

Result<void> visit_point(const sqlite::Statement& row, const VisitEdge& edge) {
  visit_names(row, 1, 2, edge);
  visit_column(row, 3, Shared::resource, edge);
  visit_column(row, 4, Shared::scope, edge);
  return {};
}

Result<void> visit_part(const sqlite::Statement& row, const VisitEdge& edge) {
  visit_names(row, 1, 2, edge);
  for (const uint64_t model : decode_numbers(row.text(3))) {
    if (model != 0) edge(Shared::name, model);
  }
  return {};
}

Result<void> visit_session(const sqlite::Statement& row, const VisitEdge& edge) {
  visit_names(row, 1, 2, edge);
  return {};
}

Result<void> visit_blob(const sqlite::Statement& row, const VisitEdge& edge) {
  visit_column(row, 1, Shared::blob, edge);
  if (row.is_null(2)) return {};
  for (const uint64_t target : TRY(recipe_targets(row.blob(2), static_cast<uint64_t>(row.int64(0))))) {
    edge(Shared::blob, target);
  }
  return {};
}

Result<void> visit_sequence(const sqlite::Statement& row, const VisitEdge& edge) {
  visit_column(row, 1, Shared::sequence, edge);
  for (const uint64_t literal : TRY(literals_of(row.blob(2)))) edge(Shared::blob, literal);
  return {};
}

Result<void> visit_context(const sqlite::Statement& row, const VisitEdge& edge) {
  for (int column = 1; column <= 3; ++column) visit_column(row, column, Shared::sequence, edge);
  return {};
}

Result<void> visit_setting(const sqlite::Statement& row, const VisitEdge& edge) {
  visit_column(row, 1, Shared::resource, edge);
  visit_column(row, 2, Shared::scope, edge);
  visit_names(row, 3, 11, edge);
  return {};
}

constexpr EdgeSource k_blob_edges{"blob", "SELECT no, base, recipe FROM blob", visit_blob};
constexpr EdgeSource k_sequence_edges{"sequence", "SELECT no, base, ops FROM sequence", visit_sequence};
constexpr EdgeSource k_context_edges{"context", "SELECT no, input, system, tools FROM context", visit_context};
constexpr EdgeSource k_setting_edges{
    "setting",
    "SELECT no, resource, scope, service, scope_name, dialect, namespace, run_id, agent, "
    "model, provider, usage_rule FROM setting",
    visit_setting};

}  // namespace

constexpr EdgeSource k_span_edges{
    "span", "SELECT no, setting, name, tool_name, session_key, error_type, context, refs, packed FROM span",
    visit_span};
constexpr EdgeSource k_log_edges{"log", "SELECT no, event_name, service, resource, scope, refs FROM log", visit_log};
constexpr EdgeSource k_point_edges{"metric_point", "SELECT no, name, service, resource, scope FROM metric_point",
                                   visit_point};
constexpr EdgeSource k_part_edges{"part", "SELECT trace, agent, service, models FROM part", visit_part};
constexpr EdgeSource k_session_edges{"session", "SELECT no, namespace, key FROM session", visit_session};

std::string_view table_of(Shared shared) {
  switch (shared) {
    case Shared::blob: return "blob";
    case Shared::sequence: return "sequence";
    case Shared::context: return "context";
    case Shared::setting: return "setting";
    case Shared::resource: return "resource";
    case Shared::scope: return "scope";
    case Shared::name: break;
  }
  return "name";
}

const EdgeSource* edges_of(Shared shared) {
  switch (shared) {
    case Shared::blob: return &k_blob_edges;
    case Shared::sequence: return &k_sequence_edges;
    case Shared::context: return &k_context_edges;
    case Shared::setting: return &k_setting_edges;
    default: return nullptr;
  }
}

Result<void> visit_edges(sqlite::Database& database, const EdgeSource& source, std::string_view where,
                         int64_t parameter, const VisitEdge& edge) {
  auto statement = TRY(database.prepare(std::string(source.select) + " " + std::string(where)));
  if (statement.parameter_count() > 0) statement.bind(1, parameter);
  while (TRY(statement.step())) TRY_VOID(source.visit(statement, edge));
  return {};
}

}  // namespace strobe::store
