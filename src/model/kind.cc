#include "model/kind.h"

#include <array>

namespace strobe {

namespace {
constexpr std::array<std::string_view, 13> k_kind_names = {"span",      "agent",     "llm",  "tool",      "step",
                                                           "embedding", "retrieval", "hook", "guardrail", "evaluation",
                                                           "memory",    "workflow",  "run"};
}  // namespace

std::string_view name_of(Kind kind) {
  const auto index = static_cast<size_t>(kind);
  return index < k_kind_names.size() ? k_kind_names[index] : "span";
}

std::optional<Kind> kind_of(std::string_view name) {
  for (size_t i = 0; i < k_kind_names.size(); ++i) {
    if (k_kind_names[i] == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

std::string_view name_of(SpanStatus status) {
  switch (status) {
    case SpanStatus::ok: return "ok";
    case SpanStatus::error: return "error";
    case SpanStatus::unset: break;
  }
  return "unset";
}

std::string_view name_of(SessionStatus status) {
  switch (status) {
    case SessionStatus::running: return "running";
    case SessionStatus::ok: return "ok";
    case SessionStatus::error: return "error";
    case SessionStatus::cancelled: return "cancelled";
    case SessionStatus::unknown: break;
  }
  return "unknown";
}

bool has_ended(SessionStatus status) {
  switch (status) {
    case SessionStatus::ok:
    case SessionStatus::error:
    case SessionStatus::cancelled: return true;
    case SessionStatus::running:
    case SessionStatus::unknown: break;
  }
  return false;
}

std::string_view name_of(ContextBasis basis) {
  switch (basis) {
    case ContextBasis::complete: return "complete";
    case ContextBasis::truncated: return "truncated";
    case ContextBasis::dropped: return "dropped";
    case ContextBasis::absent: return "absent";
    case ContextBasis::delta: return "delta";
    case ContextBasis::inferred: return "inferred";
    case ContextBasis::none: break;
  }
  return "none";
}

bool is_whole(ContextBasis basis) { return basis == ContextBasis::complete || basis == ContextBasis::inferred; }

std::string_view name_of(CostKind kind) {
  switch (kind) {
    case CostKind::reported: return "reported";
    case CostKind::computed: return "computed";
    case CostKind::partial: return "partial";
    case CostKind::unpriced: break;
  }
  return "unpriced";
}

}  // namespace strobe
