#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "context/echo.h"
#include "query/query.h"
#include "query/seen.h"

namespace strobe::query {

namespace {

using Node = ContextTree::Node;

// Whether what a later call repeats says more of an answer than the answer itself: ids of calls, or reasoning.
bool tells_more(const Message& repeated, const Message& answer) {
  const auto has = [](const Message& message, auto is) { return std::ranges::any_of(message.parts, is); };
  const auto is_reasoning = [](const Part& part) { return part.type == PartType::reasoning; };
  if (has(repeated, context::names_call) != has(answer, context::names_call)) {
    return has(repeated, context::names_call);
  }
  return has(repeated, is_reasoning) && !has(answer, is_reasoning);
}

// Calls that continue each other: each sees what the one before it saw and answered. The same text may well be said
// twice in one conversation; what counts is how often a context holds it and how often this chain has shown it.
struct Chain {
  // An answer that it has shown: as which of those that are the same, and where in the transcript.
  struct Answer {
    int32_t number = 0;
    size_t entry = 0;
  };
  std::unordered_map<int32_t, int32_t> shown;  // by echo, as all here
  std::unordered_map<int32_t, std::vector<Answer>> answers;
  // Lists that one of its calls saw, with their beginnings: looking at them again changes nothing, for a fuller form of
  // an answer is taken once, and answers that came since are said for another time.
  std::unordered_set<Node> seen = {ContextTree::k_empty};
  int32_t tail = -1;     // its last message: who continues the chain has seen it
  int32_t context = -1;  // what its last call saw
};

// Decides which messages a reader has not seen yet, call after call.
class Reader {
 public:
  Reader(const Seen& seen, const SessionView& view, std::vector<TranscriptEntry>& entries)
      : seen_(seen),
        view_(view),
        entries_(entries),
        tails_(seen.echoes),
        by_context_(seen.contexts.size()),
        instructions_(seen.echoes) {}

  void read(const Seen::Call& call) {
    call_ = &call;
    chain_ = nullptr;
    is_retry_ = false;
    if (call.context >= 0) read_context(call.context);
    for (size_t i = 0; i < call.answers.size(); ++i) add_answer(i, call.answers[i]);
  }

 private:
  void read_context(int32_t number) {
    const Seen::Context& context = seen_.contexts[number];
    chain_ = chain_of(number);
    for (const int32_t element : context.head) tell_once(seen_.elements[element]);
    std::vector<Node> fresh;
    for (Node node = context.body; !chain_->seen.contains(node); node = seen_.tree.parent(node)) fresh.push_back(node);
    for (auto node = fresh.rbegin(); node != fresh.rend(); ++node) look_at(*node);
    chain_->seen.insert(fresh.begin(), fresh.end());
    const int32_t last = last_echo_of(context);
    if (last >= 0 && !is_retry_) set_tail(last);
  }
  // Sub-agents and side calls repeat instructions.
  void tell_once(const Seen::Element& element) {
    if (!instructions_[element.echo]) show(*element.message);
    instructions_[element.echo] = true;
  }
  // The last message of a list that the chain has not seen yet.
  void look_at(Node node) {
    const Seen::Element& element = seen_.elements[seen_.tree.message(node)];
    if (element.is_instruction) return tell_once(element);
    int32_t& shown = chain_->shown[element.echo];
    const int32_t number = seen_.occurrences[node];
    if (number <= shown) return complete_answer(element.echo, number, *element.message);
    ++shown;
    show(*element.message);
  }
  void show(const ContextMessage& message) { entries_.push_back({call_->span, &message.message, message.id}); }

  // What the call answered: shown in any case, and the end of its chain from now on.
  void add_answer(size_t place, int32_t echo) {
    const SpanView& span = view_.spans[call_->span];
    if (chain_ == nullptr) chain_ = &chains_.emplace_back();
    const int32_t number = ++chain_->shown[echo];
    chain_->answers[echo].push_back({number, entries_.size()});
    entries_.push_back({call_->span, &span.span.output[place], span.output_messages[place]});
    set_tail(echo);
  }
  // Answers that are told more fully now take the fuller form where they stand.
  void complete_answer(int32_t echo, int32_t number, const ContextMessage& repeated) {
    const auto found = chain_->answers.find(echo);
    if (found == chain_->answers.end()) return;
    // By number, for there are as many as an agent says the same thing.
    const auto answer = std::ranges::lower_bound(found->second, number, {}, &Chain::Answer::number);
    if (answer == found->second.end() || answer->number != number) return;
    TranscriptEntry& entry = entries_[answer->entry];
    if (!tells_more(repeated.message, *entry.message)) return;
    entry.message = &repeated.message;
    entry.id = repeated.id;
  }

  // The chain whose end this context contains, the latest such place; else the one that saw this very context last, for
  // then it is a retry; else a new one.
  Chain* chain_of(int32_t number) {
    Chain*& of_context = by_context_[number];
    Chain* continued = chain_with_end_in(seen_.contexts[number]);
    is_retry_ = continued == nullptr && of_context != nullptr && of_context->context == number;
    if (continued != nullptr) of_context = continued;
    if (continued == nullptr && !is_retry_) of_context = &chains_.emplace_back();
    of_context->context = number;
    return of_context;
  }
  Chain* chain_with_end_in(const Seen::Context& context) const {
    for (Node node = context.body; node != ContextTree::k_empty; node = seen_.tree.parent(node)) {
      if (Chain* found = tails_[echo_of(seen_.tree.message(node))]) return found;
    }
    for (auto element = context.head.rbegin(); element != context.head.rend(); ++element) {
      if (Chain* found = tails_[echo_of(*element)]) return found;
    }
    return nullptr;
  }
  void set_tail(int32_t tail) {
    // Nobody knows with which of two answers to the same context it goes on.
    if (!is_retry_ && chain_->tail >= 0 && tails_[chain_->tail] == chain_) tails_[chain_->tail] = nullptr;
    chain_->tail = tail;
    tails_[tail] = chain_;
  }
  int32_t echo_of(int32_t element) const { return seen_.elements[element].echo; }
  int32_t last_echo_of(const Seen::Context& context) const {
    if (context.body != ContextTree::k_empty) return echo_of(seen_.tree.message(context.body));
    return context.head.empty() ? -1 : echo_of(context.head.back());
  }

  const Seen& seen_;
  const SessionView& view_;
  std::vector<TranscriptEntry>& entries_;
  const Seen::Call* call_ = nullptr;  // the call at hand
  bool is_retry_ = false;
  Chain* chain_ = nullptr;
  std::deque<Chain> chains_;        // addresses stay
  std::vector<Chain*> tails_;       // by echo; null: the end of none
  std::vector<Chain*> by_context_;  // by the context's number; null: nobody saw it yet
  std::vector<bool> instructions_;  // by echo: whether it was told
};

}  // namespace

Result<Transcript> read_transcript(store::Store& store, const SessionView& view) {
  const Seen seen = TRY(read_seen(store, view));
  Transcript transcript;
  transcript.memory = seen.memory;
  Reader reader(seen, view, transcript.entries);
  for (const Seen::Call& call : seen.calls) reader.read(call);
  return transcript;
}

}  // namespace strobe::query
