#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/log_line.h"
#include "model/session.h"

namespace strobe::exporter {

// Of every line.
inline constexpr std::string_view k_otlp_beginning = R"({"resourceSpans":[)";
// One OTLP/JSON request a span, as it was received, in the order of their starts; without those that were written. The
// view must have been loaded with its whole content.
std::vector<LogLine> otlp_lines(const SessionView& session, const IsWritten& is_written);
// The key of a line that was written before. Nothing: none of ours.
std::optional<std::string> otlp_key_of(std::string_view line);

}  // namespace strobe::exporter
