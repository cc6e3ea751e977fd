#include "export/copilot_spans.h"

#include <map>

namespace strobe::exporter {

std::string_view text_attribute(const SpanView& span, std::string_view key) {
  const Value* value = span.raw == nullptr ? nullptr : find_attribute(span.raw->attributes, key);
  return value == nullptr ? std::string_view() : value->as_text();
}

bool is_generic(const SpanView& span) {
  if (span.duplicate_how != SameCall::no) return false;
  switch (span.span.facts.kind) {
    case Kind::embedding:
    case Kind::retrieval:
    case Kind::guardrail:
    case Kind::evaluation:
    case Kind::memory: return true;
    default: return false;
  }
}

bool is_hook(const SpanView& span) { return span.span.facts.kind == Kind::hook || !hook_type(span).empty(); }

std::string_view hook_type(const SpanView& span) {
  const std::string_view type = text_attribute(span, "copilot_chat.hook_type");
  return type.empty() ? text_attribute(span, "github.copilot.hook.type") : type;
}

std::string_view hook_result(const SpanView& span) {
  constexpr std::string_view k_ignored_error = "non_blocking_error";
  const std::string_view result = text_attribute(span, "copilot_chat.hook_result_kind");
  if (!result.empty()) return result;
  if (text_attribute(span, "github.copilot.hook.decision") == k_ignored_error) return k_ignored_error;
  return span.span.facts.status == SpanStatus::error ? "error" : "success";
}

void write_parameters(const SpanView& call, CopilotLine& line) {
  static const std::map<std::string_view, std::string_view> k_names = {
      {"max_tokens", "maxTokens"}, {"temperature", "temperature"}, {"top_p", "topP"}};
  for (const auto& [name, key] : k_names) {
    const Value* value = find_attribute(call.span.request, name);
    if (value == nullptr) continue;
    if (value->type == ValueType::int64) line.at(key).int64(value->int64);
    if (value->type == ValueType::float64) line.at(key).float64(value->float64);
  }
}

}  // namespace strobe::exporter
