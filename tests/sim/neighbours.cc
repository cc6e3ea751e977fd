#include "sim/neighbours.h"

#include <iterator>

#include "dialect/dialect.h"
#include "ingest/pipeline.h"
#include "ingest/stages.h"
#include "sim/request_body.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::sim {

namespace {
constexpr int k_importing_teller = 100;
}  // namespace

Neighbours::Neighbours(Place place) : place_(std::move(place)), random_(place_.world.random().fork()) {
  if (random_.chance(60)) {
    for (Request& request : tell_story(random_.fork(), k_importing_teller)) {
      if (!request.is_unreadable) story_.push_back(std::move(request));
    }
  }
  for (size_t i = 0; i < story_.size(); ++i) to_import_.push_back(i);
}

void Neighbours::start() {
  ++life_;
  place_.world.after(random_.wait(10ms, 3s), [this, life = life_] {
    if (life == life_) next();
  });
}

void Neighbours::crash() {
  ++life_;
  long_scope_.reset();
  long_reader_.reset();
  reader_.reset();
  writer_.reset();
  splitter_.reset();
}

void Neighbours::next() {
  const uint64_t damages = place_.weather.damages();
  const uint64_t life = life_;
  const uint64_t choice = random_.below(10);
  if (choice < 4 || is_calm_) {
    finish("import", import_one(), damages);
  } else if (!place_.has_started()) {
    finish("wait", {}, damages);  // there may be no store to read yet
  } else if (choice == 4) {
    finish("prune", prune(), damages);
  } else if (choice == 5) {
    finish("long read", read_for_long(), damages);
  } else {
    finish("question", ask(), damages);
  }
  if (is_calm_) long_scope_.reset();
  if (life != life_ || (is_calm_ && is_done())) return;
  place_.world.after(random_.wait(5ms, 2s), [this, life] {
    if (life == life_) next();
  });
}

void Neighbours::finish(const char* what, const Result<void>& result, uint64_t damages) {
  place_.world.note(std::string(what) + (result ? " is done" : " failed"));
  if (place_.weather.is_dead()) return place_.on_death();
  if (result || place_.weather.damages() != damages) return;
  place_.world.broken(std::string(what) + " failed though the disk was well: " + result.error().message);
}

Result<store::Store*> Neighbours::writer() {
  if (!writer_) {
    writer_ = TRY(store::open_sqlite({.path = place_.path, .clock = &place_.world}));
    splitter_ = std::make_unique<context::Splitter>(context::SplitOptions{.parser = dialect::parse_element});
  }
  return writer_.get();
}

Result<store::Store*> Neighbours::reader() {
  if (!reader_) {
    reader_ =
        TRY(store::open_sqlite({.path = place_.path, .mode = store::OpenMode::read_only, .clock = &place_.world}));
  }
  return reader_.get();
}

// As `strobe import` does: without the pipeline, one commit, then the sessions.
Result<void> Neighbours::import_one() {
  if (to_import_.empty()) return {};
  const Request& request = story_[to_import_.front()];
  for (const Record& record : request.records) place_.model.sent(record);
  store::Store* store = TRY(writer());
  const auto commit = [&]() -> Result<void> {
    RawBatch decoded = TRY(sim::decoded(request));
    store::Batch batch{.normaliser_version = dialect::k_normaliser_version};
    ingest::prepare(decoded, *splitter_, batch);
    batch.content = splitter_->take_output();
    return store->commit(batch);
  };
  Result<void> done = commit();
  if (!done) {
    splitter_->forget();
    if (done.error().code == ErrorCode::conflict) done = commit();
  }
  if (!done) {
    splitter_->forget();
    return done;
  }
  last_write_ = place_.world.elapsed();
  if (!place_.weather.is_dead()) {
    for (const Record& record : request.records) place_.model.acknowledged(record);
    to_import_.pop_front();
    ++place_.counts.imports;
  }
  if (random_.chance(50)) TRY_VOID(ingest::derive_dirty_traces(*store, 64));
  if (random_.chance(20)) writer_.reset();
  return {};
}

Result<void> Neighbours::prune() {
  long_scope_.reset();  // prune waits for readers in real time
  place_.model.prune_begun();
  ++place_.counts.prunes;
  store::Store* store = TRY(writer());
  last_write_ = place_.world.elapsed();
  TRY_VOID(store->prune(
      {.ended_before = TimeNs{k_old_until_ns}, .now = place_.world.now(), .rows_per_slice = random_.between(3, 300)},
      [&](std::string_view, int64_t, int64_t) { return !random_.chance(3); }));
  return {};
}

// Every trace may be asked for at any time, and what was acknowledged has to be in the answer.
Result<void> Neighbours::ask() {
  ++place_.counts.questions;
  store::Store* store = TRY(reader());
  const auto& traces = place_.model.traces();
  if (traces.empty()) return {};
  const auto chosen = std::next(traces.begin(), static_cast<ptrdiff_t>(random_.below(traces.size())));
  TRY_VOID(place_.inspector.trace(*store, chosen->first, false));
  if (random_.chance(30)) TRY_VOID(place_.inspector.all_records(*store));
  if (random_.chance(20)) reader_.reset();
  return {};
}

Result<size_t> Neighbours::count_spans(store::Store& store) {
  size_t count = 0;
  for (const auto& [trace, is_old] : place_.model.traces()) count += TRY(store.spans_of_trace(trace)).size();
  return count;
}

// The same moment for as long as the scope lives.
Result<void> Neighbours::read_for_long() {
  if (auto scope = std::move(long_scope_)) {
    const size_t count = TRY(count_spans(*long_reader_));
    if (count != long_count_) place_.world.broken("a read scope sees what came after it began");
    if (random_.chance(50)) long_scope_ = std::move(scope);
    return {};
  }
  if (!long_reader_) {
    long_reader_ =
        TRY(store::open_sqlite({.path = place_.path, .mode = store::OpenMode::read_only, .clock = &place_.world}));
  }
  auto scope = TRY(long_reader_->read_scope());
  long_count_ = TRY(count_spans(*long_reader_));
  long_scope_ = std::move(scope);
  return {};
}

}  // namespace strobe::sim
