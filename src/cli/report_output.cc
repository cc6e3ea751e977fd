#include "cli/report_output.h"

#include "cli/analysis.h"
#include "export/html.h"
#include "export/llm_summary.h"

namespace strobe::cli {

Result<std::string> report_of(const Session& session, const Subject& subject, const SessionId& id) {
  const SessionView view = TRY(load_for_analysis(subject, id, session.clock->now()));
  return exporter::to_html(view, TRY(findings_of(session, subject, view)));
}

Result<std::string> llm_summary_of(const Session& session, const Subject& subject, const SessionId& id) {
  const SessionView view = TRY(load_for_analysis(subject, id, session.clock->now()));
  return exporter::to_llm_summary(view, TRY(findings_of(session, subject, view)));
}

}  // namespace strobe::cli
