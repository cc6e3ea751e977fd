#include "store/sqlite/search_source.h"

#include "base/arena.h"
#include "context/pack.h"
#include "context/piece.h"

namespace strobe::store {

namespace {

// What stands outside a record is a text of its own.
class NothingElse : public context::ReferenceSource {
 public:
  Result<std::string_view> blob(uint64_t) override { return std::string_view(); }
  Result<std::vector<std::string_view>> sequence(uint64_t) override { return std::vector<std::string_view>(); }
};

}  // namespace

Result<SearchText> SearchSource::blob(uint64_t number) {
  SearchText text;
  std::string bytes = TRY(blobs_.literal(number));
  const bool is_packed = context::is_flat_item(bytes) || context::is_value_item(bytes);
  if (!is_packed) {
    text.add(bytes);
    return text;
  }
  // A packed item that lacks its long strings cannot be read, so they are put in and then left out.
  bytes = TRY(blobs_.content(number));
  Arena arena;
  if (context::is_value_item(bytes)) {
    text.add_part({}, TRY(context::unpack_value_item(bytes, arena)), context::k_payload_bytes_min);
    return text;
  }
  for (const KeyValue& pair : TRY(context::unpack_flat_item(bytes, arena))) {
    text.add_part(pair.key, pair.value, context::k_payload_bytes_min);
  }
  return text;
}

Result<SearchText> SearchSource::span(std::string_view packed) {
  const std::string bytes = TRY(samples_.unseal_like(packed));
  Arena arena;
  NothingElse nothing_else;
  const RawSpan raw = TRY(context::unpack_span(bytes, nothing_else, context::Fetch::without_sequences, arena));
  SearchText text;
  if (!raw.status_message.empty()) text.add(raw.status_message);
  for (const KeyValue& attribute : raw.attributes) text.add_attribute(attribute.key, attribute.value);
  for (const RawEvent& event : raw.events) {
    for (const KeyValue& attribute : event.attributes) text.add_attribute(attribute.key, attribute.value);
  }
  return text;
}

Result<SearchText> SearchSource::read(uint64_t text) {
  if ((text & 1) == 0) return blob(text >> 1);
  std::string packed;
  {
    auto statement = TRY(core_.sql.use(Sql::span_packed));
    statement->bind_all(text >> 1);
    if (!TRY(statement->step())) return fail(ErrorCode::not_found, "no span " + std::to_string(text >> 1));
    packed = statement->blob(0);
  }
  return span(packed);
}

}  // namespace strobe::store
