#include "property/slow_transcript.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "context/echo.h"

namespace strobe::property {

namespace {

using context::echo_id;
using context::first_call_id;
using context::names_call;

// Whether what a later call repeats says more of an answer than the answer itself: ids of calls, or reasoning.
bool tells_more(const Message& repeated, const Message& answer) {
  const auto has = [](const Message& message, auto is) { return std::ranges::any_of(message.parts, is); };
  const auto is_reasoning = [](const Part& part) { return part.type == PartType::reasoning; };
  if (has(repeated, names_call) != has(answer, names_call)) return has(repeated, names_call);
  return has(repeated, is_reasoning) && !has(answer, is_reasoning);
}

bool is_instruction(const Message& message) { return message.role == "system" || message.role == "developer"; }

// Calls that continue each other: each sees what the one before it saw and answered. The same text may well be said
// twice in one conversation; what counts is how often a context holds it and how often this chain has shown it.
struct Chain {
  // An answer that it has shown: as which of those that are the same, and where in the transcript.
  struct Answer {
    int number = 0;
    size_t entry = 0;
  };
  std::unordered_map<MessageId, int> shown;
  std::unordered_map<MessageId, std::vector<Answer>> answers;
  MessageId tail;     // its last message: who continues the chain has seen it
  ContextId context;  // what its last call saw
};

// Decides which messages of a context a reader has not seen yet.
class Reader {
 public:
  explicit Reader(std::vector<TranscriptEntry>& entries) : entries_(entries) {}

  // The new ones among `messages`, the context `id`, in order; remembers them as shown. Answers that are told more
  // fully now take the fuller form where they stand.
  std::vector<const ContextMessage*> new_messages(const ContextId& id,
                                                  const std::vector<const ContextMessage*>& messages) {
    std::vector<MessageId> echoes;
    echoes.reserve(messages.size());
    for (const ContextMessage* message : messages) echoes.push_back(echo_of(*message));
    chain_ = chain_of(id, echoes);
    std::vector<const ContextMessage*> fresh;
    std::unordered_map<MessageId, int> in_context;
    for (size_t i = 0; i < messages.size(); ++i) {
      if (is_instruction(messages[i]->message)) {
        // Sub-agents and side calls repeat them; they are told once.
        if (instructions_.insert(echoes[i]).second) fresh.push_back(messages[i]);
        continue;
      }
      int& shown = chain_->shown[echoes[i]];
      const int number = ++in_context[echoes[i]];
      if (number <= shown) {
        complete_answer(echoes[i], number, *messages[i]);
        continue;
      }
      ++shown;
      fresh.push_back(messages[i]);
    }
    if (!echoes.empty() && !is_retry_) set_tail(echoes.back());
    return fresh;
  }
  // What the call answered: shown in any case, and the end of its chain from now on.
  void add_output(int32_t span, const Message& message, const MessageId& id) {
    const MessageId echo = echo_id(message, id);
    if (chain_ == nullptr) chain_ = &chains_.emplace_back();
    const int number = ++chain_->shown[echo];
    chain_->answers[echo].push_back({number, entries_.size()});
    entries_.push_back({span, &message, id});
    answers_.insert(echo);
    const auto first_call = std::ranges::any_of(message.parts, names_call) ? std::nullopt : first_call_id(message);
    if (first_call) unnamed_calls_[*first_call] = echo;
    set_tail(echo);
  }
  void begin_call() {
    chain_ = nullptr;
    is_retry_ = false;
  }

 private:
  // The chain whose end this context contains, the latest such place; else the one that saw this very context last, for
  // then it is a retry; else a new one.
  Chain* chain_of(const ContextId& id, const std::vector<MessageId>& echoes) {
    Chain*& of_context = by_context_[id];
    Chain* continued = chain_with_end_in(echoes);
    is_retry_ = continued == nullptr && of_context != nullptr && of_context->context == id;
    if (continued != nullptr) of_context = continued;
    if (continued == nullptr && !is_retry_) of_context = &chains_.emplace_back();
    of_context->context = id;
    return of_context;
  }
  Chain* chain_with_end_in(const std::vector<MessageId>& echoes) {
    for (size_t i = echoes.size(); i > 0; --i) {
      const auto found = tails_.find(echoes[i - 1]);
      if (found != tails_.end()) return found->second;
    }
    return nullptr;
  }
  void set_tail(const MessageId& tail) {
    const auto old = tails_.find(chain_->tail);
    // Nobody knows with which of two answers to the same context it goes on.
    if (!is_retry_ && old != tails_.end() && old->second == chain_) tails_.erase(old);
    chain_->tail = tail;
    tails_[tail] = chain_;
  }
  // Contexts share their messages: each is reduced once.
  const MessageId& echo_of(const ContextMessage& message) {
    const auto [at, is_first] = echo_ids_.try_emplace(&message);
    if (!is_first) return at->second;
    at->second = echo_id(message.message, message.id);
    if (unnamed_calls_.empty() || answers_.contains(at->second)) return at->second;
    const auto first_call = first_call_id(message.message);
    const auto found = first_call ? unnamed_calls_.find(*first_call) : unnamed_calls_.end();
    if (found != unnamed_calls_.end()) at->second = found->second;
    return at->second;
  }
  void complete_answer(const MessageId& echo, int number, const ContextMessage& repeated) {
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

  std::vector<TranscriptEntry>& entries_;
  std::deque<Chain> chains_;  // addresses stay
  Chain* chain_ = nullptr;
  std::unordered_map<MessageId, Chain*> tails_;
  std::unordered_map<ContextId, Chain*> by_context_;
  bool is_retry_ = false;  // the call at hand
  std::unordered_map<const ContextMessage*, MessageId> echo_ids_;
  std::unordered_set<MessageId> instructions_;
  std::unordered_set<MessageId> answers_;
  std::unordered_map<MessageId, MessageId> unnamed_calls_;  // first_call_id of answers without call ids, to their echo
};

// All that a context holds but the tools, in order.
Result<std::vector<const ContextMessage*>> messages_of(store::Store& store, query::ContextReader& reader,
                                                       const ContextId& id) {
  const auto stored = TRY(store.context(id));
  if (!stored) return fail(ErrorCode::not_found, "no context " + id.hex());
  std::vector<const ContextMessage*> messages;
  for (const auto& [list, format] :
       {std::pair(stored->system, stored->system_format), std::pair(stored->input, stored->input_format)}) {
    if (list == 0) continue;
    for (const uint64_t blob : TRY(store.fetch_sequence(list))) messages.push_back(TRY(reader.message(blob, format)));
  }
  return messages;
}

}  // namespace

Result<Transcript> slow_transcript(store::Store& store, const SessionView& view) {
  const auto contexts = std::make_shared<query::ContextReader>(store);
  Transcript transcript;
  transcript.memory = contexts;
  Reader reader(transcript.entries);
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    if (!span.is_llm_call) continue;
    const auto index = static_cast<int32_t>(i);
    reader.begin_call();
    if (span.span.facts.input_context) {
      const auto messages = TRY(messages_of(store, *contexts, *span.span.facts.input_context));
      for (const ContextMessage* message : reader.new_messages(*span.span.facts.input_context, messages)) {
        transcript.entries.push_back({index, &message->message, message->id});
      }
    }
    for (size_t m = 0; m < span.span.output.size(); ++m) {
      reader.add_output(index, span.span.output[m], span.output_messages[m]);
    }
  }
  return transcript;
}

}  // namespace strobe::property
