#include "dialect/elements.h"
#include "dialect/read.h"
#include "dialect/whole_json.h"
#include "json/parse.h"

// Answers inside whole-JSON attributes: a text, a message, OpenAI's choices, LangChain's generations, Genkit's message.
namespace strobe::dialect {

namespace {

// Lists inside lists, and objects around messages, no deeper than any framework nests them.
constexpr int k_answer_depth_max = 6;
constexpr size_t k_answers_max = 1000;

void append_answers(std::vector<Message>& answers, const json::Node& node, int depth, Arena& arena);

void append_answer(std::vector<Message>& answers, Message message) {
  if (message.role.empty() || message.role == "user") message.role = "assistant";
  if (!message.parts.empty() && answers.size() < k_answers_max) answers.push_back(std::move(message));
}

// A choice, a generation or a candidate: a message and why it ended.
void append_choice(std::vector<Message>& answers, const json::Node& choice, const json::Node& message, Arena& arena) {
  Message answer = framework_message(message, arena);
  for (const auto key : {"finish_reason", "finishReason"}) {
    if (answer.finish_reason.empty()) answer.finish_reason = choice.string_at(key);
  }
  const json::Node* info = choice.find("generation_info");
  if (answer.finish_reason.empty() && info != nullptr) answer.finish_reason = info->string_at("finish_reason");
  append_answer(answers, std::move(answer));
}

void append_object(std::vector<Message>& answers, const json::Node& node, int depth, Arena& arena) {
  for (const auto key : {"generations", "choices", "candidates"}) {
    const json::Node* list = node.find(key);
    if (list != nullptr && list->is_array()) return append_answers(answers, *list, depth + 1, arena);
  }
  const json::Node* message = node.find("message");
  if (message != nullptr && message->is_object()) return append_choice(answers, node, *message, arena);
  const bool is_message = node.find("role") != nullptr || node.find("content") != nullptr || node.find("lc") != nullptr;
  if (!is_message) {
    for (const auto key : {"output", "outputs", "messages"}) {
      const json::Node* inner = node.find(key);
      if (inner != nullptr && inner->type != json::Type::null) return append_answers(answers, *inner, depth + 1, arena);
    }
    const json::Node* text = node.find("text");
    if (text != nullptr && text->is_string()) return append_choice(answers, node, *text, arena);
  }
  Message answer = framework_message(node, arena);
  if (answer.finish_reason.empty()) answer.finish_reason = node.string_at("stop_reason");
  append_answer(answers, std::move(answer));
}

void append_answers(std::vector<Message>& answers, const json::Node& node, int depth, Arena& arena) {
  if (depth > k_answer_depth_max) return;
  if (node.is_array()) {
    for (const json::Node& item : node.items) append_answers(answers, item, depth + 1, arena);
  } else if (node.is_object()) {
    append_object(answers, node, depth, arena);
  } else if (node.is_string()) {
    append_answer(answers, chat_message(node, arena));
  }
}

}  // namespace

void read_whole_output(const Fields& fields, NormalSpan& span, Key key, Arena& arena) {
  using State = JsonContent::State;
  if (span.facts.kind != Kind::llm || !span.output.empty()) return;
  const JsonContent content = read_json(fields.value(key), arena);
  if (content.state == State::absent) return;
  json::Node node = content.node;
  if (content.state == State::unreadable) {
    node.type = json::Type::string;
    node.text = content.text;
  } else if (node.is_string()) {
    const auto inner = json::parse(node.text, arena);
    if (inner && (inner->is_object() || inner->is_array())) node = *inner;
  }
  append_answers(span.output, node, 0, arena);
  if (content.state == State::truncated && !span.output.empty()) span.output.back().state = ContentState::truncated;
}

}  // namespace strobe::dialect
