#include "property/coverage_rows.h"

#include <gtest/gtest.h>

#include "codec/zstd.h"
#include "context/pack.h"
#include "export/otlp.h"
#include "otlp/otlp.h"
#include "otlp/reference_test_util.h"
#include "query/query.h"
#include "sqlite/database.h"
#include "store/sqlite/references.h"
#include "store/sqlite/sealed.h"

namespace strobe::property {

namespace {

class RowSource : public context::ReferenceSource {
 public:
  RowSource(store::Store& store, std::vector<uint64_t> numbers, Arena& arena)
      : store_(store), numbers_(std::move(numbers)), arena_(arena) {}

  Result<std::string_view> blob(uint64_t number) override {
    return arena_.copy(TRY(store_.fetch_blob(numbers_.at(number))));
  }
  Result<std::vector<std::string_view>> sequence(uint64_t number) override {
    std::vector<std::string_view> contents;
    for (const uint64_t item : TRY(store_.fetch_sequence(numbers_.at(number)))) {
      contents.push_back(arena_.copy(TRY(store_.fetch_blob(item))));
    }
    return contents;
  }

 private:
  store::Store& store_;
  const std::vector<uint64_t> numbers_;
  Arena& arena_;
};

struct Row {
  std::string record;  // unsealed
  std::vector<uint64_t> refs;
  uint64_t resource = 0;
  uint64_t scope = 0;
};

// Rows of a statement that selects: record, refs, resource, scope.
Result<std::vector<Row>> read_rows(const std::string& path, std::string_view sql) {
  sqlite::Database database = TRY(sqlite::Database::open(path, sqlite::OpenMode::read_only));
  sqlite::Statement statement = TRY(database.prepare(sql));
  codec::BlobCodec codec;
  std::vector<Row> rows;
  while (TRY(statement.step())) {
    Row row;
    row.record = TRY(store::unseal(codec, statement.blob(0)));
    if (!statement.is_null(1)) row.refs = TRY(store::read_references(statement.blob(1)));
    row.resource = static_cast<uint64_t>(statement.int64(2));
    row.scope = static_cast<uint64_t>(statement.int64(3));
    rows.push_back(std::move(row));
  }
  return rows;
}

template <typename Signal>
Result<void> read_origin(store::Store& store, const Row& row, RawBatch& batch, Signal& signal) {
  Arena& arena = *batch.arena;
  const std::string_view resource = arena.copy(TRY(store.fetch_resource(row.resource)));
  signal.resource = arena.make<RawResource>(TRY(context::unpack_resource(resource, arena)));
  const std::string_view scope = arena.copy(TRY(store.fetch_scope(row.scope)));
  signal.scope = arena.make<RawScope>(TRY(context::unpack_scope(scope, arena)));
  return {};
}

Result<reference::LogsData> read_log(store::Store& store, const Row& row) {
  RawBatch batch;
  RowSource source(store, row.refs, *batch.arena);
  RawLog log = TRY(context::unpack_log(row.record, source, context::Fetch::everything, *batch.arena));
  TRY_VOID(read_origin(store, row, batch, log));
  batch.logs.push_back(log);
  return otlp::logs_of(batch);
}

Result<reference::MetricsData> read_point(store::Store& store, const Row& row) {
  RawBatch batch;
  RawMetric metric = TRY(otlp::decode_metric(row.record, *batch.arena));
  TRY_VOID(read_origin(store, row, batch, metric));
  batch.metrics.push_back(metric);
  return otlp::metrics_of(batch);
}

template <typename Data>
std::vector<Data> read_all(const std::string& path, std::string_view sql, store::Store& store,
                           Result<Data> (*read)(store::Store&, const Row&)) {
  std::vector<Data> all;
  const auto rows = read_rows(path, sql);
  EXPECT_TRUE(rows) << rows.error().message;
  if (!rows) return all;
  for (const Row& row : *rows) {
    auto data = read(store, row);
    EXPECT_TRUE(data) << data.error().message;
    all.push_back(data ? *std::move(data) : Data());
  }
  return all;
}

}  // namespace

std::map<std::string, reference::TracesData> exported_traces(store::Store& store) {
  std::map<std::string, reference::TracesData> by_trace;
  const auto sessions = query::list_sessions(store, {}, TimeNs());
  EXPECT_TRUE(sessions) << sessions.error().message;
  if (!sessions) return by_trace;
  for (const SessionSummary& session : *sessions) {
    const auto view = query::load_session(store, session.id, query::Content::everything, TimeNs());
    EXPECT_TRUE(view) << view.error().message;
    if (!view) continue;
    reference::TracesData data;
    EXPECT_TRUE(data.ParseFromString(exporter::to_otlp_protobuf(*view)));
    const std::string trace_id = data.resource_spans(0).scope_spans(0).spans(0).trace_id();
    EXPECT_TRUE(by_trace.try_emplace(trace_id, std::move(data)).second);
  }
  return by_trace;
}

std::vector<reference::LogsData> stored_logs(const std::string& path, store::Store& store) {
  return read_all(path, "SELECT packed, refs, resource, scope FROM log ORDER BY no", store, &read_log);
}

std::vector<reference::MetricsData> stored_points(const std::string& path, store::Store& store) {
  return read_all(path, "SELECT metric, NULL, resource, scope FROM metric_point ORDER BY no", store, &read_point);
}

}  // namespace strobe::property
