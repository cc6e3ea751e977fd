#include <algorithm>
#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "context/canonical.h"
#include "query/query.h"

namespace strobe::query {

namespace {

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// What a model wrote rarely comes back byte for byte in the next call's input: its reasoning is left out, its texts are
// joined and trimmed, or left out where it called tools, whose ids are enough. Within a transcript such an echo is the
// same message.
MessageId echo_id(const Message& message, const MessageId& id) {
  if (message.role != "assistant") return id;
  std::string text;
  Message reduced;
  reduced.role = message.role;
  for (const Part& part : message.parts) {
    if (part.type == PartType::text) text += part.text;
    if (part.type != PartType::text && part.type != PartType::reasoning) reduced.parts.push_back(part);
  }
  Part joined;
  joined.text = trimmed(text);
  const auto names_call = [](const Part& part) { return part.type == PartType::tool_call && !part.id.empty(); };
  if (std::ranges::any_of(message.parts, names_call)) joined.text = {};
  if (!joined.text.empty()) reduced.parts.push_back(joined);
  return context::message_id(reduced);
}

bool is_instruction(const Message& message) { return message.role == "system" || message.role == "developer"; }

// Calls that continue each other: each sees what the one before it saw and answered. The same text may well be said
// twice in one conversation; what counts is how often a context holds it and how often this chain has shown it.
struct Chain {
  std::unordered_map<MessageId, int> shown;
  MessageId tail;  // its last message: who continues the chain has seen it
};

// Decides which messages of a context a reader has not seen yet.
class Reader {
 public:
  // The new ones among `messages`, in order; remembers them as shown.
  std::vector<const ContextMessage*> new_messages(const std::vector<const ContextMessage*>& messages) {
    std::vector<MessageId> echoes;
    echoes.reserve(messages.size());
    for (const ContextMessage* message : messages) echoes.push_back(echo_of(*message));
    chain_ = chain_of(echoes);
    std::vector<const ContextMessage*> fresh;
    std::unordered_map<MessageId, int> in_context;
    for (size_t i = 0; i < messages.size(); ++i) {
      if (is_instruction(messages[i]->message)) {
        // Sub-agents and side calls repeat them; they are told once.
        if (instructions_.insert(echoes[i]).second) fresh.push_back(messages[i]);
        continue;
      }
      int& shown = chain_->shown[echoes[i]];
      if (++in_context[echoes[i]] <= shown) continue;
      ++shown;
      fresh.push_back(messages[i]);
    }
    if (!echoes.empty()) set_tail(echoes.back());
    return fresh;
  }
  // What the call answered: shown in any case, and the end of its chain from now on.
  void add_output(const Message& message, const MessageId& id) {
    const MessageId echo = echo_id(message, id);
    if (chain_ == nullptr) chain_ = &chains_.emplace_back();
    ++chain_->shown[echo];
    set_tail(echo);
  }
  void begin_call() { chain_ = nullptr; }

 private:
  // The chain whose end this context contains, the latest such place; else a new one.
  Chain* chain_of(const std::vector<MessageId>& echoes) {
    for (size_t i = echoes.size(); i > 0; --i) {
      const auto found = tails_.find(echoes[i - 1]);
      if (found != tails_.end()) return found->second;
    }
    return &chains_.emplace_back();
  }
  void set_tail(const MessageId& tail) {
    const auto old = tails_.find(chain_->tail);
    if (old != tails_.end() && old->second == chain_) tails_.erase(old);
    chain_->tail = tail;
    tails_[tail] = chain_;
  }
  // Contexts share their messages: each is reduced once.
  const MessageId& echo_of(const ContextMessage& message) {
    const auto [at, is_first] = echo_ids_.try_emplace(&message);
    if (is_first) at->second = echo_id(message.message, message.id);
    return at->second;
  }

  std::deque<Chain> chains_;  // addresses stay
  Chain* chain_ = nullptr;
  std::unordered_map<MessageId, Chain*> tails_;
  std::unordered_map<const ContextMessage*, MessageId> echo_ids_;
  std::unordered_set<MessageId> instructions_;
};

}  // namespace

Result<Transcript> read_transcript(store::Store& store, const SessionView& view) {
  const auto contexts = std::make_shared<ContextReader>(store);
  Transcript transcript;
  transcript.memory = contexts;
  Reader reader;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    if (!span.is_llm_call) continue;
    const auto index = static_cast<int32_t>(i);
    reader.begin_call();
    if (span.span.facts.input_context) {
      auto context = TRY(contexts->read(*span.span.facts.input_context));
      std::vector<const ContextMessage*> messages = std::move(context.system);
      messages.insert(messages.end(), context.body.begin(), context.body.end());
      for (const ContextMessage* message : reader.new_messages(messages)) {
        transcript.entries.push_back({index, &message->message, message->id});
      }
    }
    for (size_t m = 0; m < span.span.output.size(); ++m) {
      reader.add_output(span.span.output[m], span.output_messages[m]);
      transcript.entries.push_back({index, &span.span.output[m], span.output_messages[m]});
    }
  }
  return transcript;
}

}  // namespace strobe::query
