#pragma once

#include <string_view>

// What a session is called that no span of it names: it goes by the run of `strobe run` that its spans carry the stamp
// of, or by its trace. Scopes of our own, so that no agent's key is ever taken for one.

namespace strobe::derive {

inline constexpr std::string_view k_run_namespace = "strobe.run";      // the key is the run's id
inline constexpr std::string_view k_trace_namespace = "strobe.trace";  // the key is the trace's id, in hex

}  // namespace strobe::derive
