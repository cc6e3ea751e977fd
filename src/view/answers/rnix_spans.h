#pragma once

#include <string_view>

#include "json/write.h"
#include "model/session.h"

// How the rnix debugger writes spans: milliseconds, pids, one status of three.

namespace strobe::view {

int64_t whole_ms(int64_t ns);
// "ok", "error" or "timeout".
std::string_view rnix_status(const SpanFacts& facts);
// Members trace_id, span_id, pid, name, duration_ms, tokens_used, status. Spans that name no process have pid 0.
void write_rnix_span(json::Writer& writer, const SpanView& span);

}  // namespace strobe::view
