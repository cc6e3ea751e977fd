#include "base/file.h"
#include "cli/commands/commands.h"
#include "export/otlp.h"
#include "query/query.h"

namespace strobe::cli {

namespace {

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto store = TRY(open_for_questions(session.store_path));
  const SessionId id = TRY(query::resolve_session(*store, invocation.positionals.front()));
  const SessionView view = TRY(query::load_session(*store, id, query::Content::everything, session.clock->now()));
  const std::string format = invocation.get("format", "otlp");
  const std::string content =
      format == "otlp-protobuf" ? exporter::to_otlp_protobuf(view) : exporter::to_otlp_json(view);
  TRY_VOID(write_file(invocation.get("out", "-"), content));
  return 0;
}

}  // namespace

const Command& export_command() {
  static const Command command = {
      .name = "export",
      .summary = "writes a session in another program's format",
      .positionals = {{.name = "ID", .help = "a session, as for show"}},
      .options = {{"--format", "FORMAT", "otlp (JSON, default) or otlp-protobuf", {"otlp", "otlp-protobuf"}},
                  {"--out", "FILE", "where to write; standard output when absent"}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
