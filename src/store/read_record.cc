#include "store/read_record.h"

#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace strobe::store {

namespace {

size_t bytes_of(std::span<const KeyValue> attributes);

// Of texts, and of the values that hold them.
size_t bytes_of(const Value& value) {
  size_t bytes = sizeof(Value) + value.as_text().size() + bytes_of(value.as_kvlist());
  for (const Value& item : value.as_array()) bytes += bytes_of(item);
  return bytes;
}

size_t bytes_of(std::span<const KeyValue> attributes) {
  size_t bytes = 0;
  for (const KeyValue& attribute : attributes) bytes += attribute.key.size() + bytes_of(attribute.value);
  return bytes;
}

}  // namespace

// Fetches what packed records refer to.
class RecordReader::Source : public context::ReferenceSource {
 public:
  Source(Store& store, Arena& arena) : store_(store), arena_(arena) {}
  void set_refs(const std::vector<uint64_t>& refs) { refs_ = &refs; }
  size_t fetched_bytes() const { return fetched_bytes_; }

  Result<std::string_view> blob(uint64_t number) override { return fetch(TRY(resolve(number))); }
  Result<std::vector<std::string_view>> sequence(uint64_t number) override {
    const uint64_t sequence_number = TRY(resolve(number));
    const auto items = TRY(store_.fetch_sequence(sequence_number));
    std::vector<std::string_view> contents;
    contents.reserve(items.size());
    for (const uint64_t item : items) contents.push_back(TRY(fetch(item)));
    return contents;
  }

 private:
  Result<uint64_t> resolve(uint64_t number) const {
    if (number >= refs_->size()) return fail(ErrorCode::corrupt, "a record refers to a value it does not have");
    return (*refs_)[number];
  }
  Result<std::string_view> fetch(uint64_t blob_number) {
    const auto cached = blobs_.find(blob_number);
    if (cached != blobs_.end()) return cached->second;
    const std::string_view content = arena_.copy(TRY(store_.fetch_blob(blob_number)));
    fetched_bytes_ += content.size();
    blobs_.emplace(blob_number, content);
    return content;
  }

  Store& store_;
  Arena& arena_;
  const std::vector<uint64_t>* refs_ = nullptr;
  std::unordered_map<uint64_t, std::string_view> blobs_;
  size_t fetched_bytes_ = 0;
};

// Resources and scopes, unpacked once each.
class RecordReader::Origins {
 public:
  Origins(Store& store, Arena& arena) : store_(store), arena_(arena) {}
  Result<const RawResource*> resource(uint64_t number) {
    const auto [at, is_new] = resources_.try_emplace(number, nullptr);
    if (is_new) {
      const std::string_view packed = arena_.copy(TRY(store_.fetch_resource(number)));
      at->second = arena_.make<RawResource>(TRY(context::unpack_resource(packed, arena_)));
    }
    return at->second;
  }
  Result<const RawScope*> scope(uint64_t number) {
    const auto [at, is_new] = scopes_.try_emplace(number, nullptr);
    if (is_new) {
      const std::string_view packed = arena_.copy(TRY(store_.fetch_scope(number)));
      at->second = arena_.make<RawScope>(TRY(context::unpack_scope(packed, arena_)));
    }
    return at->second;
  }

 private:
  Store& store_;
  Arena& arena_;
  std::map<uint64_t, const RawResource*> resources_;
  std::map<uint64_t, const RawScope*> scopes_;
};

RecordReader::RecordReader(Store& store, Arena& arena)
    : arena_(arena), source_(new Source(store, arena)), origins_(new Origins(store, arena)) {}
RecordReader::~RecordReader() = default;

size_t RecordReader::fetched_bytes() const { return packed_bytes_ + source_->fetched_bytes(); }

Result<RawSpan*> RecordReader::span(const StoredSpan& stored, context::Fetch fetch) {
  source_->set_refs(stored.refs);
  const std::string_view packed = arena_.copy(stored.packed);
  packed_bytes_ += packed.size();
  RawSpan* raw = arena_.make<RawSpan>(TRY(context::unpack_span(packed, *source_, fetch, arena_)));
  raw->resource = TRY(origins_->resource(stored.resource));
  raw->scope = TRY(origins_->scope(stored.scope));
  return raw;
}

Result<RawLog> RecordReader::log(const StoredLog& stored, context::Fetch fetch) {
  source_->set_refs(stored.refs);
  const std::string_view packed = arena_.copy(stored.packed);
  packed_bytes_ += packed.size();
  RawLog raw = TRY(context::unpack_log(packed, *source_, fetch, arena_));
  raw.resource = TRY(origins_->resource(stored.resource));
  raw.scope = TRY(origins_->scope(stored.scope));
  return raw;
}

Result<std::vector<RawLog>> RecordReader::logs(std::span<const StoredLog> stored, context::Fetch fetch) {
  std::vector<RawLog> logs;
  size_t bytes = 0;
  for (const StoredLog& one : stored) {
    RawLog raw = TRY(log(one, fetch));
    bytes += bytes_of(raw.body) + bytes_of(raw.attributes);
    if (bytes > k_told_bytes_max && !logs.empty()) break;
    logs.push_back(raw);
  }
  return logs;
}

}  // namespace strobe::store
