#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/database.h"
#include "store/sqlite/amend_queue.h"
#include "store/sqlite/blobs.h"
#include "store/sqlite/contexts.h"
#include "store/sqlite/core.h"
#include "store/sqlite/counters.h"
#include "store/sqlite/derived.h"
#include "store/sqlite/file_system.h"
#include "store/sqlite/names.h"
#include "store/sqlite/samples.h"
#include "store/sqlite/search.h"
#include "store/sqlite/search_index.h"
#include "store/sqlite/sequences.h"
#include "store/sqlite/session_match.h"
#include "store/sqlite/sessions.h"
#include "store/sqlite/settings.h"
#include "store/sqlite/signals.h"
#include "store/sqlite/spans.h"
#include "store/sqlite/traces.h"
#include "store/store.h"

// Inside only: others open a store through sqlite_store.h. The methods are spread over sqlite_store*.cc by what they
// are for.

namespace strobe::store {

class SqliteStore : public Store {
 public:
  SqliteStore(sqlite::Database database, OpenOptions options)
      : options_(std::move(options)), core_(std::move(database), *options_.clock) {}

  Result<void> commit(Batch& batch) override;
  Result<void> use_prices_of(int64_t day) override;
  Result<std::vector<TraceId>> dirty_traces(size_t limit) override;
  Result<std::vector<SpanFacts>> facts_of_trace(const TraceId& trace) override;
  Result<size_t> save_derived(const std::vector<DerivedTrace>& traces) override;
  Result<std::vector<SessionRow>> sessions(const SessionFilter& filter) override;
  Result<std::vector<SessionId>> find_sessions(std::string_view prefix, size_t limit) override;
  Result<SessionRow> session(const SessionId& id) override;
  Result<std::vector<StoredSpan>> spans_of_session(const SessionId& id) override;
  Result<uint64_t> session_state(const SessionId& id) override;
  Result<std::optional<StoredSpan>> span(const TraceId& trace, const SpanId& id) override;
  Result<std::unique_ptr<ReadScope>> read_scope() override;
  void set_interrupt(std::function<bool()> should_stop) override { core_.db.set_interrupt(std::move(should_stop)); }

  // sqlite_store_questions.cc
  Result<std::vector<TraceRow>> traces(const TraceFilter& filter) override;
  Result<std::vector<MetricPointRow>> metric_points(const MetricFilter& filter) override;
  Result<std::vector<StoredLog>> logs_of_trace(const TraceId& trace) override;
  Result<std::vector<StatsRow>> stats(StatsBy by, const Filter& filter) override;

  // sqlite_store_search.cc
  Result<size_t> index_some(size_t spans_max) override;
  Result<IndexState> index_state() override;
  Result<SearchAnswer> search(const SearchRequest& request) override;

  // sqlite_store_upkeep.cc
  Result<PruneReport> prune(const PruneRequest& request, const Progress& progress) override;
  Result<void> backup(const std::string& path, const Progress& progress) override;
  Result<Health> examine(Examination how, const Progress& progress) override;
  Result<std::vector<TraceId>> traces_behind(int version, size_t limit) override;
  Result<std::vector<StoredSpan>> spans_of_trace(const TraceId& trace) override;
  Result<void> replace(Batch& batch) override;

  // sqlite_store_amend.cc
  Result<std::vector<SpanToAmend>> spans_to_amend(size_t limit) override;
  Result<void> amend(Amendments& amendments) override;
  Result<std::vector<SpanId>> spans_told_of(const TraceId& trace) override;
  Result<std::vector<StoredLog>> logs_telling_of(const TraceId& trace, const SpanId& span) override;

  Result<std::string> fetch_blob(uint64_t number) override;
  Result<std::vector<uint64_t>> fetch_sequence(uint64_t number) override;
  Result<SequenceEdit> fetch_sequence_edit(uint64_t number) override;
  Result<std::string> fetch_resource(uint64_t number) override;
  Result<std::string> fetch_scope(uint64_t number) override;
  Result<std::optional<StoredContext>> context(const ContextId& id) override;
  Result<std::optional<MessageId>> message_id(uint64_t blob, ElementFormat format) override;
  Result<std::vector<Count>> counts() override;
  Result<SqlResult> query(std::string_view sql, size_t rows_max) override;
  Result<void> checkpoint() override;

 private:
  // Every use of the database begins here: what is remembered must still be true.
  Result<sqlite::Transaction> begin(sqlite::TransactionKind kind);
  // The file and its log are where they were opened. Errors: io.
  Result<void> expect_in_place();
  // All of what `write` writes, in one transaction, or nothing.
  Result<void> write_whole(const std::function<Result<void>()>& write);
  Result<void> write(Batch& batch);
  Result<void> write_content(const context::Splitter::Output& content);
  Result<void> write_again(const Batch& batch);
  Result<void> write_amendments(const Amendments& amendments);
  Result<void> read_to_amend(SpanToAmend& waiting, uint64_t trace, const TraceId& id, const SpanId& span);
  Result<int64_t> file_bytes();
  Result<void> checkpoint_all();
  Result<uint64_t> session_number(const SessionId& id);
  // What is told apart of the sessions by a filter; looks the text up in the index when there is one.
  Result<SessionMatch> match_of(const Filter& filter);
  Error cannot_write(Error error) const;
  // Forgets every remembered number.
  void forget();

  const OpenOptions options_;
  Core core_;
  Names names_{core_};
  PackedTable resources_{core_, PackedTable::k_resources};
  PackedTable scopes_{core_, PackedTable::k_scopes};
  Settings settings_{core_, names_, resources_, scopes_};
  Blobs blobs_{core_};
  Samples samples_{core_, blobs_};
  Sequences sequences_{core_, blobs_};
  Contexts contexts_{core_, blobs_, sequences_};
  Traces traces_{core_};
  Counters counters_{core_};
  AmendQueue amend_queue_{core_};
  Spans spans_{{core_, names_, settings_, samples_, blobs_, sequences_, contexts_, traces_, counters_, amend_queue_}};
  Signals signals_{{core_, names_, resources_, scopes_, blobs_, sequences_, traces_, counters_, amend_queue_}};
  Sessions sessions_{core_, names_};
  Derived derived_{core_, names_, traces_};
  SearchSource search_source_{core_, blobs_, samples_};
  SearchIndex search_index_{core_, sequences_, search_source_, counters_};
  Search search_{core_, names_, search_source_};
  // Scopes that live, and their one transaction.
  friend class SqliteReadScope;
  int read_scopes_ = 0;
  std::optional<sqlite::Transaction> scope_transaction_;
  // In what state traces were when spans_of_trace() read them, for replace(). Bounded: a trace forgotten is a conflict,
  // and read again.
  HintMap<std::map<TraceId, int64_t>> read_again_{10'000};
  FileIdentity log_;  // of the write-ahead log, which stays open as long as we are
  // For what people type; a connection of its own, which can only read. Opened at the first query.
  std::optional<sqlite::Database> typed_;
};

}  // namespace strobe::store
