#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "cli/commands/commands.h"
#include "cli/receiver.h"
#include "cli/run_record.h"
#include "launch/child.h"
#include "query/query.h"
#include "view/session_text.h"

namespace strobe::cli {

namespace {

// As shells have it.
constexpr int k_exit_command_not_found = 127;
constexpr int k_exit_command_not_executable = 126;

launch::EnvironmentOptions environment_options(const RunRecord& record, const std::string& endpoint) {
  return {.endpoint = endpoint,
          .run_id = record.run_id,
          .traceparent = "00-" + record.trace_id.hex() + "-" + record.span_id.hex() + "-01"};
}

// To standard error: standard output belongs to the agent.
Result<void> print_summary(const Session& session, store::Store& store, const RunRecord& record) {
  const std::vector<SessionId> sessions = TRY(sessions_of_run(store, record.run_id));
  if (sessions.empty()) return fail(ErrorCode::not_found, "the run was not recorded");
  const SessionView view =
      TRY(query::load_session(store, sessions.front(), query::Content::without_sequences, session.clock->now()));
  view::TextStyle style = session.style;
  style.color = style.color && ::isatty(STDERR_FILENO) != 0;
  std::fprintf(stderr, "\n%s", view::session_summary_text(view, style).c_str());
  if (view.spans.size() == 1) {
    std::fprintf(
        stderr,
        "\nThe agent sent no telemetry. Does it use an OpenTelemetry SDK, and does it flush before it exits?\n"
        "hint: the environment it got points every OTel exporter at Strobe; zero-code: opentelemetry-instrument\n");
    return {};
  }
  if (sessions.size() > 1) {
    std::fprintf(stderr, "\nThis run wrote %zu sessions: strobe sessions\n", sessions.size());
  }
  const std::string id = sessions.front().hex().substr(0, 12);
  std::fprintf(stderr, "\nNext: strobe show %s --view tree, strobe show %s --view transcript\n", id.c_str(),
               id.c_str());
  return {};
}

Result<int> run(const Session& session, const Invocation& invocation) {
  auto receiver = TRY(Receiver::open(session.store_path));
  RunRecord record = new_run();
  record.command = invocation.rest;
  record.start = session.clock->now();
  const auto environment =
      launch::child_environment(launch::own_environment(), environment_options(record, receiver->endpoint()));
  const auto started = launch::run_child(invocation.rest, environment);
  if (!started) {
    std::fprintf(stderr, "strobe: %s\n", view::safe(started.error().message).c_str());
    return started.error().code == ErrorCode::not_found ? k_exit_command_not_found : k_exit_command_not_executable;
  }
  const launch::ChildResult& child = *started;
  // From here on the agent is gone: an interrupt would only lose the record of it, which takes a moment.
  std::signal(SIGINT, SIG_IGN);
  record.end = session.clock->now();
  record.exit_code = child.exit_code;
  record.signal = child.signal;
  record.cancelled = child.cancelled;

  const auto finish = [&]() -> Result<void> {
    TRY_VOID(receiver->settle());
    const auto store = TRY(open_for_questions(session.store_path));
    TRY_VOID(find_named_session(*store, record));
    TRY_VOID(receiver->record(to_batch(record)));
    const auto fresh_store = TRY(open_for_questions(session.store_path));
    return print_summary(session, *fresh_store, record);
  };
  // The agent's exit code passes through whatever becomes of our own part.
  const Result<void> finished = finish();
  if (!finished) std::fprintf(stderr, "strobe: %s\n", view::safe(finished.error().message).c_str());
  return child.exit_code;
}

}  // namespace

const Command& run_command() {
  static const Command command = {.name = "run",
                                  .summary = "runs an agent with its telemetry pointed here, and records it",
                                  .rest = "CMD...",
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
