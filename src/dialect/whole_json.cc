#include "dialect/whole_json.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "dialect/dialect.h"
#include "dialect/elements.h"
#include "dialect/read.h"
#include "json/number.h"
#include "json/parse.h"

namespace strobe::dialect {

namespace {

constexpr auto k_format = ElementFormat::framework_message;

size_t skip_spaces(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) ++at;
  return at;
}

// The value that begins at `at`, or what there is of it.
std::string_view value_at(std::string_view text, size_t at) {
  const size_t end = json::skip_value(text, at);
  return text.substr(at, end == std::string_view::npos ? end : end - at);
}

// Calls visit(key, value) for each member of the JSON object `text`, until it breaks off.
template <typename Visit>
void visit_members(std::string_view text, Visit visit) {
  size_t at = skip_spaces(text, 0);
  if (at == text.size() || text[at] != '{') return;
  while (true) {
    at = skip_spaces(text, at + 1);
    if (at >= text.size() || text[at] != '"') return;
    const size_t key_end = json::skip_value(text, at);
    if (key_end == std::string_view::npos) return;
    const auto key = text.substr(at + 1, key_end - at - 2);
    at = skip_spaces(text, key_end);
    if (at >= text.size() || text[at] != ':') return;
    at = skip_spaces(text, at + 1);
    if (at >= text.size()) return;
    const auto value = value_at(text, at);
    visit(key, value);
    at = skip_spaces(text, at + value.size());
    if (at >= text.size() || text[at] != ',') return;
  }
}

// The text in quotes of a JSON string without escapes; else nothing.
std::string_view plain_text(std::string_view json) {
  const bool is_plain = json.size() > 2 && json.front() == '"' && json.find('\\') == std::string_view::npos;
  return is_plain ? json.substr(1, json.size() - 2) : std::string_view();
}

// One level deeper where `text` is a list of lists: LangChain's runs take batches, of which a span has one. A list of
// pairs of texts is no batch.
std::string_view without_batch(std::string_view text) {
  const size_t first = skip_spaces(text, 1);
  if (!text.starts_with('[') || first >= text.size() || text[first] != '[') return text;
  const auto inner = value_at(text, first);
  const size_t second = skip_spaces(inner, 1);
  return second < inner.size() && inner[second] == '"' ? text : inner;
}

// The ingredients of a call's context, as texts inside the attribute.
struct Ingredients {
  std::string_view messages, tools, system;
  int rank = 0;  // of the member that `messages` came from
};

constexpr std::array<std::string_view, 7> k_message_members = {"messages", "input",  "contents", "prompts",
                                                               "prompt",   "inputs", "question"};

void note_member(Ingredients& found, std::string_view key, std::string_view value) {
  if (value == "null" || value == "[]" || value == "\"\"") return;
  if (key == "tools" && value.starts_with('[')) found.tools = value;
  if (key == "system" || key == "instructions" || key == "system_instruction") found.system = value;
  const auto at = std::ranges::find(k_message_members, key);
  if (at == k_message_members.end() || (!value.starts_with('[') && !value.starts_with('"'))) return;
  const int rank = static_cast<int>(k_message_members.end() - at);
  if (rank <= found.rank) return;
  found.rank = rank;
  found.messages = without_batch(value);
}

bool has_role(const NormalSpan& span, ContentRole role) {
  return std::ranges::find(span.content, role, &ContentSource::role) != span.content.end();
}

void add_part(NormalSpan& span, ContentRole role, ElementFormat format, Key key, std::string_view text, Arena& arena) {
  if (text.empty() || has_role(span, role)) return;
  constexpr std::array<std::string_view, 4> k_suffixes = {"", ".tools", ".system", ""};
  const auto suffix = k_suffixes[static_cast<size_t>(role)];
  const bool is_list = text.starts_with('[') && format != ElementFormat::otel_system;
  const auto shape = is_list ? ContentShape::json_list : ContentShape::whole;
  // Tools and system prompt are lists of their own: their memory must not be mixed up with that of the messages.
  const auto name = suffix.empty() ? text_of(key) : arena.copy(std::string(text_of(key)) + std::string(suffix));
  span.content.push_back({role, shape, format, name, arena.make<Value>(Value::of_string(text))});
}

// LLM frameworks' names of request parameters, in those of gen_ai.request.*.
constexpr std::array<std::pair<std::string_view, std::string_view>, 24> k_parameters = {{
    {"temperature", "temperature"},
    {"top_p", "top_p"},
    {"topP", "top_p"},
    {"top_k", "top_k"},
    {"topK", "top_k"},
    {"max_tokens", "max_tokens"},
    {"maxTokens", "max_tokens"},
    {"max_output_tokens", "max_tokens"},
    {"maxOutputTokens", "max_tokens"},
    {"max_completion_tokens", "max_tokens"},
    {"frequency_penalty", "frequency_penalty"},
    {"frequencyPenalty", "frequency_penalty"},
    {"presence_penalty", "presence_penalty"},
    {"presencePenalty", "presence_penalty"},
    {"seed", "seed"},
    {"stream", "stream"},
    {"stop", "stop_sequences"},
    {"stop_sequences", "stop_sequences"},
    {"stopSequences", "stop_sequences"},
    {"n", "choice.count"},
    {"reasoning_effort", "reasoning.level"},
    {"dimensions", "dimensions"},
    {"service_tier", "service_tier"},
    {"candidateCount", "choice.count"},
}};

Value value_of(const json::Node& node, Arena& arena) {
  switch (node.type) {
    case json::Type::boolean: return Value::of_bool(node.boolean);
    case json::Type::string: return Value::of_string(node.text);
    case json::Type::number: {
      const bool is_integer = node.text.find_first_of(".eE") == std::string_view::npos;
      const auto integer = is_integer ? json::to_int64(node.text) : std::nullopt;
      if (integer) return Value::of_int64(*integer);
      return Value::of_float64(json::to_double(node.text).value_or(0));
    }
    case json::Type::array: {
      const auto items = arena.allocate_array<Value>(node.items.size());
      for (size_t i = 0; i < items.size(); ++i) {
        if (node.items[i].is_string()) items[i] = Value::of_string(node.items[i].text);
      }
      return Value::of_array(items);
    }
    default: return {};
  }
}

std::string_view parameter_name(std::string_view theirs) {
  for (const auto& [name, ours] : k_parameters) {
    if (name == theirs) return ours;
  }
  return {};
}

void note_parameter(NormalSpan& span, std::string_view key, std::string_view text, Arena& arena) {
  const auto name = parameter_name(key);
  if (name.empty() || text.size() > k_fact_json_bytes_max) return;
  const auto node = json::parse(text, arena);
  if (node) add_request_parameter(span, name, value_of(*node, arena));
}

}  // namespace

