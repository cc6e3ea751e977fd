#include "dialect/otel_events.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "dialect/elements.h"
#include "dialect/payload.h"
#include "json/number.h"
#include "json/parse.h"

namespace strobe::dialect {

namespace {

constexpr std::string_view k_choice = "gen_ai.choice";
constexpr std::string_view k_content_prompt = "gen_ai.content.prompt";
constexpr std::string_view k_content_completion = "gen_ai.content.completion";
// Where .NET, whose events have no body, puts the body's JSON.
constexpr std::string_view k_event_content = "gen_ai.event.content";

// Whose message an event of that name tells; empty: no message. `gen_ai.tool.developer` is an old slip of Semantic
// Kernel's, and `gen_ai.prompt` what it calls the prompt of a text completion.
std::string_view role_of(std::string_view event) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> k_roles = {{
      {"gen_ai.system.message", "system"},
      {"gen_ai.developer.message", "developer"},
      {"gen_ai.tool.developer", "developer"},
      {"gen_ai.user.message", "user"},
      {"gen_ai.assistant.message", "assistant"},
      {"gen_ai.tool.message", "tool"},
      {"gen_ai.prompt", "user"},
      {k_choice, "assistant"},
  }};
  const auto* found = std::ranges::find(k_roles, event, &std::pair<std::string_view, std::string_view>::first);
  return found != k_roles.end() ? found->second : std::string_view();
}

bool is_question(std::string_view event) { return event != k_choice && !role_of(event).empty(); }
bool is_choice(std::string_view event) { return event == k_choice; }

bool holds_text(const KeyValue& member) {
  const bool may_hold_it = member.key == "content" || member.key == "parts" || member.key == "message" ||
                           member.key == k_event_content || member.key == "gen_ai.prompt";
  return may_hold_it && !is_blank(member.value);
}

bool has_content(std::span<const KeyValue> members) {
  return std::ranges::any_of(members, [](const KeyValue& member) {
    const bool is_message = member.key == "message" && member.value.type == ValueType::kvlist;
    return is_message ? std::ranges::any_of(member.value.as_kvlist(), holds_text) : holds_text(member);
  });
}

// Whether an event holds a message's text: with the capture of content off they come without.
bool bears_content(const Told* told) {
  if (has_content(told->attributes)) return true;
  if (told->body == nullptr) return false;
  if (told->body->type == ValueType::kvlist) return has_content(told->body->as_kvlist());
  return !is_blank(*told->body) && told->body->as_text() != told->name;
}

std::vector<const Told*> told_where(const Fields& fields, bool (*is_wanted)(std::string_view)) {
  std::vector<const Told*> events;
  std::vector<const Told*> logs;
  for (const Told& told : fields.told()) {
    if (is_wanted(told.name)) (told.body != nullptr ? logs : events).push_back(&told);
  }
  return logs.empty() || std::ranges::any_of(events, bears_content) ? events : logs;
}

Value element_of(const Told& told, Arena& arena) {
  const bool has_body = told.body != nullptr && told.body->type != ValueType::empty;
  const auto members = arena.allocate_array<KeyValue>(has_body ? 3 : 2);
  members[0] = {"event", Value::of_string(told.name)};
  members[1] = {"attributes", Value::of_kvlist(told.attributes)};
  if (has_body) members[2] = {"body", *told.body};
  return Value::of_kvlist(members);
}

bool read_role_events(const Fields& fields, ElementFormat format, NormalSpan& span, Arena& arena) {
  const auto told = told_where(fields, is_question);
  if (std::ranges::none_of(told, bears_content)) return false;
  const auto elements = arena.allocate_array<Value>(told.size());
  for (size_t i = 0; i < told.size(); ++i) elements[i] = element_of(*told[i], arena);
  const auto* list = arena.make<Value>(Value::of_array(elements));
  span.content.push_back({ContentRole::input, ContentShape::value_array, format, "gen_ai.events", list});
  return true;
}

// A list of messages, an object that has one, or a prompt that is a text.
bool add_prompt(const Value* value, NormalSpan& span, Arena& arena) {
  if (value == nullptr || is_blank(*value)) return false;
  ContentShape shape = ContentShape::whole;
  if (value->type == ValueType::array) shape = ContentShape::value_array;
  if (value->is_string()) {
    const auto text = value->as_text();
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return false;
    if (text[first] == '{') {
      const auto messages = top_level_member(text, "messages");
      if (messages.starts_with('[')) value = arena.make<Value>(Value::of_string(messages));
    }
    if (value->as_text().substr(value->as_text().find_first_not_of(" \t\r\n")).starts_with('[')) {
      shape = ContentShape::json_list;
    }
  }
  span.content.push_back({ContentRole::input, shape, ElementFormat::otel_message, "gen_ai.prompt", value});
  return true;
}

// What the last event of that name holds under `key` or, in .NET, as its content.
const Value* told_value(const Fields& fields, std::string_view event, std::string_view key) {
  const Value* found = nullptr;
  for (const Told& told : fields.told()) {
    if (told.name != event) continue;
    const Value* value = find_attribute(told.attributes, key);
    if (value == nullptr) value = find_attribute(told.attributes, k_event_content);
    if (value == nullptr && told.body != nullptr) {
      value = told.body->type == ValueType::kvlist ? find_attribute(told.body->as_kvlist(), key) : told.body;
    }
    if (value != nullptr && !is_blank(*value)) found = value;
  }
  return found;
}

// Whether an object is a message or a choice, and not one that somebody talks about.
bool is_message(const json::Node& node) {
  constexpr std::array<std::string_view, 5> k_members = {"content", "parts", "message", "tool_calls", "role"};
  return std::ranges::any_of(k_members, [&](std::string_view member) { return node.find(member) != nullptr; });
}

// The JSON object that a text is, when it is a message's and not by chance one that a user wrote.
const json::Node* message_in(const json::Node& text, Arena& arena) {
  const size_t first = text.text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text.text[first] != '{' || text.text.size() > k_parsed_bytes_max) {
    return nullptr;
  }
  const auto parsed = json::parse(text.text, arena);
  return parsed && is_message(*parsed) ? arena.make<json::Node>(*parsed) : nullptr;
}

