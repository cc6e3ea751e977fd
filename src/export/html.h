#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/finding.h"
#include "model/session.h"

// A session as one HTML file that needs nothing else: docs/reference/report.md.

namespace strobe::exporter {

// What the report holds at most. What is cut or left out is counted, and the report says so.
struct ReportLimits {
  size_t text_bytes_max = size_t{16} << 10;   // of one text: an argument, a result, a part of a message
  size_t texts_bytes_max = size_t{48} << 20;  // of all texts; beyond it each is cut earlier
  size_t rows_max = 20'000;                   // steps, and calls that belong to none; the first ones
  size_t row_items_max = 200;                 // messages of a row, and its tools; the last ones
  size_t message_parts_max = 100;
  size_t bars_max = 50'000;  // of the timeline; the longest ones
  size_t tools_max = 500;
  size_t findings_max = 500;
};

// The report: UTF-8, ends in a newline. Nothing that a trace contains is ever more than text in it. Needs contexts and
// lanes to tell what was new to a call; without them it says that nothing is known. Linear in the session but for
// sorting.
std::string to_html(const SessionView& session, std::span<const Finding> findings, const ReportLimits& limits = {});

// JSON that may stand between <script> tags: no `<`, `>`, `&`, U+2028 or U+2029 is left in it, and it means the same.
std::string json_for_script(std::string_view json);
// Text that may stand between tags, or between the quotes of an attribute. Valid UTF-8 as far as `text` is.
std::string html_escaped(std::string_view text);

}  // namespace strobe::exporter
