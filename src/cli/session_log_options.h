#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "config/settings.h"
#include "session_log/session_log.h"

// What `run` and `serve` are told of session logs.

namespace strobe::cli {

// --session-log and its kin, for commands that write them; behind `own`.
std::vector<Option> with_session_log_options(std::vector<Option> own);
// What the settings session_log* say; nothing: no logs are wanted. Errors: invalid.
Result<std::optional<session_log::SessionLogOptions>> session_log_options(const config::Settings& settings);

}  // namespace strobe::cli
