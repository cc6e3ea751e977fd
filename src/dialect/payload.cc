#include "dialect/payload.h"

#include <string>

#include "base/base64.h"
#include "dialect/fields.h"
#include "json/number.h"
#include "json/parse.h"
#include "json/write.h"

namespace strobe::dialect {

namespace {

size_t skip_spaces(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) ++at;
  return at;
}

void write_value(json::Writer& writer, const Value& value, int depth) {
  if (depth > k_value_depth_max) {
    writer.null();
    return;
  }
  switch (value.type) {
    case ValueType::string: writer.string(value.as_text()); return;
    case ValueType::boolean: writer.boolean(value.boolean); return;
    case ValueType::int64: writer.int64(value.int64); return;
    case ValueType::float64: writer.float64(value.float64); return;
    case ValueType::bytes: writer.string(to_base64(value.as_text())); return;
    case ValueType::array:
      writer.begin_array();
      for (const Value& item : value.as_array()) write_value(writer, item, depth + 1);
      writer.end_array();
      return;
    case ValueType::kvlist:
      writer.begin_object();
      for (const KeyValue& member : value.as_kvlist()) {
        writer.key(member.key);
        write_value(writer, member.value, depth + 1);
      }
      writer.end_object();
      return;
    case ValueType::empty:
    case ValueType::stored: writer.null(); return;
  }
}

std::string_view json_of(const Value& value, Arena& arena) {
  json::Writer writer;
  write_value(writer, value, 0);
  return arena.copy(writer.take());
}

bool ends_with_marker(std::string_view text) {
  constexpr size_t k_tail_bytes = 96;
  if (text.empty() || text.back() != ']') return false;
  const auto tail = text.substr(text.size() - std::min(text.size(), k_tail_bytes));
  return tail.find("...[TRUNCATED: original length ") != std::string_view::npos ||
         tail.find("...[truncated, original ") != std::string_view::npos ||
         tail.find("[TRUNCATED ") != std::string_view::npos;
}

}  // namespace

bool is_json(std::string_view text) {
  const size_t begin = skip_spaces(text, 0);
  if (begin == text.size()) return false;
  const size_t end = json::skip_value(text, begin);
  return end != std::string_view::npos && skip_spaces(text, end) == text.size();
}

std::string_view json_text(const json::Node& node, Arena& arena) {
  if (!node.raw.empty()) return node.raw;
  json::Writer writer;
  writer.node(node);
  return arena.copy(writer.take());
}

Payload payload_of(const json::Node& node, Arena& arena) {
  if (node.is_string()) return {node.text, false};
  return {json_text(node, arena), true};
}

Payload arguments_of(const json::Node& node, Arena& arena) {
  if (!node.is_string()) return payload_of(node, arena);
  const Value text = Value::of_string(node.text);
  return payload_of(&text, TextIs::declared_json, arena).value_or(Payload{});
}

std::optional<Payload> payload_of(const Value* value, TextIs text_is, Arena& arena) {
  if (value == nullptr || value->type == ValueType::empty || value->type == ValueType::stored) return std::nullopt;
  if (!value->is_string()) return Payload{json_of(*value, arena), true};
  const auto text = value->as_text();
  const size_t begin = skip_spaces(text, 0);
  if (text_is == TextIs::plain || begin == text.size()) return Payload{text, false};
  const bool is_structured = text[begin] == '{' || text[begin] == '[';
  if ((text_is == TextIs::if_structured && !is_structured) || !is_json(text)) return Payload{text, false};
  if (text[begin] != '"') return Payload{text, true};
  const auto decoded = unquoted_text(text, arena);
  const bool holds_json = decoded.starts_with('{') || decoded.starts_with('[');
  return Payload{decoded, holds_json && is_json(decoded)};
}

JsonContent read_json(const Value* value, Arena& arena) {
  using State = JsonContent::State;
  if (value == nullptr || value->type == ValueType::stored || is_blank(*value)) return {};
  auto text = value->is_string() ? value->as_text() : json_of(*value, arena);
  if (text.size() > k_parsed_bytes_max) return {State::unreadable, {}, text};
  // Decoded only where more JSON comes to light: a string may well be all there is.
  const auto decoded = unquoted_text(text, arena);
  if (decoded.starts_with('{') || decoded.starts_with('[')) text = decoded;
  if (auto parsed = json::parse(text, arena)) return {State::whole, *parsed, text};
  const auto prefix = json::parse_prefix(text, arena);
  if (!prefix.usable) return {State::unreadable, {}, text};
  return {State::truncated, prefix.node, text};
}

