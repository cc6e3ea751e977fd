#pragma once

#include <string>

#include "model/session.h"

namespace strobe::exporter {

// The session's spans as they were received, as one TracesData. The view must have been loaded with its whole content.
std::string to_otlp_json(const SessionView& view);  // OTLP/JSON and a newline
std::string to_otlp_protobuf(const SessionView& view);

}  // namespace strobe::exporter
