#include "model/contradiction.h"

namespace strobe {

std::string_view name_of(ContradictionRule rule) {
  switch (rule) {
    case ContradictionRule::total_differs: return "total_differs";
    case ContradictionRule::cache_exceeds_input: return "cache_exceeds_input";
    case ContradictionRule::reasoning_exceeds_output: return "reasoning_exceeds_output";
    case ContradictionRule::clamped: return "clamped";
    case ContradictionRule::recorded_twice: return "recorded_twice";
    case ContradictionRule::recordings_differ: return "recordings_differ";
    case ContradictionRule::rollup_differs: return "rollup_differs";
    case ContradictionRule::accumulated_rollup: return "accumulated_rollup";
  }
  return {};
}

}  // namespace strobe
