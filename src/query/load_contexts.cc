#include <map>
#include <memory>
#include <unordered_map>

#include "derive/lanes.h"
#include "query/context_lists.h"
#include "query/query.h"

namespace strobe::query {

namespace {

enum class Messages { whole, ids_alone };

// Gives messages, heads and contexts their numbers.
class Numbering {
 public:
  Numbering(store::Store& store, SessionContexts& contexts, Messages messages)
      : store_(store),
        messages_(messages),
        reader_(std::make_shared<ContextReader>(store)),
        contexts_(contexts),
        lists_(store, contexts.bodies,
               [this](uint64_t blob, ElementFormat format) { return number_of_blob(blob, format); }) {}
  Numbering(const Numbering&) = delete;
  Numbering& operator=(const Numbering&) = delete;

  Result<int32_t> number_of(const ContextId& id) {
    const auto known = context_numbers_.find(id);
    if (known != context_numbers_.end()) return known->second;
    const auto stored = TRY(store_.context(id));
    if (!stored) return fail(ErrorCode::not_found, "no context " + id.hex());
    SessionContexts::Head head{.tools = TRY(lists_.short_list(stored->tools, stored->tools_format)), .system = {}};
    auto lists = TRY(lists_.read(*stored));
    head.system = std::move(lists.system);
    const SessionContexts::Context context{.id = id, .head = number_of_head(std::move(head)), .body = lists.body};
    const auto number = static_cast<int32_t>(contexts_.contexts.size());
    contexts_.contexts.push_back(context);
    context_numbers_.emplace(id, number);
    return number;
  }
  int32_t number_of(const MessageId& id, const Message& message) {
    const auto [at, is_new] = message_numbers_.try_emplace(id, static_cast<int32_t>(contexts_.messages.size()));
    if (is_new) contexts_.messages.push_back({id, message});
    return at->second;
  }
  std::shared_ptr<void> memory() const { return reader_; }

 private:
  Result<int32_t> number_of_blob(uint64_t blob, ElementFormat format) {
    const auto [at, is_new] = blob_numbers_.try_emplace(blob, 0);
    if (!is_new) return at->second;
    const auto id = messages_ == Messages::ids_alone ? TRY(store_.message_id(blob, format)) : std::nullopt;
    if (id) return at->second = number_of(*id, {});
    const ContextMessage* message = TRY(reader_->message(blob, format));
    return at->second = number_of(message->id, message->message);
  }
  int32_t number_of_head(SessionContexts::Head head) {
    const auto [at, is_new] =
        head_numbers_.try_emplace({head.tools, head.system}, static_cast<int32_t>(contexts_.heads.size()));
    if (is_new) contexts_.heads.push_back(std::move(head));
    return at->second;
  }

  store::Store& store_;
  const Messages messages_;
  std::shared_ptr<ContextReader> reader_;
  SessionContexts& contexts_;
  ContextLists lists_;
  std::unordered_map<MessageId, int32_t> message_numbers_;
  std::unordered_map<uint64_t, int32_t> blob_numbers_;  // one blob is read under one format
  std::unordered_map<ContextId, int32_t> context_numbers_;
  std::map<std::pair<std::vector<int32_t>, std::vector<int32_t>>, int32_t> head_numbers_;
};

// The view's contexts; what keeps their messages alive.
Result<std::shared_ptr<void>> number_contexts(store::Store& store, Messages messages, SessionView& view) {
  SessionContexts contexts;
  contexts.of_span.assign(view.spans.size(), -1);
  contexts.outputs.resize(view.spans.size());
  Numbering numbering(store, contexts, messages);
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    if (!span.is_llm_call) continue;
    if (span.span.facts.input_context) contexts.of_span[i] = TRY(numbering.number_of(*span.span.facts.input_context));
    for (size_t m = 0; m < span.output_messages.size(); ++m) {
      contexts.outputs[i].push_back(numbering.number_of(span.output_messages[m], span.span.output[m]));
    }
  }
  contexts.is_loaded = true;
  view.contexts = std::move(contexts);
  return numbering.memory();
}

}  // namespace

Result<void> load_contexts(store::Store& store, SessionView& view) {
  view.memory.push_back(TRY(number_contexts(store, Messages::whole, view)));
  derive::assign_lanes(view);
  return {};
}

Result<void> load_lanes(store::Store& store, SessionView& view) {
  TRY(number_contexts(store, Messages::ids_alone, view));
  derive::assign_lanes(view);
  view.contexts = {};
  return {};
}

}  // namespace strobe::query
