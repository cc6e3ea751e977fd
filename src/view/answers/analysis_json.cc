#include "view/answers/advice.h"
#include "view/answers/analysis_text.h"
#include "view/finding_json.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

void write_metrics(json::Writer& writer, const analyze::SessionMetrics& metrics) {
  writer.key("metrics").begin_object();
  writer.key("iterations").int64(metrics.iterations);
  writer.key("steps").int64(metrics.steps);
  writer.key("llm_calls").int64(metrics.llm_calls);
  writer.key("tool_calls").int64(metrics.tool_calls);
  writer.key("errors").int64(metrics.errors);
  writer.key("total_tokens").int64(metrics.usage.total());
  writer.key("usage");
  write_usage(writer, metrics.usage);
  writer.key("cache_hit_percent");
  if (metrics.is_cache_hit_known()) {
    writer.float64(metrics.cache_hit_percent());
  } else {
    writer.null();
  }
  write_cost(writer, metrics.cost_kind, metrics.cost_pico_usd);
  writer.key("duration_ns").string(std::to_string(metrics.duration.ns));
  writer.end_object();
}

void write_tools(json::Writer& writer, const std::vector<analyze::ToolMetrics>& tools) {
  writer.key("tools").begin_array();
  for (const analyze::ToolMetrics& tool : tools) {
    writer.begin_object().key("name").string(tool.name);
    writer.key("calls").int64(tool.calls).key("errors").int64(tool.errors).key("not_ended").int64(tool.not_ended);
    writer.key("duration_ns").string(std::to_string(tool.total.ns));
    writer.key("longest_ns").string(std::to_string(tool.longest.ns));
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

void write_score(json::Writer& writer, const analyze::HealthScore& score) {
  if (!score.is_judged) {
    writer.null();
    return;
  }
  writer.begin_object();
  writer.key("points").int64(score.points);
  writer.key("rating").string(analyze::rating_of(score.points));
  writer.key("items").begin_array();
  for (const analyze::ScoreItem& item : score.items) {
    writer.begin_object().key("rule").string(item.rule).key("severity").string(name_of(item.severity));
    writer.key("findings").int64(item.findings).key("points").int64(-item.points).key("same_as");
    item.same_as.empty() ? writer.null() : writer.string(item.same_as);
    writer.end_object();
  }
  writer.end_array().end_object();
}

void write_analysis(json::Writer& writer, const SessionView& session, const analyze::Analysis& analysis) {
  writer.begin_object().key("session");
  write_session(writer, session.summary);
  write_metrics(writer, analysis.metrics);
  writer.key("findings");
  write_findings(writer, session, analysis.findings);
  writer.key("score");
  write_score(writer, analysis.score);
  write_tools(writer, analysis.metrics.tools);
  writer.end_object();
}

void write_issues(json::Writer& writer, const SessionView& session, const analyze::Analysis& analysis) {
  writer.begin_object().key("session");
  write_session(writer, session.summary);
  writer.key("findings");
  write_findings(writer, session, analysis.findings);
  writer.end_object();
}

void write_fixes(json::Writer& writer, const SessionView& session, const analyze::Analysis& analysis) {
  writer.begin_object().key("session");
  write_session(writer, session.summary);
  writer.key("fixes").begin_array();
  for (const Advice& advice : advice_of(analysis.findings)) {
    writer.begin_object().key("fix").string(advice.text);
    writer.key("severity").string(name_of(advice.findings.front()->severity));
    writer.key("findings").begin_array();
    for (const Finding* finding : advice.findings) {
      writer.begin_object().key("rule").string(finding->rule).key("title").string(finding->title).end_object();
    }
    writer.end_array().end_object();
  }
  writer.end_array().end_object();
}

}  // namespace strobe::view
