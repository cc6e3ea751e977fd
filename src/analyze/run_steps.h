#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/path_list.h"
#include "analyze/traits.h"
#include "model/session.h"

namespace strobe::analyze {

// Of one payload: one with more values is one trait as a whole.
inline constexpr size_t k_payload_traits_max = 500;
// The same where the paths of its values, each with all keys above it, take much more than the payload does.
inline constexpr size_t k_trait_bytes_per_byte_max = 64;
// New messages of a step that are looked at.
inline constexpr int32_t k_step_messages_max = 64;

// A step as it is compared.
struct RunStep {
  int32_t number = 0;  // of the session
  SpanId span_id;
  std::string label;  // its tools, or what else it did: "read_file, bash"; raw
  Traits traits;
};

// The steps of a run, those of one agent behind each other, the agents by their first step: parallel ones are not
// mixed.
struct RunSteps {
  std::vector<RunStep> steps;
  bool has_messages = false;   // what some call saw is known
  bool has_arguments = false;  // of some tool call
  bool has_tools = false;
};

// Traits that `ignored` names (as "/steps/" and the step's position from 0, and the trait's path) are left out.
// Messages are those that a call sees and the agent's call before it did not, but for what a model said or a tool gave
// back.
RunSteps steps_of_run(const SessionView& session, const PathList& ignored = {});

}  // namespace strobe::analyze
