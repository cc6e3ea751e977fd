#include "analyze/rules/span_facts.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace strobe::analyze {

namespace {

constexpr auto k_timeouts = std::to_array<std::string_view>({"timeout", "timed out", "time out", "deadline"});

const Value* value_of(std::span<const KeyValue> attributes, std::string_view name) {
  for (const KeyValue& attribute : attributes) {
    const std::string_view key = attribute.key;
    const bool has_prefix = key.size() > name.size() && key[key.size() - name.size() - 1] == '.';
    if (key.ends_with(name) && (key.size() == name.size() || has_prefix)) return &attribute.value;
  }
  return nullptr;
}

}  // namespace

std::string_view text_of(std::span<const KeyValue> attributes, std::string_view name) {
  const Value* value = value_of(attributes, name);
  return value == nullptr ? std::string_view() : value->as_text();
}

std::optional<int64_t> number_of(std::span<const KeyValue> attributes, std::string_view name) {
  const Value* value = value_of(attributes, name);
  if (value == nullptr || value->type != ValueType::int64) return std::nullopt;
  return value->int64;
}

bool mentions(std::string_view text, std::span<const std::string_view> words) {
  std::string in_lower_case(text);
  for (char& c : in_lower_case) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  // Takes no longer where a text was made to look much like the words.
  return std::ranges::any_of(words, [&](std::string_view word) {
    return memmem(in_lower_case.data(), in_lower_case.size(), word.data(), word.size()) != nullptr;
  });
}

bool has_timed_out(const SpanView& span) {
  if (!has_failed(span)) return false;
  return mentions(span.span.facts.error_type, k_timeouts) ||
         (span.raw != nullptr && mentions(span.raw->status_message.substr(0, 1'000), k_timeouts));
}

std::string_view agent_name_of(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  return facts.agent.empty() ? facts.name : facts.agent;
}

bool is_subagent(const RuleInput& input, int32_t span) {
  const SpanView& view = input.session.spans[span];
  const int32_t above = input.shape.agent_of[span];
  if (view.span.facts.kind != Kind::agent || above < 0) return false;
  const bool is_wrapped = view.parent == above && agent_name_of(view) == agent_name_of(input.session.spans[above]);
  return !is_wrapped;
}

}  // namespace strobe::analyze
