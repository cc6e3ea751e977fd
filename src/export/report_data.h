#pragma once

#include <span>
#include <string>

#include "analyze/shape.h"
#include "export/html.h"
#include "export/report_rows.h"
#include "export/report_texts.h"
#include "json/write.h"

// What the report's script reads: JSON of its own, no contract. Times are microseconds since the session's start.

namespace strobe::exporter {

std::string report_data(const SessionView& session, std::span<const Finding> findings, const ReportLimits& limits);

// Members "messages" and "rows" of an object that has begun. `findings_of_row` are numbers of findings.
void write_rows(json::Writer& writer, const SessionView& session, const ReportRows& rows,
                const std::vector<std::vector<int32_t>>& findings_of_row, const ReportLimits& limits,
                ReportTexts& texts);

// From the session's start; not before it.
int64_t microseconds_into(const SessionView& session, TimeNs time);
// Members "cost" and "cost_kind"; the first is missing where there is none.
void write_cost_of(json::Writer& writer, CostKind kind, int64_t pico_usd);
// "timeout: no answer": the type of the failure and what is said of it; empty when nothing is.
std::string failure_of(const SpanView& span);

}  // namespace strobe::exporter