// What an event says: its body, the content in its attributes, or the attributes themselves.
const json::Node& body_of(const json::Node& element, std::string_view event, Arena& arena) {
  const json::Node* attributes = element.find("attributes");
  const json::Node* body = element.find("body");
  if (body != nullptr && body->is_string() && (body->text.empty() || body->text == event)) body = nullptr;
  if (body == nullptr && attributes != nullptr) body = attributes->find(k_event_content);
  if (body != nullptr && body->is_string()) {
    if (const json::Node* message = message_in(*body, arena)) return *message;
  }
  if (body != nullptr && body->type != json::Type::null) return *body;
  return attributes != nullptr ? *attributes : element;
}

// Strands writes the blocks of a message as a JSON text.
const json::Node& unquoted(ElementFormat format, const json::Node& content, Arena& arena) {
  if (format != ElementFormat::strands_event || !content.is_string()) return content;
  if (!content.text.starts_with('[') || content.text.size() > k_parsed_bytes_max) return content;
  const auto parsed = json::parse(content.text, arena);
  return parsed ? *arena.make<json::Node>(*parsed) : content;
}

std::string_view first_text(std::string_view first, std::string_view second) { return first.empty() ? second : first; }

// Google's content is an object of role and parts, where others have a text.
const json::Node& parts_of(const json::Node& content, std::string_view& role) {
  const json::Node* parts = content.is_object() ? content.find("parts") : nullptr;
  if (parts == nullptr) return content;
  role = first_text(content.string_at("role"), role);
  return *parts;
}

Part result_part(const json::Node& body, const json::Node& content, Arena& arena) {
  Part part;
  part.type = PartType::tool_result;
  part.id = first_text(body.string_at("id"), body.string_at("tool_call_id"));
  part.name = body.string_at("name");
  part.payload = payload_of(content, arena);
  return part;
}

// The text of a choice's chunks. What repeats at the end all that came before is the sum that ends a stream.
class ChunkedText {
 public:
  void add(std::string_view text) {
    before_ += last_;
    last_ = text;
  }
  std::string_view whole(Arena& arena) const {
    return last_ == before_ ? arena.copy(last_) : arena.copy(before_ + last_);
  }

 private:
  std::string before_;
  std::string last_;
};

// The chunks of one choice as one answer.
Message folded(std::vector<Message> chunks, Arena& arena) {
  if (chunks.size() == 1) return std::move(chunks.front());
  Message whole;
  ChunkedText text;
  ChunkedText reasoning;
  std::vector<Part> others;
  std::unordered_set<std::string_view> seen;
  for (const Message& chunk : chunks) {
    if (whole.role.empty()) whole.role = chunk.role;
    if (!chunk.finish_reason.empty()) whole.finish_reason = chunk.finish_reason;
    if (chunk.state == ContentState::truncated || chunk.state == ContentState::redacted) whole.state = chunk.state;
    for (const Part& part : chunk.parts) {
      if (part.type == PartType::text) {
        text.add(part.text);
      } else if (part.type == PartType::reasoning) {
        reasoning.add(part.text);
      } else if (part.id.empty() || seen.insert(part.id).second) {
        others.push_back(part);
      }
    }
  }
  append_text(whole, PartType::reasoning, reasoning.whole(arena));
  append_text(whole, PartType::text, text.whole(arena));
  for (const Part& part : others) append_part(whole, part);
  return whole;
}

