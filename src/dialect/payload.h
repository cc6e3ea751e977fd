#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"
#include "json/node.h"
#include "model/message.h"
#include "model/raw.h"

namespace strobe::dialect {

// Deeper OTLP values are cut there: null.
inline constexpr int k_value_depth_max = 64;
// Longer content is not taken apart but kept as one part: nodes need many times the memory of their text.
inline constexpr size_t k_parsed_bytes_max = size_t{8} << 20;

// Whether `text` is exactly one JSON value. Builds no nodes.
bool is_json(std::string_view text);

// The source text of `node`, or its JSON anew when it did not come from a text.
std::string_view json_text(const json::Node& node, Arena& arena);

// What a node holds: a string is a plain string, everything else JSON.
Payload payload_of(const json::Node& node, Arena& arena);
// The same for tool-call arguments, which schemas declare JSON: a string that is JSON text becomes JSON.
Payload arguments_of(const json::Node& node, Arena& arena);

// What an attribute holds. `declared_json`: its text is JSON unless it is broken (a JSON string then means its decoded
// text, up to three times). `if_structured`: only text that is a JSON object or array is. `plain`: text is text.
// Structured values are JSON always. Nothing for absent, empty and stored values.
enum class TextIs : uint8_t { plain, if_structured, declared_json };
std::optional<Payload> payload_of(const Value* value, TextIs text_is, Arena& arena);

// An attribute that should hold JSON, in nodes.
struct JsonContent {
  enum class State : uint8_t {
    absent,     // no value, a blank one, or one that was not fetched
    whole,      // `node` is all of it
    truncated,  // cut text: `node` is what could be read
    unreadable  // `text` is no JSON, or longer than k_parsed_bytes_max
  };
  State state = State::absent;
  json::Node node;
  std::string_view text;
};
JsonContent read_json(const Value* value, Arena& arena);

// A node for a value that is no JSON text itself: strings stay strings.
json::Node node_of(const Value& value, Arena& arena);

// The source text of the member `key` of the JSON object `text`; empty when there is none or the object is broken
// before it. Linear, builds no nodes. The last of several is not looked for: the first counts.
std::string_view top_level_member(std::string_view text, std::string_view key);

// The items of the JSON array `text` as source texts, up to its end or to where it is broken. Linear, builds no nodes.
class JsonItems {
 public:
  explicit JsonItems(std::string_view text);
  // False: there is no further item.
  bool next(std::string_view& item);

 private:
  std::string_view text_;
  size_t at_ = std::string_view::npos;  // of the next item
};

// A text that is the JSON of a string, which emitters nest up to three times, decoded; else the text itself.
inline constexpr int k_nested_json_max = 3;
std::string_view unquoted_text(std::string_view text, Arena& arena);

// The number under `key` of a flat dictionary: structured, JSON, or as Python shows one, {'cache_read': 20}.
std::optional<int64_t> number_in(const Value* value, std::string_view key);

// What the markers of dialects.md 0.7 say about a text: present, redacted or truncated.
ContentState state_of(std::string_view text);

}  // namespace strobe::dialect
