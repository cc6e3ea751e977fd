#include "store/sqlite/session_sizes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "store/sqlite/edges.h"

namespace strobe::store {

namespace {

// Adds up what is reached from the spans of one session.
class Need {
 public:
  explicit Need(Core& core) : core_(core) {}

  void begin() {
    bytes_ = 0;
    for (auto& seen : seen_) seen.clear();
  }
  Result<void> add_trace(uint64_t trace);
  int64_t bytes() const { return bytes_; }

 private:
  // A shared row's own bytes and its edges.
  struct Reader {
    sqlite::Statement length;
    std::optional<sqlite::Statement> edges;
  };
  void reach(Shared shared, uint64_t number);
  Result<void> settle();
  Result<void> read(Shared shared, uint64_t number);
  Result<Reader*> reader_of(Shared shared);

  Core& core_;
  int64_t bytes_ = 0;
  std::array<std::unordered_set<uint64_t>, k_shared.size()> seen_;
  std::vector<std::pair<Shared, uint64_t>> open_;
  std::array<std::optional<Reader>, k_shared.size()> readers_;
};

// What is small and interned is left out: names, settings, origins.
std::string_view length_of(Shared shared) {
  switch (shared) {
    case Shared::blob: return "SELECT length(data) + coalesce(length(recipe), 0) FROM blob WHERE no = ?1";
    case Shared::sequence: return "SELECT length(ops) FROM sequence WHERE no = ?1";
    case Shared::context: return "SELECT length(id) FROM context WHERE no = ?1";
    default: return {};
  }
}

void Need::reach(Shared shared, uint64_t number) {
  if (!length_of(shared).empty() && seen_[static_cast<size_t>(shared)].insert(number).second) {
    open_.emplace_back(shared, number);
  }
}

Result<Need::Reader*> Need::reader_of(Shared shared) {
  auto& reader = readers_[static_cast<size_t>(shared)];
  if (!reader) {
    reader.emplace(Reader{.length = TRY(core_.db.prepare(length_of(shared)))});
    if (const EdgeSource* source = edges_of(shared)) {
      reader->edges = TRY(core_.db.prepare(std::string(source->select) + " WHERE no = ?1"));
    }
  }
  return &*reader;
}

Result<void> Need::read(Shared shared, uint64_t number) {
  Reader& reader = *TRY(reader_of(shared));
  reader.length.bind_all(number);
  if (TRY(reader.length.step())) bytes_ += reader.length.int64(0);
  reader.length.reset();
  if (!reader.edges) return {};
  reader.edges->bind_all(number);
  Result<void> visited;
  if (TRY(reader.edges->step())) {
    visited = edges_of(shared)->visit(*reader.edges, [this](Shared to, uint64_t target) { reach(to, target); });
  }
  reader.edges->reset();
  return visited;
}

Result<void> Need::settle() {
  while (!open_.empty()) {
    const auto [shared, number] = open_.back();
    open_.pop_back();
    TRY_VOID(read(shared, number));
  }
  return {};
}

Result<void> Need::add_trace(uint64_t trace) {
  const auto number = static_cast<int64_t>(trace);
  TRY_VOID(visit_edges(core_.db, k_span_edges, "WHERE trace = ?1", number,
                       [this](Shared to, uint64_t target) { reach(to, target); }));
  auto records = TRY(core_.db.prepare("SELECT total(length(packed)) FROM span WHERE trace = ?1"));
  records.bind_all(trace);
  if (TRY(records.step())) bytes_ += records.int64(0);
  return settle();
}

}  // namespace

Result<std::vector<Health::SessionBytes>> largest_sessions(Core& core, size_t limit, const Progress& progress) {
  const int64_t total = TRY(core.db.number("SELECT count(DISTINCT session) FROM part"));
  std::vector<Health::SessionBytes> sizes;
  Need need(core);
  auto parts =
      TRY(core.db.prepare("SELECT x.id, p.trace FROM part p JOIN session x ON x.no = p.session ORDER BY p.session"));
  while (TRY(parts.step())) {
    const auto id = SessionId::from_bytes(parts.blob(0));
    if (!id) return fail(ErrorCode::corrupt, "a session's id has not the right length");
    if (sizes.empty() || sizes.back().session != *id) {
      if (progress && !progress("sizes of sessions", static_cast<int64_t>(sizes.size()), total)) break;
      sizes.push_back({.session = *id});
      need.begin();
    }
    TRY_VOID(need.add_trace(static_cast<uint64_t>(parts.int64(1))));
    sizes.back().bytes = need.bytes();
  }
  std::ranges::sort(sizes, [](const auto& a, const auto& b) {
    return std::tuple(-a.bytes, a.session) < std::tuple(-b.bytes, b.session);
  });
  if (sizes.size() > limit) sizes.resize(limit);
  return sizes;
}

}  // namespace strobe::store
