#pragma once

#include <memory>
#include <string>

#include "importer/importer.h"

namespace strobe::importer {

// OTLP in files: one JSON document, JSON lines (the OpenTelemetry file exporter; one document a line), or the bytes of
// one protobuf request. The signal is told by the content. Source: dialects.md 9.3, 9.2.
Result<Report> import_otlp(std::shared_ptr<const std::string> content, const Sink& sink);

}  // namespace strobe::importer
