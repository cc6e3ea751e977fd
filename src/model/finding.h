#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/kind.h"

namespace strobe {

enum class Severity : uint8_t { low, medium, high, critical };
// "low", ...
std::string_view name_of(Severity severity);
std::optional<Severity> severity_of(std::string_view name);

// Something wrong with a session, what shows it, what it cost and what to do. Texts hold what traces said: not safe for
// a terminal.
struct Finding {
  std::string rule;  // "excessive_iterations"
  Severity severity = Severity::medium;
  std::string title;              // one line: Session used 12 iterations
  std::string evidence_text;      // one line: what makes us think so; may be empty
  std::vector<int32_t> evidence;  // spans, indexes into SessionView::spans, in order; at least one where spans show it
  int64_t evidence_dropped = 0;   // spans beyond k_evidence_max
  int32_t step = 0;               // where it shows first; 0: the whole session
  // What would not have been spent without it; zero: nothing, or nobody can tell.
  int64_t tokens = 0;
  int64_t cost_pico_usd = 0;
  CostKind cost_kind = CostKind::unpriced;
  DurationNs duration;
  std::vector<std::string> fixes;  // what to do, best first; at least one
};

inline constexpr size_t k_evidence_max = 100;

}  // namespace strobe
