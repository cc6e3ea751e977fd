#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/finding.h"
#include "model/session.h"
#include "view/text.h"

// Findings, as every text shows them.

namespace strobe::view {

// What was found in a session, and what the session is called on the command line. Both may be empty: then nothing is
// shown, and the session's short id stands for its name.
struct Found {
  std::span<const Finding> findings = {};
  std::string name = {};
};

Color color_of(Severity severity);
// "[HIGH]"
std::string label_of(Severity severity);
// "[HIGH] excessive_iterations: Session used 12 iterations", safe, cut to the style's width less `indent`.
std::string finding_line(const Finding& finding, const TextStyle& style, int indent);
// "1,234 tokens, ~$0.0123, 2.3s": what it cost, as far as anybody can tell; may be empty.
std::string finding_cost(const Finding& finding);
// The command that explains it, without the session: "fixes", "context cache", "blame".
std::string_view command_for(const Finding& finding);

// The section of a summary: the worst few, how many more, and the command for the one that matters most. Empty without
// findings.
std::string findings_section(const SessionSummary& session, const Found& found, const TextStyle& style);

}  // namespace strobe::view
