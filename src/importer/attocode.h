#pragma once

#include "importer/importer.h"
#include "importer/lines.h"

namespace strobe::importer {

// Traces of attocode as JSON lines. Which line becomes what: docs/reference/attocode.md. Source:
// upstream-systems.md 3.1, 3.2 and 3.7. Lines that cannot be read are problems; so is what is wrong within a line,
// which is read all the same.

// The TypeScript generation: each line has _type and _ts.
Result<Report> import_attocode(LineReader& lines, const Sink& sink);
// The Python generation: each line has event_id, kind, timestamp and session_id.
Result<Report> import_attocode_python(LineReader& lines, const Sink& sink);

}  // namespace strobe::importer
