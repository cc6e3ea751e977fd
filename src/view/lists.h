#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/session.h"
#include "view/text.h"

namespace strobe::view {

// `sessions`: a table, newest first.
std::string sessions_text(std::span<const SessionSummary> summaries, const TextStyle& style);

using SqlRow = std::vector<std::optional<std::string>>;
// `sql`: a table; null is empty. As JSON: an array of flat objects.
std::string sql_text(const std::vector<std::string>& columns, const std::vector<SqlRow>& rows, const TextStyle& style);
std::string sql_json(const std::vector<std::string>& columns, const std::vector<SqlRow>& rows);

}  // namespace strobe::view
