#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace strobe::launch {

using Environment = std::map<std::string, std::string>;

struct EnvironmentOptions {
  std::string endpoint;     // "http://127.0.0.1:4318"
  std::string run_id;
  std::string traceparent;  // W3C, of the run's own span
};

// What a child needs so that its telemetry comes to us, whatever SDK it uses: dialects.md 7.9. `inherited` is the
// environment it would have had; resource attributes are appended to, settings that would send elsewhere are removed.
Environment child_environment(Environment inherited, const EnvironmentOptions& options);

// This process's environment.
Environment own_environment();

}  // namespace strobe::launch
