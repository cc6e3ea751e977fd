#include "scenario.h"

#include <algorithm>
#include <filesystem>

#include "dialect/dialect.h"
#include "ingest/pipeline.h"
#include "ingest/stages.h"
#include "otlp/otlp.h"
#include "property/upkeep_support.h"
#include "query/query.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::faults {

namespace {
constexpr int k_traces = 4;
constexpr int k_turns = 2;
constexpr size_t k_sessions_kept = 2;
constexpr TimeNs k_long_after{1'900'000'000'000'000'000};
constexpr size_t k_derived_at_once = 2;
constexpr size_t k_indexed_at_once = 3;

// A share of a list: what request `number` of `count` takes.
template <typename Record>
std::vector<Record> share(const std::vector<Record>& all, size_t number, size_t count) {
  const auto at = [&](size_t n) { return all.begin() + static_cast<ptrdiff_t>(all.size() * n / count); };
  return {at(number), at(number + 1)};
}
}  // namespace

Requests::Requests() : sample_(property::told_sample(property::Telling::mixed, k_traces, k_turns)) {}

RawBatch Requests::request(size_t number) const {
  const std::string metric = R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[)"
                             R"({"timeUnixNano":")" +
                             std::to_string(1000 + number) + R"(","asInt":"3"}]}}]}]}]})";
  auto batch = otlp::decode_json(otlp::Signal::metrics, std::make_shared<const std::string>(metric)).value();
  batch.spans = share(sample_.spans, number, k_requests);
  batch.logs = share(sample_.logs, number, k_requests);
  return batch;
}

std::string everything_in(store::Store& store) {
  std::string text;
  for (const auto& [id, shown] : property::shown_by_session(store)) text += id.hex() + shown + "\n";
  for (const char* table : {"span", "log", "metric_point", "session", "context"}) {
    text += std::string(table) + " " + std::to_string(property::rows_of(store, table)) + "\n";
  }
  return text;
}

Scenario::Scenario(const Requests& requests, std::string folder) : requests_(requests), folder_(std::move(folder)) {
  auto send_next = [this, number = size_t{0}]() mutable {
    add("send " + std::to_string(number), [this, number] { return send(number); });
    ++number;
  };
  add("open", [this] { return open(); });
  for (int i = 0; i < 3; ++i) send_next();
  add("derive", [this] { return settle(); });
  add("index", [this] { return index(); });
  for (int i = 0; i < 3; ++i) send_next();
  add("derive", [this] { return settle(); });
  add("ask", [this] { return ask(); });
  add("backup", [this] { return backup(); });
  add("prune", [this] { return prune(); });
  add("index", [this] { return index(); });
  add("checkpoint", [this] { return store_->checkpoint(); });
  send_next();
  add("reopen", [this] {
    end_process();
    return open();
  });
  send_next();
  add("derive", [this] { return settle(); });
  add("index", [this] { return index(); });
  add("ask", [this] { return ask(); });
  add("checkpoint", [this] { return store_->checkpoint(); });
}

void Scenario::end_process() {
  store_.reset();
  splitter_.reset();
}

Result<void> Scenario::open() {
  splitter_ =
      std::make_unique<context::Splitter>(context::SplitOptions{.parser = dialect::parse_element, .verify = true});
  store_ = TRY(store::open_sqlite({.path = path(), .clock = &clock_}));
  return {};
}

// As the pipeline does it.
Result<void> Scenario::send(size_t number) {
  RawBatch raw = requests_.request(number);
  const auto try_commit = [&]() -> Result<void> {
    store::Batch batch{.normaliser_version = dialect::k_normaliser_version};
    (void)ingest::prepare(raw, *splitter_, batch);
    batch.content = splitter_->take_output();
    return store_->commit(batch);
  };
  Result<void> done = try_commit();
  if (!done && done.error().code == ErrorCode::conflict) {
    splitter_->forget();
    done = try_commit();
  }
  if (!done) {
    splitter_->forget();
    (void)splitter_->take_output();
    return done;
  }
  acknowledged_.push_back(number);
  return {};
}

Result<void> Scenario::settle() {
  while (TRY(ingest::derive_dirty_traces(*store_, k_derived_at_once, *splitter_)) > 0) continue;
  return {};
}

Result<void> Scenario::index() {
  while (TRY(store_->index_some(k_indexed_at_once)) > 0) continue;
  return {};
}

Result<void> Scenario::ask() {
  const auto summaries = TRY(query::list_sessions(*store_, {}, k_long_after));
  for (const SessionSummary& summary : summaries) {
    TRY(query::load_session(*store_, summary.id, query::Content::everything, k_long_after));
  }
  TRY(store_->search({.text = "question"}));
  TRY(store_->query("SELECT count(*) FROM spans", 1));
  return {};
}

Result<void> Scenario::backup() {
  const std::string copy = folder_ + "/copy.db";
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(copy + suffix);
  return store_->backup(copy, {});
}

Result<void> Scenario::prune() {
  was_pruned_ = true;
  TRY(store_->prune({.sessions_max = k_sessions_kept, .now = k_long_after, .rows_per_slice = 20}, {}));
  return {};
}

std::string Scenario::lost() {
  std::string lines;
  const auto expect_one = [&](const std::string& what, const std::string& sql) {
    const auto rows = store_->query(sql, 1);
    const std::string count = rows ? rows->rows[0][0].value_or("null") : rows.error().message;
    if (count != "1" && !(was_pruned_ && count == "0")) lines += what + " is there " + count + " times\n";
  };
  for (const size_t number : acknowledged_) {
    const RawBatch batch = requests_.request(number);
    for (const RawSpan& span : batch.spans) {
      const std::string id = SpanId::from_bytes(span.span_id)->hex();
      expect_one("span " + id, "SELECT count(*) FROM spans WHERE span_id = '" + id + "' AND trace_id = '" +
                                   TraceId::from_bytes(span.trace_id)->hex() + "'");
    }
    expect_one("the point of request " + std::to_string(number),
               "SELECT count(*) FROM metric_point WHERE time_ns = " + std::to_string(1000 + number));
  }
  return lines;
}

}  // namespace strobe::faults
