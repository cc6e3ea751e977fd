#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyze/time_tree.h"
#include "model/session.h"

namespace strobe::analyze {

// One kind of span. A sum counts every span in full: what ran side by side, and what stands in another of its kind,
// counts twice. The wall is the time in which any of them ran.
struct KindTime {
  std::string kind;  // runtime_kind()
  int64_t sum_ns = 0, wall_ns = 0;
  int64_t count = 0;
};

// One turn: a call to a model and its tools, or a span of kind step with the calls nearest below it.
struct StepTime {
  std::string name;
  int32_t span = -1;                // the step's span, else its call
  int64_t duration_ns = 0;          // wall
  int64_t llm_ns = 0, tool_ns = 0;  // sums
  int64_t other_ns = 0;             // wall in which none of its calls ran
  int64_t llm_calls = 0, tool_calls = 0;
};

// harn's profile of a run, from spans. Nanoseconds. docs/reference/run-profile.md.
struct RunProfile {
  int64_t total_wall_ns = 0;                           // in which any root ran
  int64_t session_ns = 0;                              // from the first start to the last end
  std::optional<int64_t> first_token_ns;               // the quickest time to first token of a call
  std::optional<int64_t> first_token_after_start_ns;   // from the start of the session to the first token of all
  std::vector<KindTime> by_kind;                       // all spans but roots with children; the greatest sum first
  int64_t residual_ns = 0;                             // in which a root ran, but nothing below one
  std::vector<int32_t> top_llm_calls, top_tool_calls;  // the longest first
  std::vector<StepTime> steps;                         // by start
  std::vector<std::string> step_of;                    // for each span the name of its step; empty: none
  bool has_overlaps = false;                           // some sum is more than its wall
};

inline constexpr size_t k_profile_top = 5;

// O(n log n).
RunProfile run_profile_of(const SessionView& session);

}  // namespace strobe::analyze
