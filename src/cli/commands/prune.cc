#include <optional>

#include "base/human_size.h"
#include "base/human_time.h"
#include "base/whole_number.h"
#include "cli/commands/commands.h"
#include "cli/progress.h"
#include "json/write.h"

namespace strobe::cli {

namespace {

std::string json_of(const store::PruneReport& report, bool dry_run) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("dry_run").boolean(dry_run);
  writer.key("sessions").int64(report.sessions);
  writer.key("traces").int64(report.traces);
  writer.key("spans").int64(report.spans);
  writer.key("log_records").int64(report.logs);
  writer.key("metric_points").int64(report.metric_points);
  writer.key("contents").int64(report.blobs);
  writer.key("contexts").int64(report.contexts);
  writer.key("file_bytes_before").int64(report.file_bytes_before);
  writer.key("file_bytes_after").int64(report.file_bytes_after);
  writer.key("limit_met");
  if (report.limit_met) {
    writer.boolean(*report.limit_met);
  } else {
    writer.null();
  }
  writer.end_object();
  return writer.take() + "\n";
}

std::string text_of(const store::PruneReport& report, const store::PruneRequest& request) {
  const bool dry_run = request.dry_run;
  std::string text = dry_run ? "would leave: " : "left: ";
  // Sessions and traces are counted when they begin to leave, spans when they are gone.
  if (report.sessions == 0 && report.traces == 0 && report.spans > 0) {
    text = "finished what an interrupted prune had begun: " + view::count(report.spans) + " spans";
  } else {
    text += view::count(report.sessions) + " sessions (" + view::count(report.traces) + " traces, " +
            view::count(report.spans) + " spans)";
  }
  text += ", " + view::count(report.logs) + " log records, " + view::count(report.metric_points) +
          " metric points\nwith them " + view::count(report.blobs) + " contents and " + view::count(report.contexts) +
          " contexts that nothing else needs\nthe store " + (dry_run ? "is " : "was ") +
          view::bytes(report.file_bytes_before) + (dry_run ? " and would be about " : " and is ") +
          view::bytes(report.file_bytes_after) + "\n";
  if (report.limit_met == false) {
    text += "still above " + view::bytes(*request.file_bytes_max) +
            ": what is left is running, or is what every store needs\n";
  }
  return text;
}

Result<store::PruneRequest> request_of(const Invocation& invocation, TimeNs now) {
  store::PruneRequest request{.now = now, .dry_run = invocation.has("dry-run")};
  if (invocation.has("older-than")) {
    const auto age = TRY(parse_duration(invocation.get("older-than")));
    request.ended_before = TimeNs{now.ns - age.ns};
  }
  if (invocation.has("max-size")) request.file_bytes_max = TRY(parse_size(invocation.get("max-size")));
  if (invocation.has("keep-sessions")) {
    const std::string text = invocation.get("keep-sessions");
    request.sessions_max = whole_number<size_t>(text);
    if (!request.sessions_max) {
      return fail(ErrorCode::invalid, "--keep-sessions takes a number, not '" + text + "'");
    }
  }
  if (!request.ended_before && !request.file_bytes_max && !request.sessions_max) {
    return fail(ErrorCode::invalid, "nothing says what shall leave",
                "give --older-than, --max-size or --keep-sessions; --dry-run only counts");
  }
  return request;
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto request = request_of(invocation, session.clock->now());
  if (!request) {
    const std::string& hint = request.error().hint;
    return wrong_usage(request.error().message, hint.empty() ? "strobe prune --help" : hint);
  }
  // Sessions are brought up to date first: what waits to be derived belongs to none yet.
  const auto store = TRY(open_for_questions(session.store_path));
  Progress progress(session.json);
  const auto report = store->prune(*request, progress.callback());
  progress.clear();
  TRY_VOID(report);
  TRY_VOID(print(session.json ? json_of(*report, request->dry_run) : text_of(*report, *request)));
  if (!Progress::interrupted()) return 0;
  return fail(ErrorCode::timeout, "stopped before it was finished", "the store is whole; the same command goes on");
}

}  // namespace

const Command& prune_command() {
  static const Command command = {
      .name = "prune",
      .summary = "lets old sessions go and makes the file smaller",
      .options = {{"--older-than", "TIME", "sessions that ended longer ago than this: 7d, 36h, 2w"},
                  {"--max-size", "SIZE", "the oldest, until the file is no larger than this: 500MB, 2GiB"},
                  {"--keep-sessions", "N", "the oldest, until no more than N are left"},
                  {"--dry-run", "", "only counts what would leave"}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
