#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/write.h"
#include "model/lists.h"
#include "view/text.h"

namespace strobe::view {

// "model", "tool", "agent", "session", "day".
std::string_view name_of(StatsBy by);

// `stats`: a table in the order given. Tools have no tokens and no costs.
std::string stats_text(StatsBy by, std::span<const StatsRow> rows, const TextStyle& style);
// An object: a row of stats_json().
void write_stats_row(json::Writer& writer, StatsBy by, const StatsRow& row);
// An array of flat objects, docs/json.md. The key stands under its own name: "model", "tool"...
std::string stats_json(StatsBy by, std::span<const StatsRow> rows);

}  // namespace strobe::view
