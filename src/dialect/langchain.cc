#include "dialect/langchain.h"

#include <algorithm>

#include "dialect/elements.h"
#include "json/parse.h"

namespace strobe::dialect {

namespace {

const json::Node* first_item(const json::Node* list) {
  return list != nullptr && !list->items.empty() ? &list->items.front() : nullptr;
}

const json::Node* member_of(const json::Node* object, std::string_view key) {
  return object != nullptr ? object->find(key) : nullptr;
}

void read_model(const json::Node* metadata, SpanFacts& facts) {
  for (const std::string_view key : {"model_name", "model"}) {
    const auto model = metadata != nullptr ? metadata->string_at(key) : std::string_view();
    if (model.empty()) continue;
    facts.model = model;
    return;
  }
}

bool is_reasoning(const Part& part) { return part.type == PartType::reasoning; }

void read_reasoning(const json::Node* content, NormalSpan& span, Arena& arena) {
  if (content == nullptr || span.output.size() != 1) return;
  auto& parts = span.output.front().parts;
  if (std::ranges::any_of(parts, is_reasoning)) return;
  Message told;
  for (const json::Node& item : content->items) {
    const auto type = item.string_at("type");
    if (type == "reasoning" || type == "thinking") append_content(told, item, arena);
  }
  std::erase_if(told.parts, [](const Part& part) { return !is_reasoning(part); });
  parts.insert(parts.begin(), told.parts.begin(), told.parts.end());
}

}  // namespace

bool is_langchain_agent(const Fields& fields) {
  const auto metadata = fields.text(Key::openinference_metadata);
  if (top_level_member(metadata, "ls_integration") != R"("langchain_create_agent")") return false;
  const auto name = top_level_member(metadata, "lc_agent_name");
  return name.size() > 2 && name.substr(1, name.size() - 2) == fields.raw().name;
}

void read_langchain_answer(const Fields& fields, NormalSpan& span, Arena& arena) {
  if (span.facts.kind != Kind::llm) return;
  const auto list = top_level_member(fields.text(Key::output_value), "generations");
  if (list.empty() || list.size() > k_parsed_bytes_max) return;
  const auto generations = json::parse(list, arena);
  if (!generations) return;
  const json::Node* message = member_of(first_item(first_item(&*generations)), "message");
  const json::Node* body = member_of(message, "kwargs");
  read_model(member_of(body, "response_metadata"), span.facts);
  read_reasoning(member_of(body, "content"), span, arena);
}

}  // namespace strobe::dialect
