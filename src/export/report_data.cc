#include "export/report_data.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "analyze/health_score.h"
#include "analyze/metrics.h"
#include "analyze/shape.h"
#include "export/report_bars.h"
#include "view/answers/analysis_text.h"
#include "view/phrases.h"
#include "view/session_json.h"
#include "view/session_text.h"

namespace strobe::exporter {

namespace {

constexpr size_t k_row_findings_max = 20;
constexpr size_t k_finding_places_max = 12;

// How far texts have to be cut so that all of them fit: what they would take as they are is known before.
size_t text_bytes_max(const SessionView& session, const ReportRows& rows, const ReportLimits& limits) {
  constexpr size_t k_shortest = 256;
  size_t each_max = limits.text_bytes_max;
  for (; each_max > k_shortest; each_max /= 4) {
    size_t bytes = 0;
    for (const ContextMessage& message : session.contexts.messages) bytes += bytes_within(message.message, each_max);
    for (const ReportRow& row : rows.rows) {
      for (const int32_t tool : row.tools) {
        const std::optional<ToolCall>& call = session.spans[tool].span.tool;
        if (call && call->arguments) bytes += std::min(call->arguments->text.size(), each_max);
        if (call && call->result) bytes += std::min(call->result->text.size(), each_max);
      }
    }
    if (bytes <= limits.texts_bytes_max) break;
  }
  return std::max(each_max, std::min(k_shortest, limits.text_bytes_max));
}

void write_summary(json::Writer& writer, const SessionView& session) {
  const SessionSummary& summary = session.summary;
  writer.key("session");
  view::write_session(writer, summary);
  writer.key("started").string(view::timestamp(summary.start) + " UTC");
  writer.key("length").int64((summary.end - summary.start).ns / 1000);
  writer.key("notes").begin_array();
  const std::string notes = view::content_notes_text(session, {.width = 0});
  for (size_t begin = 0; begin < notes.size();) {
    const size_t end = std::min(notes.find('\n', begin), notes.size());
    const size_t text = notes.find_first_not_of(' ', begin);
    if (text < end) writer.string(std::string_view(notes).substr(text, end - text));
    begin = end + 1;
  }
  writer.end_array();
}

void write_finding(json::Writer& writer, const Finding& finding, const ReportRows& rows, ReportTexts& texts) {
  writer.begin_object();
  writer.key("rule").string(finding.rule);
  writer.key("severity").string(name_of(finding.severity));
  texts.write(writer.key("title"), finding.title);
  texts.write(writer.key("evidence"), finding.evidence_text);
  writer.key("places").begin_array();
  int64_t places = 0;
  std::pair<int32_t, int32_t> last = {-1, -1};
  for (const int32_t span : finding.evidence) {
    const std::pair<int32_t, int32_t> place = {rows.row_of[span], rows.tool_of[span]};
    if (place.first < 0 || place == last) continue;
    last = place;
    if (++places > static_cast<int64_t>(k_finding_places_max)) continue;
    writer.begin_array().int64(place.first).int64(place.second).end_array();
  }
  writer.end_array();
  writer.key("places_left_out")
      .int64(std::max<int64_t>(places - static_cast<int64_t>(k_finding_places_max), 0) + finding.evidence_dropped);
  writer.key("tokens").int64(finding.tokens);
  write_cost_of(writer, finding.cost_kind, finding.cost_pico_usd);
  writer.key("duration").int64(finding.duration.ns / 1000);
  writer.key("fixes").begin_array();
  for (const std::string& fix : finding.fixes) texts.write(writer, fix);
  writer.end_array();
  writer.end_object();
}

void write_findings(json::Writer& writer, std::span<const Finding> findings, const ReportRows& rows,
                    ReportTexts& texts) {
  writer.key("findings").begin_array();
  for (const Finding& finding : findings) write_finding(writer, finding, rows, texts);
  writer.end_array();
}

std::vector<std::vector<int32_t>> findings_by_row(std::span<const Finding> findings, const ReportRows& rows) {
  std::vector<std::vector<int32_t>> of_row(rows.rows.size());
  for (size_t i = 0; i < findings.size(); ++i) {
    const auto number = static_cast<int32_t>(i);
    for (const int32_t span : findings[i].evidence) {
      if (rows.row_of[span] < 0) continue;
      std::vector<int32_t>& list = of_row[rows.row_of[span]];
      if (list.size() < k_row_findings_max && (list.empty() || list.back() != number)) list.push_back(number);
    }
  }
  return of_row;
}

int64_t write_tools(json::Writer& writer, const SessionView& session, const ReportLimits& limits, ReportTexts& texts) {
  const std::vector<analyze::ToolMetrics> tools = analyze::metrics_of(session).tools;
  writer.key("tools").begin_array();
  for (size_t i = 0; i < std::min(tools.size(), limits.tools_max); ++i) {
    writer.begin_object();
    texts.write(writer.key("name"), tools[i].name);
    writer.key("calls").int64(tools[i].calls);
    writer.key("errors").int64(tools[i].errors);
    writer.key("total").int64(tools[i].total.ns / 1000);
    writer.key("longest").int64(tools[i].longest.ns / 1000);
    writer.end_object();
  }
  writer.end_array();
  return static_cast<int64_t>(tools.size() - std::min(tools.size(), limits.tools_max));
}

// Bars as lists of numbers, for there are many: track, line, start, duration, kind, row, tool, name, failed.
void write_timeline(json::Writer& writer, const SessionView& session, const TimelineBars& bars, const ReportRows& rows,
                    ReportTexts& texts) {
  std::vector<std::string> names;
  std::map<std::string, int64_t, std::less<>> number_of;
  writer.key("tracks").begin_array();
  for (const TimelineTrack& track : bars.tracks) {
    writer.begin_object();
    texts.write(writer.key("name"), track.name);
    writer.key("depth").int64(track.depth);
    writer.key("lines").int64(track.lines);
    writer.end_object();
  }
  writer.end_array();
  writer.key("bars").begin_array();
  for (const TimelineBar& bar : bars.bars) {
    const SpanView& span = session.spans[bar.span];
    const auto [name, is_new] = number_of.try_emplace(view::subject_of(span), static_cast<int64_t>(number_of.size()));
    if (is_new) names.push_back(name->first);
    writer.begin_array();
    writer.int64(bar.track).int64(bar.line).int64(microseconds_into(session, span.span.facts.start));
    writer.int64(span.span.facts.duration().ns / 1000).string(name_of(span.span.facts.kind));
    writer.int64(rows.row_of[bar.span]).int64(rows.tool_of[bar.span]).int64(name->second);
    writer.int64(analyze::has_failed(span) ? 1 : 0).end_array();
  }
  writer.end_array();
  writer.key("bar_names").begin_array();
  for (const std::string& name : names) texts.write(writer, name);
  writer.end_array();
}

}  // namespace

int64_t microseconds_into(const SessionView& session, TimeNs time) {
  return std::max<int64_t>((time - session.summary.start).ns / 1000, 0);
}

void write_cost_of(json::Writer& writer, CostKind kind, int64_t pico_usd) {
  writer.key("cost_kind").string(name_of(kind));
  if (kind != CostKind::unpriced) writer.key("cost").float64(static_cast<double>(pico_usd) / 1e12);
}

std::string failure_of(const SpanView& span) {
  const std::string_view message = span.raw == nullptr ? std::string_view() : view::failure_message(*span.raw);
  const std::string& type = span.span.facts.error_type;
  if (message.empty() || type.empty() || message.starts_with(type))
    return message.empty() ? type : std::string(message);
  return type + ": " + std::string(message);
}

std::string report_data(const SessionView& session, std::span<const Finding> findings, const ReportLimits& limits) {
  const analyze::Shape shape = analyze::shape_of(session);
  const ReportRows rows = rows_of(session, shape, limits);
  const TimelineBars bars = bars_of(session, shape, limits);
  const std::span<const Finding> shown = findings.first(std::min(findings.size(), limits.findings_max));
  ReportTexts texts(text_bytes_max(session, rows, limits), limits.texts_bytes_max);
  json::Writer writer;
  writer.begin_object();
  write_summary(writer, session);
  writer.key("cache_hit").string(view::cache_hit(session));
  writer.key("score");
  view::write_score(writer, analyze::health_score_of(session.summary, findings));
  write_findings(writer, shown, rows, texts);
  const int64_t tools_left_out = write_tools(writer, session, limits, texts);
  write_timeline(writer, session, bars, rows, texts);
  write_rows(writer, session, rows, findings_by_row(shown, rows), limits, texts);
  writer.key("left_out").begin_object();
  writer.key("rows").int64(rows.left_out);
  writer.key("bars").int64(bars.left_out);
  writer.key("tools").int64(tools_left_out);
  writer.key("findings").int64(static_cast<int64_t>(findings.size() - shown.size()));
  writer.key("texts").int64(texts.cut());
  writer.key("text_bytes_max").int64(static_cast<int64_t>(texts.each_max()));
  writer.end_object();
  writer.end_object();
  return writer.take();
}

}  // namespace strobe::exporter
