#include "store/sqlite/search_index.h"

#include <algorithm>
#include <functional>

#include "codec/sha256.h"

namespace strobe::store {

namespace {

constexpr size_t k_hints_max = 400'000;  // of texts, about 25 MB
constexpr size_t k_sequence_hints_max = 50'000;
constexpr size_t k_own_text_hints_max = 100'000;
// What reading a text costs beside its length.
constexpr size_t k_text_overhead_bytes = 256;

// What cannot be read is left out and counted: one damaged row must not stop the index for ever.
bool is_of_the_data(const Error& error) {
  return error.code == ErrorCode::corrupt || error.code == ErrorCode::not_found || error.code == ErrorCode::too_large;
}

}  // namespace

size_t SearchIndex::KeyHash::operator()(const Key& key) const {
  return std::hash<uint64_t>()(key.number * 0x9e3779b97f4a7c15u ^ key.session * 0xc2b2ae3d27d4eb4fu);
}

SearchIndex::SearchIndex(Core& core, Sequences& sequences, SearchSource& source, Counters& counters)
    : core_(core),
      sequences_(sequences),
      source_(source),
      counters_(counters),
      blobs_(k_hints_max),
      sequences_placed_(k_sequence_hints_max),
      own_texts_(k_own_text_hints_max) {}

void SearchIndex::forget() {
  blobs_.clear();
  sequences_placed_.clear();
  own_texts_.clear();
  removals_ = 0;
}

Result<void> SearchIndex::notice_removals() {
  const uint64_t removals = TRY(first_number(core_.sql, Sql::search_removals));
  if (removals == removals_) return {};
  forget();
  removals_ = removals;
  return {};
}

Result<bool> SearchIndex::forget_changed() {
  const uint64_t number = TRY(first_number(core_.sql, Sql::search_again_changed));
  if (number == 0) return false;
  for (const Sql sql : {Sql::search_forget, Sql::search_again_forgotten}) {
    auto statement = TRY(core_.sql.use(sql));
    statement->bind_all(number);
    TRY_VOID(statement->run());
  }
  TRY_VOID(notice_removals());
  return true;
}

Result<bool> SearchIndex::follow_suspects() {
  uint64_t session = 0;
  int64_t since_ns = 0;
  {
    auto suspect = TRY(core_.sql.use(Sql::search_suspect));
    if (!TRY(suspect->step())) return false;
    session = static_cast<uint64_t>(suspect->int64(0));
    since_ns = suspect->int64(1);
  }
  auto spans = TRY(core_.sql.use(Sql::search_suspect_spans));
  spans->bind_all(session, since_ns);
  TRY_VOID(spans->run());
  auto done = TRY(core_.sql.use(Sql::search_suspect_done));
  done->bind_all(session);
  TRY_VOID(done->run());
  return true;
}

bool SearchIndex::is_known(Placed& placed, const Key& key, int64_t start_ns) {
  const int64_t* known = placed.find(key);
  return known != nullptr && *known <= start_ns;
}

Result<uint64_t> SearchIndex::next_span(uint64_t until, bool& is_again) {
  const uint64_t again = TRY(first_number(core_.sql, Sql::search_again_next));
  is_again = again != 0;
  if (is_again) return again;
  auto next = TRY(core_.sql.use(Sql::span_next));
  next->bind_all(until);
  return first_number(std::move(next));
}

Result<size_t> SearchIndex::index_some(size_t spans_max) {
  text_bytes_left_ = k_slice_text_bytes;
  TRY_VOID(notice_removals());
  uint64_t until = TRY(first_number(core_.sql, Sql::search_state));
  size_t spans = 0;
  while (spans < spans_max && text_bytes_left_ > 0) {
    // All removals come first, so that many of them need one look at what is left.
    if (TRY(forget_changed()) || TRY(follow_suspects())) {
      ++spans;
      continue;
    }
    const uint64_t number = TRY(next_span(until, is_again_));
    if (number == 0) break;
    ++spans;
    const auto progress = index_span(number);
    if (!progress && !is_of_the_data(progress.error())) return std::unexpected(progress.error());
    if (!progress) counters_.add("search.spans_unreadable", 1);
    if (progress && *progress == Progress::slice_is_full) break;
    if (is_again_) {
      auto done = TRY(core_.sql.use(Sql::search_again_done));
      done->bind_all(number);
      TRY_VOID(done->run());
      continue;
    }
    until = number;
    auto advance = TRY(core_.sql.use(Sql::search_advance));
    advance->bind_all(number);
    TRY_VOID(advance->run());
  }
  return spans;
}

Result<std::optional<SearchIndex::Span>> SearchIndex::read_span(uint64_t number) {
  auto statement = TRY(core_.sql.use(Sql::search_span));
  statement->bind_all(number);
  if (!TRY(statement->step())) return std::optional<Span>();
  Span span{.number = number,
            .session = static_cast<uint64_t>(statement->int64(0)),
            .start_ns = statement->int64(1),
            .packed = std::string(statement->blob(2)),
            .references = TRY(read_reference_list(statement->blob(3)))};
  for (int column = 4; column <= 6; ++column) {
    if (!statement->is_null(column)) span.sequences.push_back(static_cast<uint64_t>(statement->int64(column)));
  }
  return span;
}

Result<SearchIndex::Progress> SearchIndex::index_span(uint64_t number) {
  const auto span = TRY(read_span(number));
  if (!span) return Progress::done;
  for (const StoredReference& reference : span->references) {
    const Progress progress =
        reference.is_sequence ? TRY(index_sequence(reference.number, *span)) : TRY(index_blob(reference.number, *span));
    if (progress == Progress::slice_is_full) return progress;
  }
  for (const uint64_t sequence : span->sequences) {
    if (TRY(index_sequence(sequence, *span)) == Progress::slice_is_full) return Progress::slice_is_full;
  }
  TRY_VOID(index_own_text(*span));
  if (is_again_ && span->session != 0) {
    // From before its session was known; only now, so that its texts need not be written again.
    auto forget = TRY(core_.sql.use(Sql::search_forget_unknown));
    forget->bind_all(number);
    TRY_VOID(forget->run());
  }
  return Progress::done;
}

// Call after call of a session, each history is an edit of the one before: only what it adds is looked at.
Result<SearchIndex::Progress> SearchIndex::index_sequence(uint64_t sequence, const Span& span) {
  const Key key{sequence, span.session};
  if (is_known(sequences_placed_, key, span.start_ns)) return Progress::done;
  const Sequences::Edit edit = TRY(sequences_.edit(sequence));
  const bool base_is_placed = edit.base == 0 || is_known(sequences_placed_, {edit.base, span.session}, span.start_ns);
  const Progress progress =
      base_is_placed ? TRY(index_list(edit.added, span)) : TRY(index_list(TRY(sequences_.items(sequence)), span));
  if (progress == Progress::done) sequences_placed_.remember(key, span.start_ns);
  return progress;
}

Result<SearchIndex::Progress> SearchIndex::index_list(const std::vector<uint64_t>& blobs, const Span& span) {
  for (const uint64_t blob : blobs) {
    if (TRY(index_blob(blob, span)) == Progress::slice_is_full) return Progress::slice_is_full;
  }
  return Progress::done;
}

// What it inserts comes first: once a blob is placed, all of it is, even if the work was broken off in between. But
// not after a removal, which may have taken what another span had brought.
Result<SearchIndex::Progress> SearchIndex::index_blob(uint64_t blob, const Span& span) {
  const Key key{blob, span.session};
  if (is_known(blobs_, key, span.start_ns)) return Progress::done;
  if (text_bytes_left_ == 0) return Progress::slice_is_full;
  const uint64_t text = text_of_blob(blob);
  const auto placed = TRY(placed_since(text, span.session));
  const bool is_new = !placed || *placed > span.start_ns;
  if (is_new || is_again_) {
    for (const uint64_t inserted : TRY(source_.inserted_into(blob))) {
      if (TRY(index_blob(inserted, span)) == Progress::slice_is_full) return Progress::slice_is_full;
    }
  }
  if (is_new) {
    bool has_text = placed.has_value();
    if (!has_text) {
      auto known = TRY(core_.sql.use(Sql::search_text_known));
      known->bind_all(text);
      has_text = TRY(first_number(std::move(known))) != 0;
    }
    if (!has_text) has_text = TRY(write_text(text, TRY(source_.blob(blob))));
    if (has_text) TRY_VOID(place(text, span));
  }
  // After a removal the earlier one may lack what it inserts until it is looked at itself.
  blobs_.remember(key, placed && !is_again_ ? std::min(*placed, span.start_ns) : span.start_ns);
  return Progress::done;
}

// Most of it comes again and again (a description of the agent, the same small arguments): once a session will do.
Result<void> SearchIndex::index_own_text(const Span& span) {
  const uint64_t text = text_of_span(span.number);
  const SearchText own = TRY(source_.span(span.packed));
  if (own.is_empty()) return {};
  const Key key{static_cast<uint64_t>(number_of_bytes(codec::sha256(own.text()).view())), span.session};
  if (is_known(own_texts_, key, span.start_ns)) return {};
  if (!is_again_ || !TRY(placed_since(text, span.session)) || span.session == 0) {
    TRY(write_text(text, own));
    TRY_VOID(place(text, span));
  }
  own_texts_.remember(key, span.start_ns);
  return {};
}

Result<std::optional<int64_t>> SearchIndex::placed_since(uint64_t text, uint64_t session) {
  auto statement = TRY(core_.sql.use(Sql::search_placed));
  statement->bind_all(text, session);
  if (!TRY(statement->step())) return std::optional<int64_t>();
  return std::optional<int64_t>(statement->int64(0));
}

// False: there is nothing to search for in it.
Result<bool> SearchIndex::write_text(uint64_t text, const SearchText& content) {
  text_bytes_left_ -= std::min(text_bytes_left_, content.text().size() + k_text_overhead_bytes);
  if (content.is_cut()) counters_.add("search.texts_cut", 1);
  if (content.is_empty()) return false;
  auto statement = TRY(core_.sql.use(Sql::search_text_add));
  statement->bind_all(text, sqlite::Text{content.text()});
  TRY_VOID(statement->run());
  return true;
}

Result<void> SearchIndex::place(uint64_t text, const Span& span) {
  auto statement = TRY(core_.sql.use(Sql::search_place_add));
  statement->bind_all(text, span.session, span.number, span.start_ns);
  return statement->run();
}

}  // namespace strobe::store