std::string_view unquoted(std::string_view text, Arena& arena) {
  if (!text.starts_with('"') || text.size() > k_parsed_bytes_max) return text;
  const auto parsed = json::parse(text, arena);
  return parsed && parsed->is_string() ? parsed->text : text;
}

json::Node small_json(const Value* value, Arena& arena) {
  if (value == nullptr || value->as_text().size() > k_fact_json_bytes_max) return {};
  const JsonContent content = read_json(value, arena);
  if (content.state != JsonContent::State::whole || !content.node.is_string()) return content.node;
  // Quoted once more.
  const auto inner = json::parse(content.node.text, arena);
  return inner ? *inner : content.node;
}

std::optional<double> double_at(const json::Node& object, std::string_view key) {
  const json::Node* found = object.find(key);
  if (found == nullptr || (found->type != json::Type::number && !found->is_string())) return std::nullopt;
  return as_double(Value::of_string(found->text));
}

std::optional<int64_t> int64_at(const json::Node& object, std::string_view key) {
  const json::Node* found = object.find(key);
  if (found == nullptr || (found->type != json::Type::number && !found->is_string())) return std::nullopt;
  return as_int64(Value::of_string(found->text));
}

std::optional<int64_t> number_in_repr(std::string_view text, std::string_view key) {
  for (size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    size_t end = at + key.size();
    const bool is_quoted =
        at > 0 && end < text.size() && (text[at - 1] == '\'' || text[at - 1] == '"') && text[end] == text[at - 1];
    if (!is_quoted) continue;
    const size_t first = text.find_first_not_of(": ", end + 1);
    if (first == std::string_view::npos) return std::nullopt;
    const size_t last = text.find_first_of(",} ", first);
    return as_int64(Value::of_string(text.substr(first, last == std::string_view::npos ? last : last - first)));
  }
  return std::nullopt;
}

void add_parameters(NormalSpan& span, const json::Node& object, Arena& arena) {
  for (const json::Member& member : object.members) {
    const auto name = parameter_name(member.key);
    if (!name.empty()) add_request_parameter(span, name, value_of(member.value, arena));
  }
}

