#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/command.h"
#include "model/session.h"

// `strobe context QUESTION ...`: each question in a file of its own. What is handed to it has lost the word of the
// question: the first positional is the session. commands/context.cc names them all, with what each takes.

namespace strobe::cli {

Result<int> run_context_profile(const Session& session, const Invocation& invocation);
Result<int> run_context_growth(const Session& session, const Invocation& invocation);
Result<int> run_context_diff(const Session& session, const Invocation& invocation);
Result<int> run_context_cache(const Session& session, const Invocation& invocation);
Result<int> run_context_why(const Session& session, const Invocation& invocation);
Result<int> run_context_show(const Session& session, const Invocation& invocation);

// An option that is a whole number from `smallest` on; nothing where it is not given. Errors: invalid (report it
// through usage_or_error).
Result<std::optional<int64_t>> number_option(const Invocation& invocation, const std::string& name,
                                             int64_t smallest = 1);
// --lane; 0: none in particular.
Result<int32_t> lane_option(const Invocation& invocation);
// Errors: not_found.
Result<void> check_lane(const SessionView& session, int32_t lane);

}  // namespace strobe::cli
