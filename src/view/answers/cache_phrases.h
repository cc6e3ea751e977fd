#pragma once

#include <string>
#include <string_view>

#include "analyze/context_cache.h"

namespace strobe::view {

// "tools in another order": a cause in a table.
std::string_view cause_title(analyze::CacheCause cause);
// "system prompt changed within: a date": what happened between two calls. Safe for a terminal.
std::string what_happened(const analyze::CachePair& pair);
// What to do about a cause; empty: nothing.
std::string_view cache_advice(analyze::CacheCause cause);

}  // namespace strobe::view