void add_whole_input(const Fields& fields, NormalSpan& span, Key key, Arena& arena) {
  if (span.facts.kind != Kind::llm || !fields.has(key)) return;
  const Value& value = *fields.value(key);
  const bool has_input = has_role(span, ContentRole::input);
  if (!value.is_string()) {
    if (has_input || (value.type != ValueType::array && value.type != ValueType::stored)) return;
    const auto shape = value.type == ValueType::array ? ContentShape::value_array : ContentShape::json_list;
    span.content.push_back({ContentRole::input, shape, k_format, text_of(key), &value});
    return;
  }
  auto text = value.as_text();
  text.remove_prefix(skip_spaces(text, 0));
  // JSON in a JSON string; a plain text in quotes stays what it is.
  const auto inner = unquoted(text, arena);
  if (inner.starts_with('{') || inner.starts_with('[')) text = inner;
  Ingredients found;
  if (text.starts_with('{')) {
    visit_members(text, [&](std::string_view member, std::string_view part) {
      note_member(found, member, part);
      if (member == "config" || member == "invocation_params") {
        visit_members(part, [&](auto name, auto parameter) { note_parameter(span, name, parameter, arena); });
      }
      note_parameter(span, member, part, arena);
    });
    if (found.messages.empty()) found.messages = text;
  } else {
    found.messages = without_batch(text);
  }
  add_part(span, ContentRole::tool_definitions, ElementFormat::otel_tool, key, found.tools, arena);
  add_part(span, ContentRole::system, ElementFormat::otel_system, key, found.system, arena);
  if (found.messages != "[]") add_part(span, ContentRole::input, k_format, key, found.messages, arena);
}

std::optional<Payload> whole_arguments(const Value* value, std::string_view& call_id, Arena& arena) {
  auto payload = payload_of(value, TextIs::declared_json, arena);
  if (!payload || !payload->is_json || !payload->text.starts_with('{')) return payload;
  std::string_view args, kwargs, input, inputs;
  visit_members(payload->text, [&](std::string_view key, std::string_view member) {
    if (key == "args") args = member;
    if (key == "kwargs") kwargs = member;
    if (key == "inputs") inputs = member;
    if (key == "input_str") input = member;
  });
  if (!input.empty() && inputs.starts_with('{')) {
    // A tool that failed has no result to name its call.
    if (call_id.empty()) call_id = plain_text(top_level_member(kwargs, "tool_call_id"));
    return Payload{inputs, true};
  }
  if (args == "[]" && kwargs.starts_with('{')) return Payload{kwargs, true};
  return payload;
}

std::optional<Payload> whole_result(const Value* value, std::string_view& call_id, Arena& arena) {
  const auto payload = payload_of(value, TextIs::declared_json, arena);
  if (!payload || !payload->is_json || payload->text.size() > k_parsed_bytes_max) return payload;
  const auto parsed = json::parse(payload->text, arena);
  if (!parsed || !parsed->is_object()) return payload;
  const json::Node* output = parsed->find("output");
  const bool is_wrapper = output != nullptr && (parsed->members.size() == 1 || parsed->find("kwargs") != nullptr);
  const json::Node& inner = is_wrapper ? *output : *parsed;
  const Message message = inner.is_object() ? framework_message(inner, arena) : Message();
  if (message.role == "tool" && message.parts.size() == 1 && message.parts[0].type == PartType::tool_result) {
    if (call_id.empty()) call_id = message.parts[0].id;
    return message.parts[0].payload;
  }
  return is_wrapper ? payload_of(inner, arena) : *payload;
}

void finish_whole_tool(const Fields& fields, NormalSpan& span, Key input, Key output, Arena& arena) {
  ToolCall& tool = *span.tool;
  if (tool.name.empty()) tool.name = fields.raw().name;
  if (!tool.arguments) tool.arguments = whole_arguments(fields.value(input), tool.call_id, arena);
  if (!tool.result) tool.result = whole_result(fields.value(output), tool.call_id, arena);
  finish_tool(span);
}

void settle(const Fields& fields, NormalSpan& span) {
  SpanFacts& facts = span.facts;
  facts.is_rollup = facts.has_usage && !is_leaf(facts.kind);
  if (facts.kind != Kind::tool) {
    span.tool.reset();
    facts.tool_name.clear();
    facts.tool_call_id.clear();
  }
  settle_content(fields, span, fields.has(Key::gen_ai_request_previous_response_id));
}

}  // namespace strobe::dialect
