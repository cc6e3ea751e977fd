#include "export/report_rows.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/trimmed.h"

namespace strobe::exporter {

namespace {

// So far up a span looks for a row that it happened in.
constexpr int k_levels_max = 100;

bool is_other_call(const SpanView& span) {
  const Kind kind = span.span.facts.kind;
  return span.duplicate_how == SameCall::no && kind == Kind::embedding;
}

// What a model wrote, as far as it comes back: its text, and which tools it called.
std::string gist_of(const Message& message) {
  std::string gist;
  for (const Part& part : message.parts) {
    if (part.type == PartType::text) gist += trimmed(part.text);
    if (part.type == PartType::tool_call) gist += "\n" + std::string(part.name);
  }
  return gist;
}

// For each span its call in a lane: the call before it there, and how much both saw.
struct Before {
  int32_t call = -1;
  int32_t shared = 0;
  LaneLink link = LaneLink::first;
};

std::vector<Before> calls_before(const SessionView& session) {
  std::vector<Before> before(session.spans.size());
  for (const Lane& lane : session.lanes) {
    for (size_t i = 1; i < lane.calls.size(); ++i) {
      before[lane.calls[i].span] = {lane.calls[i - 1].span, lane.calls[i].shared, lane.calls[i].link};
    }
  }
  return before;
}

void add_head(ReportRow& row, const SessionContexts& contexts, int32_t head, int32_t head_before) {
  if (head == head_before) return;
  const std::vector<int32_t>& now = contexts.heads[head].system;
  if (head_before >= 0 && now == contexts.heads[head_before].system) return;
  row.messages.insert(row.messages.end(), now.begin(), now.end());
}

// The new messages at the end of what the call saw, as many as a row holds. Where an agent has rewritten its context,
// those that its lane showed before are not new.
template <typename Shown>
void add_messages(ReportRow& row, const SessionContexts& contexts, const Before& before, const ReportLimits& limits,
                  Shown was_shown) {
  const int32_t context = contexts.of_span[row.span];
  row.sees_unknown = context < 0;
  if (context < 0) return;
  const SessionContexts::Context& seen = contexts.contexts[context];
  const int32_t context_before = before.call >= 0 ? contexts.of_span[before.call] : -1;
  add_head(row, contexts, seen.head, context_before >= 0 ? contexts.contexts[context_before].head : -1);
  const auto items_max = static_cast<int32_t>(limits.row_items_max);
  const int32_t depth = contexts.bodies.depth(seen.body);
  const int32_t shared = std::clamp(before.shared, 0, depth);
  const int32_t first = std::max(shared, depth - items_max);
  row.messages_left_out = first - shared;
  if (row.messages.size() > limits.row_items_max) {
    row.messages_left_out += static_cast<int64_t>(row.messages.size() - limits.row_items_max);
    row.messages.resize(limits.row_items_max);
  }
  std::vector<int32_t> fresh = contexts.bodies.messages_behind(contexts.bodies.first(seen.body, first), seen.body);
  const bool is_rewrite = context_before >= 0 && shared < contexts.bodies.depth(contexts.contexts[context_before].body);
  if (is_rewrite) row.repeated = static_cast<int64_t>(std::erase_if(fresh, was_shown));
  if (before.call >= 0 && row.messages.empty() && row.messages_left_out == 0) {
    const std::vector<int32_t>& answers = contexts.outputs[before.call];
    while (static_cast<size_t>(row.sent_back) < std::min(fresh.size(), answers.size())) {
      const Message& message = contexts.messages[fresh[row.sent_back]].message;
      const Message& answer = contexts.messages[answers[row.sent_back]].message;
      if (message.role != "assistant" || gist_of(message) != gist_of(answer)) break;
      ++row.sent_back;
    }
  }
  row.messages.insert(row.messages.end(), fresh.begin(), fresh.end());
}

void add_tools(ReportRow& row, const std::vector<int32_t>& tools, const ReportLimits& limits) {
  const size_t shown = std::min(tools.size(), limits.row_items_max);
  row.tools.assign(tools.begin(), tools.begin() + static_cast<int64_t>(shown));
  row.tools_left_out = static_cast<int64_t>(tools.size() - shown);
}

// Which spans have a line of their own, by start.
std::vector<ReportRow> lines_of(const SessionView& session, const analyze::Shape& shape) {
  std::vector<ReportRow> rows;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    const SpanView& span = session.spans[i];
    ReportRow row{.span = static_cast<int32_t>(i)};
    if (span.is_llm_call) {
      row.type = span.step > 0 ? RowType::step : RowType::call;
    } else if (is_other_call(span)) {
      row.type = RowType::call;
    } else if (analyze::is_tool_call(span)) {
      if (shape.call_of[i] >= 0) continue;
      row.type = RowType::tool;
    } else {
      const auto failed = [&](int32_t child) { return analyze::has_failed(session.spans[child]); };
      const bool is_source = analyze::has_failed(span) && span.duplicate_how == SameCall::no &&
                             std::ranges::none_of(span.children, failed);
      if (!is_source) continue;
      row.type = RowType::other;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// Spans without a line find the nearest span above that has one, else the step they are in.
void find_rows(const SessionView& session, const std::vector<int32_t>& row_of_step, ReportRows& rows) {
  const std::vector<int32_t> own = rows.row_of;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (own[i] >= 0) continue;
    int32_t at = session.spans[i].parent;
    for (int level = 0; at >= 0 && own[at] < 0 && level < k_levels_max; ++level) at = session.spans[at].parent;
    const auto step = static_cast<size_t>(std::max(session.spans[i].step, 0));
    if (at >= 0 && own[at] >= 0) {
      rows.row_of[i] = own[at];
      rows.tool_of[i] = rows.tool_of[at];
    } else if (step < row_of_step.size()) {
      rows.row_of[i] = row_of_step[step];
    }
  }
}

}  // namespace

std::string_view name_of(RowType type) {
  constexpr std::array<std::string_view, 4> k_names = {"step", "call", "tool", "other"};
  return k_names[static_cast<size_t>(type)];
}

ReportRows rows_of(const SessionView& session, const analyze::Shape& shape, const ReportLimits& limits) {
  ReportRows rows;
  rows.rows = lines_of(session, shape);
  if (rows.rows.size() > limits.rows_max) {
    rows.left_out = static_cast<int64_t>(rows.rows.size() - limits.rows_max);
    rows.rows.resize(limits.rows_max);
  }
  rows.row_of.assign(session.spans.size(), -1);
  rows.tool_of.assign(session.spans.size(), -1);
  std::vector<int32_t> row_of_step(shape.steps.size() + 1, -1);
  const std::vector<Before> before = calls_before(session);
  std::vector<int32_t> lane_of_message(session.contexts.messages.size(), 0);  // that showed it last
  for (size_t r = 0; r < rows.rows.size(); ++r) {
    ReportRow& row = rows.rows[r];
    rows.row_of[row.span] = static_cast<int32_t>(r);
    if (row.type == RowType::step) {
      const analyze::Step& step = shape.steps[session.spans[row.span].step - 1];
      row_of_step[step.number] = static_cast<int32_t>(r);
      if (step.call == row.span) add_tools(row, step.tools, limits);
      for (size_t t = 0; t < row.tools.size(); ++t) {
        rows.row_of[row.tools[t]] = static_cast<int32_t>(r);
        rows.tool_of[row.tools[t]] = static_cast<int32_t>(t);
      }
    }
    if (!session.spans[row.span].is_llm_call || !session.contexts.is_loaded) continue;
    const int32_t lane = session.spans[row.span].lane;
    const auto was_shown = [&](int32_t message) { return lane > 0 && lane_of_message[message] == lane; };
    add_messages(row, session.contexts, before[row.span], limits, was_shown);
    for (const int32_t message : row.messages) lane_of_message[message] = lane;
    const std::vector<int32_t>& answers = session.contexts.outputs[row.span];
    row.answers.assign(answers.begin(),
                       answers.begin() + static_cast<int64_t>(std::min(answers.size(), limits.row_items_max)));
    for (const int32_t message : row.answers) lane_of_message[message] = lane;
  }
  find_rows(session, row_of_step, rows);
  return rows;
}

}  // namespace strobe::exporter
