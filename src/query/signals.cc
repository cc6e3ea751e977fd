#include "context/pack.h"
#include "query/lists.h"

namespace strobe::query {

namespace {

// Fetches what one log record refers to.
class LogSource : public context::ReferenceSource {
 public:
  LogSource(store::Store& store, const std::vector<uint64_t>& refs, Arena& arena)
      : store_(store), refs_(refs), arena_(arena) {}

  Result<std::string_view> blob(uint64_t number) override { return fetch(TRY(resolve(number))); }
  Result<std::vector<std::string_view>> sequence(uint64_t number) override {
    const uint64_t sequence_number = TRY(resolve(number));
    std::vector<std::string_view> contents;
    for (const uint64_t item : TRY(store_.fetch_sequence(sequence_number))) contents.push_back(TRY(fetch(item)));
    return contents;
  }

 private:
  Result<uint64_t> resolve(uint64_t number) const {
    if (number >= refs_.size()) return fail(ErrorCode::corrupt, "a log record refers to a value it does not have");
    return refs_[number];
  }
  Result<std::string_view> fetch(uint64_t blob_number) { return arena_.copy(TRY(store_.fetch_blob(blob_number))); }

  store::Store& store_;
  const std::vector<uint64_t>& refs_;
  Arena& arena_;
};

}  // namespace

Result<const RawResource*> raw_resource(store::Store& store, uint64_t number, Arena& arena) {
  const std::string_view packed = arena.copy(TRY(store.fetch_resource(number)));
  return arena.make<RawResource>(TRY(context::unpack_resource(packed, arena)));
}

Result<const RawScope*> raw_scope(store::Store& store, uint64_t number, Arena& arena) {
  const std::string_view packed = arena.copy(TRY(store.fetch_scope(number)));
  return arena.make<RawScope>(TRY(context::unpack_scope(packed, arena)));
}

Result<RawLog> raw_log(store::Store& store, const store::StoredLog& log, Arena& arena) {
  LogSource source(store, log.refs, arena);
  const std::string_view packed = arena.copy(log.packed);
  RawLog raw = TRY(context::unpack_log(packed, source, context::Fetch::everything, arena));
  raw.resource = TRY(raw_resource(store, log.resource, arena));
  raw.scope = TRY(raw_scope(store, log.scope, arena));
  return raw;
}

}  // namespace strobe::query
