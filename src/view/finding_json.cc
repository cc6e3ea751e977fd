#include "view/finding_json.h"

#include "view/session_json.h"

namespace strobe::view {

void write_finding(json::Writer& writer, const SessionView& session, const Finding& finding) {
  writer.begin_object();
  writer.key("rule").string(finding.rule);
  writer.key("severity").string(name_of(finding.severity));
  writer.key("title").string(finding.title);
  write_text_or_null(writer, "evidence_text", finding.evidence_text);
  writer.key("evidence").begin_array();
  for (const int32_t span : finding.evidence) writer.string(session.spans[span].span.facts.span_id.hex());
  writer.end_array();
  writer.key("evidence_dropped").int64(finding.evidence_dropped);
  writer.key("step");
  if (finding.step > 0) {
    writer.int64(finding.step);
  } else {
    writer.null();
  }
  writer.key("tokens").int64(finding.tokens);
  write_cost(writer, finding.cost_kind, finding.cost_pico_usd);
  writer.key("duration_ns").string(std::to_string(finding.duration.ns));
  write_text_or_null(writer, "fix", finding.fixes.empty() ? "" : finding.fixes.front());
  writer.key("fixes").begin_array();
  for (const std::string& fix : finding.fixes) writer.string(fix);
  writer.end_array();
  writer.end_object();
}

void write_findings(json::Writer& writer, const SessionView& session, std::span<const Finding> findings) {
  writer.begin_array();
  for (const Finding& finding : findings) write_finding(writer, session, finding);
  writer.end_array();
}

}  // namespace strobe::view
