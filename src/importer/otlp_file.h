#pragma once

#include "importer/importer.h"
#include "importer/lines.h"

namespace strobe::importer {

// OTLP in files: one JSON document, JSON lines (the OpenTelemetry file exporter; one document a line), or the bytes of
// one protobuf request. The signal is told by the content. Source: dialects.md 9.3, 9.2. Where the first line is a
// document of its own no more than a line is kept in memory, else all of the file. Errors: too_large for more than 4
// GiB of that.
Result<Report> import_otlp(LineReader& lines, const Sink& sink);

}  // namespace strobe::importer
