#include "cli/analysis.h"

#include <algorithm>

#include "cli/filter.h"
#include "cli/thresholds.h"
#include "query/earlier.h"
#include "view/answers/analysis_text.h"
#include "view/phrases.h"

namespace strobe::cli {

namespace {

// Nothing: --fail-on was not given.
std::optional<Severity> failing_severity(const Invocation& invocation) {
  return invocation.has("fail-on") ? severity_of(invocation.get("fail-on")) : std::nullopt;
}

}  // namespace

Result<std::vector<Finding>> findings_of(const Session& session, store::Store& store, const SessionView& view) {
  const auto earlier = TRY(query::earlier_of(store, view.summary, session.clock->now()));
  return analyze::findings_of(view, thresholds_of(session.settings), earlier);
}

Result<analyze::Analysis> analysis_of(const Session& session, const Subject& subject, const SessionView& view) {
  const auto earlier = TRY(query::earlier_of(*subject.store, view.summary, session.clock->now()));
  return analyze::analysis_of(view, thresholds_of(session.settings), earlier);
}

std::vector<Option> findings_options() {
  return with_subject_options({{"--fail-on",
                                "SEVERITY",
                                "exit code 4 when there is a finding of this severity or a worse one",
                                {"low", "medium", "high", "critical"}}});
}

Result<int> answer_findings(const Session& session, const Invocation& invocation, const FindingsAnswer& answer) {
  const auto subject = open_subject(session, invocation);
  if (!subject) return usage_or_error(subject.error(), answer.command);
  const std::optional<Severity> failing = failing_severity(invocation);
  json::Writer writer(json::Layout::pretty);
  if (subject->is_list) writer.begin_array();
  std::vector<view::SessionFindings> all;
  bool has_failed = false;
  for (const SessionId& id : subject->ids) {
    const SessionView view = TRY(load_for_analysis(*subject, id, session.clock->now()));
    analyze::Analysis analysis = TRY(analysis_of(session, *subject, view));
    has_failed |= failing && std::ranges::any_of(analysis.findings,
                                                 [&](const Finding& finding) { return finding.severity >= *failing; });
    const Analysed analysed{view, analysis, called(invocation, *subject, view.summary)};
    if (session.json) {
      answer.json(writer, analysed);
      continue;
    }
    if (subject->is_list) TRY_VOID(print((all.empty() ? "" : "\n") + list_heading(view.summary, session.style)));
    TRY_VOID(print(answer.text(analysed, session.style)));
    all.push_back({view.summary, std::move(analysis.findings)});
  }
  if (session.json) {
    if (subject->is_list) writer.end_array();
    TRY_VOID(print(writer.take() + "\n"));
  } else if (all.size() > 1) {
    TRY_VOID(print("\n" + view::findings_by_rule_text(all, session.style)));
  }
  return static_cast<int>(has_failed ? Exit::condition_met : Exit::ok);
}

}  // namespace strobe::cli
