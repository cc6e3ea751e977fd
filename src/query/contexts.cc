#include "base/arena.h"
#include "context/canonical.h"
#include "context/element.h"
#include "dialect/dialect.h"
#include "query/query.h"

namespace strobe::query {

struct ContextReader::State {
  store::Store& store;
  Arena arena{size_t{1} << 20};
  // Blob numbers are the key: one blob is read under one format within a session's contexts.
  std::unordered_map<uint64_t, ContextMessage> messages;

  Result<const ContextMessage*> message(uint64_t blob_number, ElementFormat format) {
    const auto known = messages.find(blob_number);
    if (known != messages.end()) return &known->second;
    const std::string_view bytes = arena.copy(TRY(store.fetch_blob(blob_number)));
    Message message = context::element_message(dialect::parse_element, format, bytes, arena).message;
    const MessageId id = context::message_id(message);
    return &messages.emplace(blob_number, ContextMessage{id, std::move(message)}).first->second;
  }
};

ContextReader::ContextReader(store::Store& store) : state_(new State{store}) {}
ContextReader::~ContextReader() = default;

Result<const ContextMessage*> ContextReader::message(uint64_t blob, ElementFormat format) {
  return state_->message(blob, format);
}

}  // namespace strobe::query