json::Node node_of(const Value& value, Arena& arena) {
  json::Node node;
  switch (value.type) {
    case ValueType::string:
      node.type = json::Type::string;
      node.text = value.as_text();
      return node;
    case ValueType::boolean:
      node.type = json::Type::boolean;
      node.boolean = value.boolean;
      return node;
    case ValueType::int64:
      node.type = json::Type::number;
      node.text = arena.copy(std::to_string(value.int64));
      return node;
    case ValueType::empty:
    case ValueType::stored: return node;
    default: break;
  }
  const auto text = json_of(value, arena);
  if (text.size() > k_parsed_bytes_max) return node;
  if (auto parsed = json::parse(text, arena)) node = *parsed;
  return node;
}

std::string_view top_level_member(std::string_view text, std::string_view key) {
  size_t at = skip_spaces(text, 0);
  if (at == text.size() || text[at] != '{') return {};
  while (true) {
    at = skip_spaces(text, at + 1);
    if (at >= text.size() || text[at] != '"') return {};
    const size_t key_end = json::skip_value(text, at);
    if (key_end == std::string_view::npos) return {};
    const auto found = text.substr(at + 1, key_end - at - 2);
    at = skip_spaces(text, key_end);
    if (at >= text.size() || text[at] != ':') return {};
    at = skip_spaces(text, at + 1);
    if (at >= text.size()) return {};
    const size_t value_end = json::skip_value(text, at);
    if (value_end == std::string_view::npos) return {};
    if (found == key) return text.substr(at, value_end - at);
    at = skip_spaces(text, value_end);
    if (at >= text.size() || text[at] != ',') return {};
  }
}

JsonItems::JsonItems(std::string_view text) : text_(text) {
  const size_t first = skip_spaces(text, 0);
  if (first < text.size() && text[first] == '[') at_ = skip_spaces(text, first + 1);
}

bool JsonItems::next(std::string_view& item) {
  if (at_ >= text_.size() || text_[at_] == ']') return false;
  const size_t end = json::skip_value(text_, at_);
  if (end == std::string_view::npos) return false;
  item = text_.substr(at_, end - at_);
  const size_t behind = skip_spaces(text_, end);
  const bool goes_on = behind < text_.size() && text_[behind] == ',';
  at_ = goes_on ? skip_spaces(text_, behind + 1) : std::string_view::npos;
  return true;
}

std::string_view unquoted_text(std::string_view text, Arena& arena) {
  for (int level = 0; level < k_nested_json_max; ++level) {
    const size_t first = skip_spaces(text, 0);
    if (first == text.size() || text[first] != '"' || text.size() > k_parsed_bytes_max) break;
    const auto parsed = json::parse(text, arena);
    if (!parsed || !parsed->is_string()) break;
    text = parsed->text;
  }
  return text;
}

std::optional<int64_t> number_in(const Value* value, std::string_view key) {
  if (value == nullptr) return std::nullopt;
  if (value->type == ValueType::kvlist) {
    const Value* found = find_attribute(value->as_kvlist(), key);
    return found != nullptr ? as_int64(*found) : std::nullopt;
  }
  constexpr size_t k_dictionary_bytes_max = 4096;
  const auto text = value->as_text();
  if (text.size() > k_dictionary_bytes_max || key.empty()) return std::nullopt;
  // Keys are words: where one stands between quotes with a colon behind it, it is the key.
  for (size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const size_t end = at + key.size();
    if (at == 0 || end >= text.size()) continue;
    const char quote = text[at - 1];
    if ((quote != '\'' && quote != '"') || text[end] != quote) continue;
    size_t number = skip_spaces(text, end + 1);
    if (number >= text.size() || text[number] != ':') continue;
    number = skip_spaces(text, number + 1);
    const size_t stop = text.find_first_of(",} \n", number);
    return as_int64(Value::of_string(text.substr(number, stop - number)));
  }
  return std::nullopt;
}

ContentState state_of(std::string_view text) {
  if (text == "__REDACTED__" || text == "<REDACTED>" || text == "[REDACTED]") return ContentState::redacted;
  if (text == "<not serializable>" || text == "<elided>") return ContentState::absent;
  return ends_with_marker(text) ? ContentState::truncated : ContentState::present;
}

}  // namespace strobe::dialect
