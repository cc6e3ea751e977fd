#include "base/file.h"
#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "cli/report_output.h"
#include "cli/subject.h"
#include "export/otlp.h"
#include "query/query.h"

namespace strobe::cli {

namespace {

Result<std::string> written_as(std::string_view format, const Session& session, const Subject& subject) {
  if (format == "html") return report_of(session, subject, subject.id());
  if (format == "attocode") return llm_summary_of(session, subject, subject.id());
  const SessionView view =
      TRY(query::load_session(*subject.store, subject.id(), query::Content::everything, session.clock->now()));
  return format == "otlp-protobuf" ? exporter::to_otlp_protobuf(view) : exporter::to_otlp_json(view);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto subject = open_one_session(session, invocation);
  if (!subject) return usage_or_error(subject.error(), "export");
  const std::string content = TRY(written_as(invocation.get("format", "otlp"), session, *subject));
  TRY_VOID(write_file(invocation.get("out", "-"), content));
  return 0;
}

}  // namespace

const Command& export_command() {
  static const Command command = {
      .name = "export",
      .summary = "writes a session in another program's format",
      .positionals = {{.name = "ID", .help = "a session or a trace file, as for show"}},
      .options = with_subject_options({{"--format",
                                        "FORMAT",
                                        "otlp (JSON, default), otlp-protobuf, html or attocode",
                                        {"otlp", "otlp-protobuf", "html", "attocode"}},
                                       {"--out", "FILE", "where to write; standard output when absent"}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
