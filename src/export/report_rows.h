#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyze/shape.h"
#include "export/html.h"
#include "model/session.h"

// What stands in the report's list: steps, and what belongs to none.

namespace strobe::exporter {

enum class RowType : uint8_t {
  step,
  call,   // a call to a model that is no step: a title, an embedding
  tool,   // a call of a tool that no known call asked for
  other,  // a span that failed and is none of these
};
// "step", ...
std::string_view name_of(RowType type);

// A line of the report's list.
struct ReportRow {
  RowType type = RowType::step;
  int32_t span = 0;            // index into SessionView::spans
  std::vector<int32_t> tools;  // of a step, by start
  int64_t tools_left_out = 0;
  std::vector<int32_t> messages;  // that the call saw and the call before it in its lane did not: contexts.messages
  int64_t messages_left_out = 0;  // before them
  int64_t repeated = 0;           // messages left out because they stood in another place before: a rewritten context
  int32_t sent_back = 0;          // so many of the first ones repeat what the call before it answered
  std::vector<int32_t> answers;   // contexts.messages
  bool sees_unknown = false;      // what the call saw is not known
};

struct ReportRows {
  std::vector<ReportRow> rows;   // by start
  int64_t left_out = 0;          // behind them
  std::vector<int32_t> row_of;   // for each span the row that tells of it, or that it happened in; -1: none
  std::vector<int32_t> tool_of;  // for each span its place among the row's tools, -1: it is none of them
};

ReportRows rows_of(const SessionView& session, const analyze::Shape& shape, const ReportLimits& limits);

}  // namespace strobe::exporter
