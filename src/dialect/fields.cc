#include "dialect/fields.h"

#include <cmath>
#include <type_traits>

#include "base/arena.h"
#include "base/trimmed.h"
#include "json/number.h"
#include "json/parse.h"

namespace strobe::dialect {

namespace {

constexpr std::array<std::string_view, k_key_count> k_key_texts = {
#define STROBE_X(name, text) text,
    STROBE_DIALECT_KEYS(STROBE_X)
#undef STROBE_X
};

// Open addressing over the known keys, laid out at compile time. The keys share long beginnings, so the hash reads
// their ends. Unknown keys cost one or two comparisons of lengths.
using KeyIndex = std::underlying_type_t<Key>;
constexpr int k_slot_bits = 11;
constexpr size_t k_slots = size_t{1} << k_slot_bits;
constexpr KeyIndex k_empty_slot = 0xffff;
static_assert(k_key_count < k_slots / 2);

constexpr uint32_t slot_of(std::string_view key) {
  uint64_t hash = key.size();
  const size_t tail = key.size() < 12 ? key.size() : 12;
  for (size_t i = key.size() - tail; i < key.size(); ++i) hash = hash * 0x100000001b3ull ^ static_cast<uint8_t>(key[i]);
  hash *= 0x9e3779b97f4a7c15ull;
  return static_cast<uint32_t>(hash >> (64 - k_slot_bits));
}

constexpr std::array<KeyIndex, k_slots> make_slots() {
  std::array<KeyIndex, k_slots> slots{};
  for (auto& slot : slots) slot = k_empty_slot;
  for (size_t i = 0; i < k_key_count; ++i) {
    size_t at = slot_of(k_key_texts[i]);
    while (slots[at] != k_empty_slot) {
      // Ends the compilation: the second of two keys of one spelling would stay unread.
      if (k_key_texts[slots[at]] == k_key_texts[i]) throw "a key is listed twice";
      at = (at + 1) % k_slots;
    }
    slots[at] = static_cast<KeyIndex>(i);
  }
  return slots;
}
constexpr auto k_slot_table = make_slots();

// Index of a known key, else k_empty_slot.
KeyIndex find_key(std::string_view key) {
  for (size_t at = slot_of(key); k_slot_table[at] != k_empty_slot; at = (at + 1) % k_slots) {
    if (k_key_texts[k_slot_table[at]] == key) return k_slot_table[at];
  }
  return k_empty_slot;
}

constexpr std::array<std::string_view, k_group_count> k_prefixes = {"gen_ai.request",        "llm.input_messages",
                                                                    "llm.output_messages",   "llm.tools",
                                                                    "llm.prompts",           "llm.choices",
                                                                    "gen_ai.prompt",         "gen_ai.completion",
                                                                    "llm.request.functions", "gen_ai.tool.definitions"};

// Whether a group needs a number behind its dot.
bool is_numbered(Group group) { return group >= Group::gen_ai_prompts; }

bool is_kept(Group group) {
  return group == Group::request || group == Group::output_messages || group == Group::choices ||
         group == Group::gen_ai_completions;
}

// A cheap test before the groups are tried one by one.
bool may_be_flat(std::string_view key) {
  if (key.starts_with("llm.")) return true;
  if (!key.starts_with("gen_ai.")) return false;
  const auto rest = key.substr(sizeof("gen_ai.") - 1);
  return rest.starts_with("request") || rest.starts_with("prompt") || rest.starts_with("completion") ||
         rest.starts_with("tool.definitions");
}

bool begins_with_digit(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

// Longer lists are hostile: no call has that many finish reasons.
constexpr size_t k_list_items_max = 1000;

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (parts.size() < k_list_items_max) {
    const size_t comma = text.find(',');
    const auto part = trimmed(text.substr(0, comma));
    if (!part.empty()) parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
  return parts;
}

}  // namespace

std::string_view text_of(Key key) { return k_key_texts[static_cast<size_t>(key)]; }
std::string_view prefix_of(Group group) { return k_prefixes[static_cast<size_t>(group)]; }

std::optional<int64_t> as_int64(const Value& value) {
  switch (value.type) {
    case ValueType::int64: return value.int64;
    case ValueType::float64: {
      constexpr double k_limit = 9223372036854775808.0;
      const double number = value.float64;
      if (!(number >= -k_limit && number < k_limit) || number != std::trunc(number)) return std::nullopt;
      return static_cast<int64_t>(number);
    }
    case ValueType::string: return json::to_int64(trimmed(value.as_text()));
    default: return std::nullopt;
  }
}

std::optional<double> as_double(const Value& value) {
  std::optional<double> number;
  if (value.type == ValueType::int64) number = static_cast<double>(value.int64);
  if (value.type == ValueType::float64) number = value.float64;
  if (value.type == ValueType::string) number = json::to_double(trimmed(value.as_text()));
  if (number && !std::isfinite(*number)) return std::nullopt;
  return number;
}

std::optional<bool> as_bool(const Value& value) {
  if (value.type == ValueType::boolean) return value.boolean;
  if (value.type == ValueType::int64 && (value.int64 == 0 || value.int64 == 1)) return value.int64 == 1;
  const auto text = value.as_text();
  if (text == "true" || text == "True" || text == "1") return true;
  if (text == "false" || text == "False" || text == "0") return false;
  return std::nullopt;
}

std::vector<std::string> as_string_list(const Value& value) {
  std::vector<std::string> list;
  if (value.type == ValueType::array) {
    for (const Value& item : value.as_array()) {
      if (list.size() == k_list_items_max) break;
      if (item.is_string() && item.size > 0) list.emplace_back(item.as_text());
    }
    return list;
  }
  if (!value.is_string() || is_blank(value)) return list;
  const auto text = trimmed(value.as_text());
  if (!text.starts_with('[') && !text.starts_with('"')) return split_at_commas(text);
  Arena scratch;
  const auto parsed = json::parse(text, scratch);
  if (!parsed) return split_at_commas(text);
  if (parsed->is_string()) list.emplace_back(parsed->text);
  for (const json::Node& item : parsed->items) {
    if (list.size() == k_list_items_max) break;
    if (item.is_string() && !item.text.empty()) list.emplace_back(item.text);
  }
  return list;
}

bool is_blank(const Value& value) {
  switch (value.type) {
    case ValueType::empty: return true;
    case ValueType::array:
    case ValueType::kvlist:
    case ValueType::bytes: return value.size == 0;
    case ValueType::string: {
      constexpr size_t k_longest_blank = sizeof("<not specified>") - 1;
      if (value.size > k_longest_blank) return false;
      const auto text = value.as_text();
      return text.empty() || text == "{}" || text == "N/A" || text == "<not specified>" || text == "null";
    }
    default: return false;
  }
}

Fields::Fields(const RawSpan& raw, std::vector<Told> told) : raw_(raw), told_(std::move(told)) {
  for (const KeyValue& attribute : raw.attributes) add(attribute, false);
  for (auto event = told_.rbegin(); event != told_.rend(); ++event) {
    if (event->name != k_details_event) continue;
    for (const KeyValue& attribute : event->attributes) add(attribute, true);
  }
}

void Fields::add(const KeyValue& attribute, bool is_last_resort) {
  if (may_be_flat(attribute.key) && add_flat(attribute)) return;
  const KeyIndex index = find_key(attribute.key);
  if (index == k_empty_slot) return;
  const Value*& value = values_[index];
  if (is_last_resort && value != nullptr && !is_blank(*value)) return;
  value = &attribute.value;
}

bool Fields::add_flat(const KeyValue& attribute) {
  for (size_t i = 0; i < k_group_count; ++i) {
    const auto prefix = k_prefixes[i];
    if (!attribute.key.starts_with(prefix)) continue;
    // A group that was not fetched stands there as one attribute named by the bare prefix.
    const bool is_bare = attribute.key.size() == prefix.size();
    if (is_bare ? attribute.value.type != ValueType::stored : attribute.key[prefix.size()] != '.') continue;
    const auto group = static_cast<Group>(i);
    const bool may_be_key = is_numbered(group);
    if (may_be_key && !is_bare && !begins_with_digit(attribute.key.substr(prefix.size() + 1))) continue;
    has_group_[i] = true;
    if (is_kept(group)) groups_[i].push_back(&attribute);
    return group != Group::request && !(is_bare && may_be_key);
  }
  return false;
}

std::string_view Fields::text(Key key) const {
  const Value* found = value(key);
  return found != nullptr && found->is_string() && !is_blank(*found) ? found->as_text() : std::string_view();
}

std::string_view Fields::first_text(std::initializer_list<Key> keys) const {
  for (const Key key : keys) {
    const auto found = text(key);
    if (!found.empty()) return found;
  }
  return {};
}

std::optional<int64_t> Fields::first_int64(std::initializer_list<Key> keys) const {
  for (const Key key : keys) {
    const auto number = value(key) != nullptr ? as_int64(*value(key)) : std::nullopt;
    if (number) return number;
  }
  return std::nullopt;
}

std::optional<double> Fields::first_double(std::initializer_list<Key> keys) const {
  for (const Key key : keys) {
    const auto number = value(key) != nullptr ? as_double(*value(key)) : std::nullopt;
    if (number) return number;
  }
  return std::nullopt;
}

std::vector<std::string> Fields::first_string_list(std::initializer_list<Key> keys) const {
  for (const Key key : keys) {
    if (value(key) == nullptr) continue;
    auto list = as_string_list(*value(key));
    if (!list.empty()) return list;
  }
  return {};
}

std::optional<Key> Fields::first_present(std::initializer_list<Key> keys) const {
  for (const Key key : keys) {
    if (has(key)) return key;
  }
  return std::nullopt;
}

}  // namespace strobe::dialect
