#pragma once

#include <functional>

#include "importer/importer.h"
#include "importer/line_fields.h"
#include "importer/lines.h"

namespace strobe::importer {

// What to do with one line: an object and its text. False: it is none of this format.
using TakeLine = std::function<bool(const LineFields& fields, std::string_view text)>;

// Reads to the end: each line that is a JSON object is handed out, what is wrong is put into the report. Blank lines
// are nothing. Ends early when `is_over` says so.
Result<void> read_json_lines(LineReader& lines, Report& report, const TakeLine& take,
                             const std::function<bool()>& is_over);

}  // namespace strobe::importer
