#include <algorithm>
#include <map>

#include "dialect/dialect.h"
#include "ingest/pipeline.h"
#include "ingest/stages.h"
#include "query/query.h"
#include "sim/inspector.h"
#include "sim/request_body.h"
#include "store/sqlite/sqlite_store.h"
#include "view/session_json.h"

namespace strobe::sim {

namespace {

// Statuses depend on how long ago something was heard of: here, long.
constexpr TimeNs k_long_after{3'000'000'000'000'000'000};

// A store to which nothing ever happened: all requests in one commit.
Result<std::unique_ptr<store::Store>> plain_store(const std::vector<const Request*>& requests) {
  auto store = TRY(store::open_sqlite({.path = ":memory:"}));
  context::Splitter splitter({.parser = dialect::parse_element});
  store::Batch batch{.normaliser_version = dialect::k_normaliser_version};
  std::vector<RawBatch> batches;
  for (const Request* request : requests) {
    if (request->is_unreadable) continue;
    batches.push_back(TRY(decoded(*request)));
    ingest::prepare(batches.back(), splitter, batch);
  }
  batch.content = splitter.take_output();
  TRY_VOID(store->commit(batch));
  while (TRY(ingest::derive_dirty_traces(*store, 64)) > 0) {
  }
  return store;
}

Result<std::map<SessionId, std::string>> shown(store::Store& store, bool with_old) {
  std::map<SessionId, std::string> all;
  for (const SessionSummary& summary : TRY(query::list_sessions(store, {}, k_long_after))) {
    if (!with_old && summary.start.ns < k_old_until_ns) continue;
    const SessionView view = TRY(query::load_session(store, summary.id, query::Content::everything, k_long_after));
    all[summary.id] = view::session_json(view) + view::transcript_json(view, TRY(query::read_transcript(store, view)));
  }
  return all;
}

std::string difference(const std::string& a, const std::string& b) {
  const auto differs = std::ranges::mismatch(a, b);
  const auto at = static_cast<size_t>(differs.in1 - a.begin());
  const size_t begin = at - std::min<size_t>(at, 60);
  return "\n  here:   " + a.substr(begin, 160) + "\n  there:  " + b.substr(begin, 160);
}

}  // namespace

Result<void> Inspector::sessions(store::Store& store, const std::vector<const Request*>& requests) {
  const bool with_old = !model_.pruned();
  const auto here = TRY(shown(store, with_old));
  const auto plain = TRY(plain_store(requests));
  const auto there = TRY(shown(*plain, with_old));
  for (const auto& [id, text] : there) {
    ++counts_.checked_sessions;
    const auto found = here.find(id);
    if (found == here.end()) {
      world_.broken("session " + id.hex() + " is missing");
    } else if (found->second != text) {
      world_.broken("session " + id.hex() + " is not what its spans say: " + difference(found->second, text));
    }
  }
  if (here.size() != there.size()) world_.broken("there are sessions that no span tells of");
  return {};
}

}  // namespace strobe::sim
