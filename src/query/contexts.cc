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

  Result<std::vector<const ContextMessage*>> list(uint64_t sequence, ElementFormat format) {
    std::vector<const ContextMessage*> read;
    if (sequence == 0) return read;
    for (const uint64_t item : TRY(store.fetch_sequence(sequence))) read.push_back(TRY(message(item, format)));
    return read;
  }
};

ContextReader::ContextReader(store::Store& store) : state_(new State{store}) {}
ContextReader::~ContextReader() = default;

Result<const ContextMessage*> ContextReader::message(uint64_t blob, ElementFormat format) {
  return state_->message(blob, format);
}

Result<ContextReader::Context> ContextReader::read(const ContextId& id) {
  const auto stored = TRY(state_->store.context(id));
  if (!stored) return fail(ErrorCode::not_found, "no context " + id.hex());
  Context context;
  context.tools = TRY(state_->list(stored->tools, stored->tools_format));
  context.system = TRY(state_->list(stored->system, stored->system_format));
  context.body = TRY(state_->list(stored->input, stored->input_format));
  if (stored->leading > context.body.size()) return fail(ErrorCode::corrupt, "context " + id.hex() + " has a bad head");
  const auto body_begin = context.body.begin() + stored->leading;
  context.system.insert(context.system.end(), context.body.begin(), body_begin);
  context.body.erase(context.body.begin(), body_begin);
  return context;
}

}  // namespace strobe::query
