#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/events.h"
#include "dialect/keys.h"
#include "model/raw.h"

namespace strobe::dialect {

// Attributes that come as `<prefix>.<rest>`, any number of them.
enum class Group : uint8_t {
  request,
  input_messages,
  output_messages,
  tools,
  prompts,
  choices,
  // These need a number behind the dot: gen_ai.prompt.name and gen_ai.prompt itself are keys of their own.
  gen_ai_prompts,
  gen_ai_completions,
  functions,
  definitions,
};
inline constexpr size_t k_group_count = 10;
// "llm.input_messages" and so on, without the trailing dot.
std::string_view prefix_of(Group group);

// Coercions of dialects.md 0.7: what is not of that kind is nothing, never a guess.
// An integer from an integer, an integral double, or the text of either.
std::optional<int64_t> as_int64(const Value& value);
// Finite.
std::optional<double> as_double(const Value& value);
// From booleans and the words true/True/1, false/False/0.
std::optional<bool> as_bool(const Value& value);
// From an array of strings, the JSON text of one, a comma-joined list, or a single string.
std::vector<std::string> as_string_list(const Value& value);
// The words that emitters write for "nothing": "", "{}", "N/A", "<not specified>", "null"; and empty values and arrays.
bool is_blank(const Value& value);

// A span's attributes, indexed in one pass. Keys that occur twice: the last wins. Values of type `stored` are there
// (has) but have no text and no number. What a details event tells stands for attributes that the span lacks; of
// several the last counts. Lives no longer than the span and what it was told.
class Fields {
 public:
  explicit Fields(const RawSpan& raw, std::vector<Told> told = {});

  const RawSpan& raw() const { return raw_; }
  // Events and log records, by time.
  std::span<const Told> told() const { return told_; }
  // As it came, blank or not; null when absent.
  const Value* value(Key key) const { return values_[static_cast<size_t>(key)]; }
  // There and not blank.
  bool has(Key key) const { return value(key) != nullptr && !is_blank(*value(key)); }

  // The non-blank string under `key`, else empty.
  std::string_view text(Key key) const;
  // Each takes the first key, in order of precedence, that yields something.
  std::string_view first_text(std::initializer_list<Key> keys) const;
  std::optional<int64_t> first_int64(std::initializer_list<Key> keys) const;
  std::optional<double> first_double(std::initializer_list<Key> keys) const;
  std::vector<std::string> first_string_list(std::initializer_list<Key> keys) const;
  std::optional<Key> first_present(std::initializer_list<Key> keys) const;

  bool has_group(Group group) const { return has_group_[static_cast<size_t>(group)]; }
  // The group's attributes in arrival order. Kept for request, output_messages, choices and gen_ai_completions only:
  // the others are read by the context room, element by element, and may be tens of thousands.
  std::span<const KeyValue* const> group(Group group) const { return groups_[static_cast<size_t>(group)]; }

 private:
  // True when the attribute is an element's and no key of its own.
  bool add_flat(const KeyValue& attribute);
  void add(const KeyValue& attribute, bool is_last_resort);

  const RawSpan& raw_;
  std::vector<Told> told_;
  std::array<const Value*, k_key_count> values_{};
  std::array<bool, k_group_count> has_group_{};
  std::array<std::vector<const KeyValue*>, k_group_count> groups_;
};

}  // namespace strobe::dialect
