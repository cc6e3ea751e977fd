#include <string>
#include <unordered_map>

#include "context/canonical.h"
#include "query/query.h"

namespace strobe::query {

namespace {

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// What a model wrote rarely comes back byte for byte in the next call's input: its reasoning is left out, its text
// trimmed. Within a transcript such an echo is the same message.
MessageId echo_id(const ContextMessage& message) {
  if (message.message.role != "assistant") return message.id;
  Message reduced;
  reduced.role = message.message.role;
  for (Part part : message.message.parts) {
    if (part.type == PartType::reasoning) continue;
    if (part.type == PartType::text) {
      part.text = trimmed(part.text);
      if (part.text.empty()) continue;
    }
    reduced.parts.push_back(part);
  }
  return context::message_id(reduced);
}

// Decides which messages a reader has not seen yet. The same message may well be said twice in one conversation: what
// counts is how often a context holds it and how often it was shown.
class Shown {
 public:
  void begin_context() { in_context_.clear(); }
  bool is_new(const ContextMessage& message) {
    const MessageId id = echo_of(message);
    int& shown = shown_[id];
    if (++in_context_[id] <= shown) return false;
    ++shown;
    return true;
  }
  void add_output(const ContextMessage& message) { ++shown_[echo_id(message)]; }

 private:
  // Contexts share their messages: each is reduced once.
  const MessageId& echo_of(const ContextMessage& message) {
    const auto [at, is_first] = echo_ids_.try_emplace(&message);
    if (is_first) at->second = echo_id(message);
    return at->second;
  }
  std::unordered_map<const ContextMessage*, MessageId> echo_ids_;
  std::unordered_map<MessageId, int> shown_;
  std::unordered_map<MessageId, int> in_context_;
};

}  // namespace

Result<Transcript> read_transcript(store::Store& store, const SessionView& view) {
  const auto reader = std::make_shared<ContextReader>(store);
  Transcript transcript;
  transcript.memory = reader;
  Shown shown;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    if (!span.is_llm_call) continue;
    const auto index = static_cast<int32_t>(i);
    if (span.span.facts.input_context) {
      const auto context = TRY(reader->read(*span.span.facts.input_context));
      shown.begin_context();
      for (const auto* messages : {&context.system, &context.body}) {
        for (const ContextMessage* message : *messages) {
          if (shown.is_new(*message)) transcript.entries.push_back({index, &message->message, message->id});
        }
      }
    }
    for (size_t m = 0; m < span.span.output.size(); ++m) {
      shown.add_output({span.output_messages[m], span.span.output[m]});
      transcript.entries.push_back({index, &span.span.output[m], span.output_messages[m]});
    }
  }
  return transcript;
}

}  // namespace strobe::query
