#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <unordered_map>

#include "derive/lanes.h"
#include "query/query.h"

namespace strobe::query {

namespace {

// A list of messages that was read: as the store numbers its elements, and where it stands in the tree.
struct ReadList {
  std::vector<uint64_t> blobs;
  ElementFormat format = ElementFormat::none;
  size_t leading = 0;  // elements that belong to the head
  ContextTree::Node body = ContextTree::k_empty;
};

// Histories are sent again and again: a list is compared with those read last, one for each of so many conversations
// side by side, and only what is new in it is looked at. Without this a long session takes time with the square of its
// calls.
constexpr size_t k_lists_remembered = 8;

// Gives messages, heads and contexts their numbers.
class Numbering {
 public:
  Numbering(store::Store& store, SessionContexts& contexts)
      : store_(store), reader_(std::make_shared<ContextReader>(store)), contexts_(contexts) {}

  Result<int32_t> number_of(const ContextId& id) {
    const auto known = context_numbers_.find(id);
    if (known != context_numbers_.end()) return known->second;
    const auto stored = TRY(store_.context(id));
    if (!stored) return fail(ErrorCode::not_found, "no context " + id.hex());
    SessionContexts::Head head{.tools = TRY(numbers_of(stored->tools, stored->tools_format)),
                               .system = TRY(numbers_of(stored->system, stored->system_format))};
    SessionContexts::Context context{.id = id};
    context.body = TRY(body_of(*stored, head.system));
    context.head = number_of_head(std::move(head));
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
    if (is_new) {
      const ContextMessage* message = TRY(reader_->message(blob, format));
      at->second = number_of(message->id, message->message);
    }
    return at->second;
  }
  // Short lists: tools and system prompts. The same one is asked for by every call.
  Result<std::vector<int32_t>> numbers_of(uint64_t sequence, ElementFormat format) {
    if (sequence == 0) return std::vector<int32_t>();
    const auto known = lists_.find(sequence);
    if (known != lists_.end()) return known->second;
    std::vector<int32_t> numbers;
    for (const uint64_t blob : TRY(store_.fetch_sequence(sequence))) {
      numbers.push_back(TRY(number_of_blob(blob, format)));
    }
    return lists_.emplace(sequence, std::move(numbers)).first->second;
  }
  // What stands at the beginning of the list and belongs to the head is added to `system`.
  Result<ContextTree::Node> body_of(const store::StoredContext& stored, std::vector<int32_t>& system) {
    if (stored.input == 0 && stored.leading == 0) return ContextTree::k_empty;
    ReadList list{.format = stored.input_format, .leading = stored.leading};
    if (stored.input != 0) list.blobs = TRY(store_.fetch_sequence(stored.input));
    if (stored.leading > list.blobs.size()) {
      return fail(ErrorCode::corrupt, "context " + stored.id.hex() + " has a bad head");
    }
    for (size_t i = 0; i < stored.leading; ++i) system.push_back(TRY(number_of_blob(list.blobs[i], list.format)));
    const auto [like, same] = most_alike(list);
    list.body = contexts_.bodies.first(like->body, static_cast<int32_t>(same - list.leading));
    for (size_t i = same; i < list.blobs.size(); ++i) {
      list.body = contexts_.bodies.child(list.body, TRY(number_of_blob(list.blobs[i], list.format)));
    }
    // What goes on takes the place of what it continues; a branch leaves the other one alone.
    const bool goes_on = like != &nothing_ && same == like->blobs.size();
    ReadList& place = goes_on ? *like : remembered_[next_ = (next_ + 1) % k_lists_remembered];
    place = std::move(list);
    return place.body;
  }
  // The list that begins most like this one, and how many elements the two share, the leading ones at least.
  std::pair<ReadList*, size_t> most_alike(const ReadList& list) {
    nothing_ = {};
    std::pair<ReadList*, size_t> best{&nothing_, list.leading};
    for (ReadList& other : remembered_) {
      if (other.format != list.format || other.leading != list.leading) continue;
      const auto differ = std::ranges::mismatch(list.blobs, other.blobs).in1;
      const auto same = static_cast<size_t>(differ - list.blobs.begin());
      if (same > best.second) best = {&other, same};
    }
    return best;
  }
  int32_t number_of_head(SessionContexts::Head head) {
    const auto [at, is_new] =
        head_numbers_.try_emplace({head.tools, head.system}, static_cast<int32_t>(contexts_.heads.size()));
    if (is_new) contexts_.heads.push_back(std::move(head));
    return at->second;
  }

  store::Store& store_;
  std::shared_ptr<ContextReader> reader_;
  SessionContexts& contexts_;
  std::array<ReadList, k_lists_remembered> remembered_;
  ReadList nothing_;  // what no list is like
  size_t next_ = 0;
  std::unordered_map<MessageId, int32_t> message_numbers_;
  std::unordered_map<uint64_t, int32_t> blob_numbers_;  // one blob is read under one format
  std::unordered_map<uint64_t, std::vector<int32_t>> lists_;
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
