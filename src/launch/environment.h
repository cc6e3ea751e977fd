#pragma once

#include <map>
#include <string>
#include <vector>

#include "launch/agents.h"

namespace strobe::launch {

using Environment = std::map<std::string, std::string>;

// What has to change in an environment so that telemetry comes to us.
struct EnvironmentChange {
  Environment set;                   // with what is kept of the user's values
  std::vector<std::string> removed;  // those that were set and would send it elsewhere
};

// For one agent, or (null) for all that `run` cares for. `inherited` is the environment as it is, `endpoint` like
// "http://127.0.0.1:4318".
EnvironmentChange telemetry_change(const Environment& inherited, const std::string& endpoint, const Agent* agent);

struct EnvironmentOptions {
  std::string endpoint;
  std::string run_id;
  std::string traceparent;  // W3C, of the run's own span
};

// What a child of `run` gets: the change for all agents, and the stamp of the run.
Environment child_environment(Environment inherited, const EnvironmentOptions& options);

// This process's environment.
Environment own_environment();

}  // namespace strobe::launch
