#include "analyze/rules/told_calls.h"

#include <algorithm>
#include <optional>

#include "analyze/id_numbers.h"

namespace strobe::analyze {

namespace {

constexpr std::string_view k_nothing = "";

std::string_view text_of(const Payload& payload) { return payload.text.data() == nullptr ? k_nothing : payload.text; }
std::string_view text_of(const std::optional<Payload>& payload) {
  return payload ? text_of(*payload) : std::string_view();
}

ToldCall told_by_span(const SpanView& span) {
  ToldCall told;
  if (span.span.tool) {
    told.arguments = text_of(span.span.tool->arguments);
    told.result = text_of(span.span.tool->result);
  }
  return told;
}

bool is_whole(const ToldCall& told) { return told.arguments.data() != nullptr && told.result.data() != nullptr; }

// What is told once, and not in another way again.
struct Telling {
  std::string_view text;
  bool is_unclear = false;

  void add(std::string_view more) {
    is_unclear = is_unclear || (text.data() != nullptr && text != more);
    text = more;
  }
  std::string_view get() const { return is_unclear ? std::string_view() : text; }
};

// The id of a call.
struct Id {
  int64_t calls = 0;      // that have it
  bool is_asked = false;  // a message asks for it, whether or not we understand with what arguments
  Telling arguments, result;
};

void listen(const SessionContexts& contexts, const IdNumbers& numbers, std::vector<Id>& ids) {
  for (const ContextMessage& message : contexts.messages) {
    const bool is_whole = message.message.state == ContentState::present;
    for (const Part& part : message.message.parts) {
      if (part.id.empty()) continue;
      const int32_t number = numbers.find(part.id);
      if (number < 0) continue;
      if (part.type == PartType::tool_call) ids[number].is_asked = true;
      if (!is_whole) continue;
      if (part.type == PartType::tool_call) ids[number].arguments.add(text_of(part.payload));
      if (part.type == PartType::tool_result) ids[number].result.add(text_of(part.payload));
    }
  }
}

// What the spans leave open, the messages may tell. Where they do not ask for a call either, who tells results tells
// arguments: none are no arguments.
void ask_messages(const SessionView& session, const Shape& shape, std::vector<ToldCall>& told) {
  IdNumbers numbers;
  numbers.reserve(shape.tools.size());
  std::vector<Id> ids;
  std::vector<int32_t> id_of(shape.tools.size(), -1);
  for (size_t i = 0; i < shape.tools.size(); ++i) {
    const std::string& id = session.spans[shape.tools[i]].span.facts.tool_call_id;
    if (id.empty()) continue;
    id_of[i] = numbers.add(id);
    ids.resize(numbers.size());
    ++ids[id_of[i]].calls;
  }
  listen(session.contexts, numbers, ids);
  for (size_t i = 0; i < told.size(); ++i) {
    ToldCall& call = told[i];
    const bool has_told_result = call.result.data() != nullptr;
    const Id id = id_of[i] < 0 ? Id() : ids[id_of[i]];
    if (id.calls == 1) {
      if (call.arguments.data() == nullptr) call.arguments = id.arguments.get();
      if (!has_told_result) call.result = id.result.get();
    }
    if (call.arguments.data() == nullptr && has_told_result && !id.is_asked) call.arguments = k_nothing;
  }
}

}  // namespace

std::vector<ToldCall> told_calls(const SessionView& session, const Shape& shape) {
  std::vector<ToldCall> told;
  told.reserve(shape.tools.size());
  for (const int32_t tool : shape.tools) told.push_back(told_by_span(session.spans[tool]));
  if (!std::ranges::all_of(told, is_whole)) ask_messages(session, shape, told);
  // Who failed without a result answered nothing.
  for (size_t i = 0; i < told.size(); ++i) {
    if (told[i].result.data() == nullptr && has_failed(session.spans[shape.tools[i]])) told[i].result = k_nothing;
  }
  return told;
}

}  // namespace strobe::analyze
