#include "ingest/amend.h"

#include "dialect/dialect.h"
#include "ingest/reread.h"

namespace strobe::ingest {

namespace {

constexpr size_t k_read_bytes_max = size_t{32} << 20;  // content read back for one transaction

// Not the fault of a span: another time will do.
bool is_of_the_store(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::io || error.code == ErrorCode::timeout;
}

size_t size_of(const store::Amendments& amendments) { return amendments.spans.size() + amendments.given_up.size(); }

Result<store::Amendments> read_waiting(store::Store& store, context::Splitter& splitter, size_t spans_max) {
  store::Amendments amendments{.normaliser_version = dialect::k_normaliser_version};
  const auto scope = TRY(store.read_scope());
  const auto waiting = TRY(store.spans_to_amend(spans_max));
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

Result<size_t> try_amend(store::Store& store, context::Splitter& splitter, size_t spans_max) {
  auto amendments = read_waiting(store, splitter, spans_max);
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

// The first in the queue, which the store does not take.
Result<size_t> give_up_first(store::Store& store) {
  const auto waiting = TRY(store.spans_to_amend(1));
  if (waiting.empty()) return size_t{0};
  store::Amendments amendments{.given_up = {waiting.front().ticket},
                               .normaliser_version = dialect::k_normaliser_version};
  TRY_VOID(store.amend(amendments));
  return size_t{1};
}

}  // namespace

Result<size_t> amend_some(store::Store& store, context::Splitter& splitter, size_t spans_max) {
  // A second time: pieces that the memo believed to be stored may have been pruned by another process.
  for (int tries = 0; tries < 2; ++tries) {
    auto amended = try_amend(store, splitter, spans_max);
    if (amended || is_of_the_store(amended.error())) return amended;
  }
  // What cannot be taken together is taken one by one.
  size_t done = 0;
  while (done < spans_max) {
    auto amended = try_amend(store, splitter, 1);
    if (!amended && is_of_the_store(amended.error())) return amended;
    if (!amended) amended = TRY(give_up_first(store));
    if (*amended == 0) break;
    done += *amended;
  }
  return done;
}

}  // namespace strobe::ingest
