#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/command.h"
#include "cli/subject.h"

// What `show --output` and `export` write of a whole session for others to read.

namespace strobe::cli {

// The report as HTML.
Result<std::string> report_of(const Session& session, const Subject& subject, const SessionId& id);
// The summary as JSON that fits into a model's context.
Result<std::string> llm_summary_of(const Session& session, const Subject& subject, const SessionId& id);

}  // namespace strobe::cli
