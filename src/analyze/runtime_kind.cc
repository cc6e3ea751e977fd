#include "analyze/runtime_kind.h"

#include <algorithm>
#include <array>

#include "analyze/shape.h"

namespace strobe::analyze {

namespace {

constexpr std::array<std::string_view, 21> k_runtime_kinds = {
    "pipeline",       "fn_call",     "llm_call",          "tool_call",    "import",        "parallel",
    "spawn",          "step",        "vm_setup",          "suspension",   "resume",        "drain",
    "drain_decision", "pool_submit", "pool_dequeue",      "channel_emit", "channel_match", "user_timing",
    "model_route",    "tool_mount",  "deferred_tool_load"};

std::string_view told_kind(const SpanView& span) {
  if (span.raw == nullptr) return {};
  for (const std::string_view key : {"harn.kind", "harn.span.kind", "kind"}) {
    const Value* value = find_attribute(span.raw->attributes, key);
    if (value != nullptr && value->is_string() && is_runtime_kind(value->as_text())) return value->as_text();
  }
  return {};
}

}  // namespace

bool is_runtime_kind(std::string_view word) {
  return std::ranges::find(k_runtime_kinds, word) != k_runtime_kinds.end();
}

std::string_view runtime_kind(const SpanView& span) {
  if (span.is_llm_call) return "llm_call";
  if (is_tool_call(span)) return "tool_call";
  const SpanFacts& facts = span.span.facts;
  if (facts.kind != Kind::span) {
    const bool is_recording = facts.kind == Kind::llm || facts.kind == Kind::tool;
    return is_recording ? "second_recording" : name_of(facts.kind);
  }
  const std::string_view told = told_kind(span);
  if (!told.empty()) return told;
  return is_runtime_kind(facts.name) ? std::string_view(facts.name) : name_of(facts.kind);
}

}  // namespace strobe::analyze
