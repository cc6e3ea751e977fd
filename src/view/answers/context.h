#pragma once

#include <string>

#include "analyze/context_cache.h"
#include "analyze/context_diff.h"
#include "analyze/context_growth.h"
#include "analyze/context_profile.h"
#include "model/session.h"
#include "view/text.h"

// `strobe context profile|growth|diff|cache`: texts in the look of the rnix debugger, JSON as docs/json.md has it, and
// the JSON of that debugger itself (docs/reference/context-questions.md says how its numbers map onto sessions).

namespace strobe::view {

std::string context_profile_text(const SessionView& session, const analyze::ContextProfile& profile,
                                 const TextStyle& style);
std::string context_profile_json(const SessionView& session, const analyze::ContextProfile& profile);
// `profile` is of ProfileMeasure::rnix.
std::string rnix_profile_json(const SessionView& session, const analyze::ContextProfile& profile);

std::string context_growth_text(const SessionView& session, const analyze::ContextGrowth& growth,
                                const TextStyle& style);
std::string context_growth_json(const SessionView& session, const analyze::ContextGrowth& growth);
std::string rnix_growth_json(const analyze::ContextGrowth& growth);

std::string context_diff_text(const SessionView& session, const analyze::ContextDiff& diff, const TextStyle& style);
std::string context_diff_json(const SessionView& session, const analyze::ContextDiff& diff);
std::string rnix_diff_json(const SessionView& session, const analyze::ContextDiff& diff);

// Pairs of calls with a problem; with style.verbose all.
std::string context_cache_text(const SessionView& session, const analyze::CacheReport& report, const TextStyle& style);
std::string context_cache_json(const SessionView& session, const analyze::CacheReport& report);

}  // namespace strobe::view
