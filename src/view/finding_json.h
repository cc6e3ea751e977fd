#pragma once

#include <span>

#include "json/write.h"
#include "model/finding.h"
#include "model/session.h"

namespace strobe::view {

// An object: docs/json.md, "A finding". Its evidence are the ids of `session`'s spans.
void write_finding(json::Writer& writer, const SessionView& session, const Finding& finding);
// An array of them.
void write_findings(json::Writer& writer, const SessionView& session, std::span<const Finding> findings);

}  // namespace strobe::view
