#pragma once

#include <string>
#include <string_view>

#include "importer/importer.h"
#include "importer/line_fields.h"
#include "importer/lines.h"

namespace strobe::importer {

// What makes spans of the lines of one file, each a JSON object.
class LineTaker {
 public:
  virtual ~LineTaker() = default;
  // A line and its text. False: it is none of this format.
  virtual bool take(const LineFields& fields, std::string_view text) = 0;
  // True: no further line has to be read.
  virtual bool is_over() const = 0;
  // After the last line. Errors: those of writing the spans.
  virtual Result<void> finish() = 0;
};

// Hands out each line that is a JSON object; what is wrong with the others is put into the report. Blank lines are
// nothing. Errors: those of reading and of finish(); invalid, when no line was taken.
Result<Report> import_json_lines(LineReader& lines, std::string format, LineTaker& taker);

}  // namespace strobe::importer
