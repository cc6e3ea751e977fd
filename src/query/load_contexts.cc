#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>

#include "derive/lanes.h"
#include "query/query.h"

namespace strobe::query {

namespace {

// Gives messages, heads and contexts their numbers.
class Numbering {
 public:
  Numbering(store::Store& store, SessionContexts& contexts)
      : reader_(std::make_shared<ContextReader>(store)), contexts_(contexts) {}

  Result<int32_t> number_of(const ContextId& id) {
    const auto known = context_numbers_.find(id);
    if (known != context_numbers_.end()) return known->second;
    const ContextReader::Context read = TRY(reader_->read(id));
    SessionContexts::Context context{.id = id, .head = number_of_head(read)};
    context.body = contexts_.bodies.insert(numbers_of(read.body), last_body_);
    last_body_ = context.body;
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
  std::vector<int32_t> numbers_of(const std::vector<const ContextMessage*>& messages) {
    std::vector<int32_t> numbers;
    numbers.reserve(messages.size());
    for (const ContextMessage* message : messages) {
      const auto [at, is_new] = read_numbers_.try_emplace(message, 0);
      if (is_new) at->second = number_of(message->id, message->message);
      numbers.push_back(at->second);
    }
    return numbers;
  }
  int32_t number_of_head(const ContextReader::Context& read) {
    SessionContexts::Head head{numbers_of(read.tools), numbers_of(read.system)};
    const auto [at, is_new] =
        head_numbers_.try_emplace({head.tools, head.system}, static_cast<int32_t>(contexts_.heads.size()));
    if (is_new) contexts_.heads.push_back(std::move(head));
    return at->second;
  }

  std::shared_ptr<ContextReader> reader_;
  SessionContexts& contexts_;
  ContextTree::Node last_body_ = ContextTree::k_empty;
  std::unordered_map<MessageId, int32_t> message_numbers_;
  std::unordered_map<const ContextMessage*, int32_t> read_numbers_;
  std::unordered_map<ContextId, int32_t> context_numbers_;
  std::map<std::pair<std::vector<int32_t>, std::vector<int32_t>>, int32_t> head_numbers_;
};

}  // namespace

Result<void> load_contexts(store::Store& store, SessionView& view) {
  SessionContexts contexts;
  contexts.of_span.assign(view.spans.size(), -1);
  contexts.outputs.resize(view.spans.size());
  Numbering numbering(store, contexts);
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    if (!span.is_llm_call) continue;
    if (span.span.facts.input_context) contexts.of_span[i] = TRY(numbering.number_of(*span.span.facts.input_context));
    for (size_t m = 0; m < span.span.output.size(); ++m) {
      contexts.outputs[i].push_back(numbering.number_of(span.output_messages[m], span.span.output[m]));
    }
  }
  contexts.is_loaded = true;
  view.contexts = std::move(contexts);
  view.memory.push_back(numbering.memory());
  derive::assign_lanes(view);
  return {};
}

}  // namespace strobe::query
