#include "ingest/amend.h"

#include <algorithm>
#include <vector>

#include "dialect/dialect.h"
#include "ingest/reread.h"

namespace strobe::ingest {

namespace {

constexpr size_t k_read_bytes_max = size_t{32} << 20;  // content read back for one transaction
constexpr size_t k_left_max = 16;                      // so many that the store does not take now are stepped over

// Nor this: what it refers to, another process has just pruned. It will bring all of it itself.
bool is_conflict(const Result<size_t>& amended) { return !amended && amended.error().code == ErrorCode::conflict; }

// A stretch of the queue.
struct Stretch {
  size_t skipped = 0;  // before it
  size_t spans_max = 0;
};

Result<std::vector<store::SpanToAmend>> waiting_in(store::Store& store, Stretch stretch) {
  auto waiting = TRY(store.spans_to_amend(stretch.skipped + stretch.spans_max));
  waiting.erase(waiting.begin(), waiting.begin() + std::min(stretch.skipped, waiting.size()));
  return waiting;
}

size_t size_of(const store::Amendments& amendments) { return amendments.spans.size() + amendments.given_up.size(); }

Result<store::Amendments> read_waiting(store::Store& store, context::Splitter& splitter, Stretch stretch) {
  store::Amendments amendments{.normaliser_version = dialect::k_normaliser_version};
  const auto scope = TRY(store.read_scope());
  const auto waiting = TRY(waiting_in(store, stretch));
  Reread reread(store, splitter);
  for (const store::SpanToAmend& one : waiting) {
    if (reread.read_bytes() >= k_read_bytes_max) break;
    if (one.is_unreadable) {
      amendments.given_up.push_back(one.ticket);
      continue;
    }
    auto read = reread.span(one.span, one.logs);
    if (read) {
      amendments.spans.push_back({one.ticket, *std::move(read)});
    } else if (is_of_the_store(read.error())) {
      return std::unexpected(std::move(read).error());
    } else {
      amendments.given_up.push_back(one.ticket);
    }
  }
  amendments.content = splitter.take_output();
  return amendments;
}

// Returns how many left the queue. The memo is forgotten when that fails.
Result<size_t> try_amend(store::Store& store, context::Splitter& splitter, Stretch stretch) {
  auto amendments = read_waiting(store, splitter, stretch);
  Result<void> done;
  if (!amendments) {
    done = std::unexpected(amendments.error());
  } else if (size_of(*amendments) > 0) {
    done = store.amend(*amendments);
  }
  if (done) return size_of(*amendments);
  splitter.forget();
  (void)splitter.take_output();
  return std::unexpected(std::move(done).error());
}

// The first behind the skipped ones, which the store will never take.
Result<size_t> give_up_first(store::Store& store, size_t skipped) {
  const auto waiting = TRY(waiting_in(store, {.skipped = skipped, .spans_max = 1}));
  if (waiting.empty()) return size_t{0};
  store::Amendments amendments{.given_up = {waiting.front().ticket},
                               .normaliser_version = dialect::k_normaliser_version};
  TRY_VOID(store.amend(amendments));
  return size_t{1};
}

Result<size_t> amend_one_by_one(store::Store& store, context::Splitter& splitter, size_t spans_max) {
  size_t done = 0;
  size_t left = 0;
  while (done < spans_max && left < k_left_max) {
    const Stretch next{.skipped = left, .spans_max = 1};
    auto amended = try_amend(store, splitter, next);
    if (is_conflict(amended)) amended = try_amend(store, splitter, next);
    if (is_conflict(amended)) {
      ++left;
      continue;
    }
    if (!amended && is_of_the_store(amended.error())) return amended;
    if (!amended) amended = TRY(give_up_first(store, left));
    if (*amended == 0) break;
    done += *amended;
  }
  return done;
}

}  // namespace

Result<size_t> amend_some(store::Store& store, context::Splitter& splitter, size_t spans_max) {
  // A second time: pieces that the memo believed to be stored may have been pruned by another process.
  for (int tries = 0; tries < 2; ++tries) {
    auto amended = try_amend(store, splitter, {.spans_max = spans_max});
    if (amended || is_of_the_store(amended.error())) return amended;
  }
  // What cannot be taken together is taken one by one.
  return amend_one_by_one(store, splitter, spans_max);
}

}  // namespace strobe::ingest
