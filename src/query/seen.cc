#include "query/seen.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "context/echo.h"
#include "query/context_lists.h"

namespace strobe::query {

namespace {

bool is_instruction(const Message& message) { return message.role == "system" || message.role == "developer"; }

class SeenReader {
 public:
  SeenReader(store::Store& store, Seen& seen)
      : store_(store), seen_(seen), lists_(store, seen.tree, [this](uint64_t blob, ElementFormat format) {
          return number_of_element(blob, format);
        }) {}
  SeenReader(const SeenReader&) = delete;
  SeenReader& operator=(const SeenReader&) = delete;

  Result<void> add_call(int32_t index, const SpanView& span) {
    Seen::Call call{.span = index, .answers = {}};
    if (span.span.facts.input_context) call.context = TRY(number_of_context(*span.span.facts.input_context));
    for (size_t m = 0; m < span.span.output.size(); ++m) {
      call.answers.push_back(echo_of_answer(span.span.output[m], span.output_messages[m]));
    }
    seen_.calls.push_back(std::move(call));
    return {};
  }

 private:
  Result<int32_t> number_of_context(const ContextId& id) {
    const auto known = contexts_.find(id);
    if (known != contexts_.end()) return known->second;
    const auto stored = TRY(store_.context(id));
    if (!stored) return fail(ErrorCode::not_found, "no context " + id.hex());
    auto lists = TRY(lists_.read(*stored));
    const auto number = static_cast<int32_t>(seen_.contexts.size());
    seen_.contexts.push_back({.head = std::move(lists.system), .body = lists.body});
    contexts_.emplace(id, number);
    return number;
  }
  Result<int32_t> number_of_element(uint64_t blob, ElementFormat format) {
    const auto known = elements_.find(blob);
    if (known != elements_.end()) return known->second;
    const ContextMessage* message = TRY(seen_.memory->message(blob, format));
    const auto number = static_cast<int32_t>(seen_.elements.size());
    seen_.elements.push_back(
        {.message = message, .echo = echo_of(*message), .is_instruction = is_instruction(message->message)});
    elements_.emplace(blob, number);
    return number;
  }
  int32_t echo_of(const ContextMessage& message) {
    const int32_t echo = number_of_echo(context::echo_id(message.message, message.id));
    if (unnamed_calls_.empty() || answers_.contains(echo)) return echo;
    const auto first_call = context::first_call_id(message.message);
    const auto found = first_call ? unnamed_calls_.find(*first_call) : unnamed_calls_.end();
    return found == unnamed_calls_.end() ? echo : found->second;
  }
  int32_t echo_of_answer(const Message& message, const MessageId& id) {
    const int32_t echo = number_of_echo(context::echo_id(message, id));
    answers_.insert(echo);
    const bool has_names = std::ranges::any_of(message.parts, context::names_call);
    const auto first_call = has_names ? std::nullopt : context::first_call_id(message);
    if (first_call) unnamed_calls_[*first_call] = echo;
    return echo;
  }
  int32_t number_of_echo(const MessageId& id) {
    const auto [at, is_new] = echoes_.try_emplace(id, seen_.echoes);
    seen_.echoes += is_new ? 1 : 0;
    return at->second;
  }

  store::Store& store_;
  Seen& seen_;
  ContextLists lists_;
  std::unordered_map<ContextId, int32_t> contexts_;
  std::unordered_map<uint64_t, int32_t> elements_;  // by blob: one is read under one format
  std::unordered_map<MessageId, int32_t> echoes_;
  std::unordered_set<int32_t> answers_;
  std::unordered_map<MessageId, int32_t> unnamed_calls_;  // first_call_id of answers without call ids, to their echo
};

// Goes through the tree path by path, with a count of what the path at hand says.
std::vector<int32_t> count_occurrences(const Seen& seen) {
  using Node = ContextTree::Node;
  const ContextTree& tree = seen.tree;
  const auto nodes = static_cast<Node>(tree.size());
  std::vector<Node> first_child(nodes, ContextTree::k_empty);
  std::vector<Node> sibling(nodes, ContextTree::k_empty);
  for (Node node = nodes - 1; node > ContextTree::k_empty; --node) {
    sibling[node] = first_child[tree.parent(node)];
    first_child[tree.parent(node)] = node;
  }
  std::vector<int32_t> occurrences(nodes, 0);
  std::vector<int32_t> said(seen.echoes, 0);
  const auto count = [&](Node node, int32_t by) {
    const Seen::Element& element = seen.elements[tree.message(node)];
    return element.is_instruction ? 0 : said[element.echo] += by;
  };
  for (Node node = first_child[ContextTree::k_empty]; node != ContextTree::k_empty;) {
    occurrences[node] = count(node, 1);
    if (first_child[node] != ContextTree::k_empty) {
      node = first_child[node];
      continue;
    }
    while (node != ContextTree::k_empty) {
      count(node, -1);
      if (sibling[node] != ContextTree::k_empty) break;
      node = tree.parent(node);
    }
    node = sibling[node];
  }
  return occurrences;
}

}  // namespace

Result<Seen> read_seen(store::Store& store, const SessionView& view) {
  Seen seen;
  seen.memory = std::make_shared<ContextReader>(store);
  SeenReader reader(store, seen);
  for (size_t i = 0; i < view.spans.size(); ++i) {
    if (view.spans[i].is_llm_call) TRY_VOID(reader.add_call(static_cast<int32_t>(i), view.spans[i]));
  }
  seen.occurrences = count_occurrences(seen);
  return seen;
}

}  // namespace strobe::query
