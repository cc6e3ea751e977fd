#pragma once

#include <span>
#include <string>

#include "model/finding.h"
#include "model/session.h"

// `show ID --view VIEW --json` of the views that are more than spans: docs/json.md. Whole sessions, never an excerpt.

namespace strobe::view {

// {"session":{},"events":[]}
std::string timeline_json(const SessionView& view);
// {"session":{},"calls":[],"totals":{},"cache":{}}
std::string tokens_json(const SessionView& view);
// Everything of all views in one object: session, spans, findings, events, calls, totals, cache, messages.
std::string all_json(const SessionView& view, const Transcript& transcript, std::span<const Finding> findings = {});

}  // namespace strobe::view
