#pragma once

#include "json/write.h"
#include "model/session.h"

namespace strobe::view {

// An object that names a span: trace and span id, kind, name, tool, model, step. Null for -1.
void write_span_reference(json::Writer& writer, const SessionView& session, int32_t span);
// A member: nanoseconds as a decimal string.
void write_ns(json::Writer& writer, std::string_view key, int64_t ns);

}  // namespace strobe::view