// Choices by their index; what has none is a choice of its own.
class Choices {
 public:
  void add(Message message, const json::Node* index) {
    const auto number = index != nullptr ? json::to_int64(index->text) : std::nullopt;
    if (!number) {
      chunks_.push_back({std::move(message)});
      return;
    }
    const auto [place, is_new] = places_.emplace(*number, chunks_.size());
    if (is_new) chunks_.emplace_back();
    chunks_[place->second].push_back(std::move(message));
  }

  // The finish reasons even of choices without content.
  void take(NormalSpan& span, Arena& arena) {
    const bool wants_reasons = span.finish_reasons.empty();
    for (auto& chunks : chunks_) {
      Message message = folded(std::move(chunks), arena);
      if (message.role.empty()) message.role = "assistant";
      if (wants_reasons && !message.finish_reason.empty()) span.finish_reasons.emplace_back(message.finish_reason);
      if (!message.parts.empty()) span.output.push_back(std::move(message));
    }
  }

 private:
  std::unordered_map<int64_t, size_t> places_;
  std::vector<std::vector<Message>> chunks_;
};

void read_choices(const Fields& fields, ElementFormat format, NormalSpan& span, Arena& arena) {
  Choices choices;
  for (const Told* told : told_where(fields, is_choice)) {
    const json::Node element = node_of(element_of(*told, arena), arena);
    if (!element.is_object()) continue;
    choices.add(told_message(format, element, arena), body_of(element, k_choice, arena).find("index"));
  }
  choices.take(span, arena);
}

// The text of an answer, a message, a choice, or a list of these.
void read_completion(const Value* value, NormalSpan& span, Arena& arena) {
  using State = JsonContent::State;
  const JsonContent content = read_json(value, arena);
  if (content.state == State::absent) return;
  const std::span<const json::Node> items = content.node.is_array() ? content.node.items : std::span(&content.node, 1);
  // An answer may well be JSON itself.
  if (content.state == State::unreadable || std::ranges::none_of(items, is_message)) {
    Message message;
    message.role = "assistant";
    append_text(message, PartType::text, content.node.is_string() ? content.node.text : content.text);
    span.output.push_back(std::move(message));
    return;
  }
  Choices choices;
  for (const json::Node& item : items) {
    Message message =
        item.is_object() ? told_message(ElementFormat::otel_event, item, arena) : chat_message(item, arena);
    if (!item.is_object()) message.role = "assistant";
    if (content.state == State::truncated && &item == &items.back()) message.state = ContentState::truncated;
    choices.add(std::move(message), item.find("index"));
  }
  choices.take(span, arena);
}

}  // namespace

void read_told_messages(const Fields& fields, ElementFormat format, NormalSpan& span, Arena& arena) {
  const auto is_input = [](const ContentSource& source) { return source.role == ContentRole::input; };
  if (std::ranges::none_of(span.content, is_input) && !read_role_events(fields, format, span, arena)) {
    const Value* prompt = told_value(fields, k_content_prompt, "gen_ai.prompt");
    add_prompt(prompt != nullptr ? prompt : fields.value(Key::gen_ai_prompt), span, arena);
  }
  if (span.output.empty()) read_choices(fields, format, span, arena);
  if (!span.output.empty()) return;
  const Value* completion = told_value(fields, k_content_completion, "gen_ai.completion");
  read_completion(completion != nullptr ? completion : fields.value(Key::gen_ai_completion), span, arena);
}

Message told_message(ElementFormat format, const json::Node& element, Arena& arena) {
  if (!element.is_object()) return unknown_element("user", element, arena);
  const auto event = first_text(element.string_at("event"), element.string_at("event.name"));
  const json::Node& body = body_of(element, event, arena);
  const json::Node* inner = body.is_object() ? body.find("message") : &body;
  if (inner == nullptr) inner = &body;
  if (inner->is_string()) {
    if (const json::Node* message = message_in(*inner, arena)) inner = message;
  }
  Message message;
  auto role = first_text(inner->string_at("role"), role_of(event));
  message.finish_reason = first_text(body.string_at("finish_reason"), inner->string_at("finish_reason"));
  const json::Node* content = inner->is_object() ? inner->find("parts") : inner;
  if (content == nullptr) content = inner->find("content");
  const json::Node* calls = inner->find("tool_calls");
  if (calls == nullptr) calls = body.find("tool_calls");
  if (content == nullptr && calls == nullptr) message.state = ContentState::absent;
  const json::Node& parts = content != nullptr ? parts_of(unquoted(format, *content, arena), role) : json::Node();
  message.role = folded_role(role);
  if (message.role == "tool" && (parts.is_string() || !inner->string_at("id").empty())) {
    append_part(message, result_part(*inner, parts, arena));
    return message;
  }
  if (message.role != "tool") message.name = inner->string_at("name");
  append_content(message, parts, arena);
  if (calls != nullptr) append_tool_calls(message, *calls, arena);
  return message;
}

}  // namespace strobe::dialect
