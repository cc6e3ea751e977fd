#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "cli/analysis.h"
#include "cli/commands/commands.h"
#include "cli/receiver.h"
#include "cli/run_record.h"
#include "cli/session_log_options.h"
#include "cli/session_store.h"
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

// The session logs of a run, where they are wanted.
class RunLog {
 public:
  void start(std::optional<session_log::SessionLogOptions> options, const std::string& store_path,
             const std::string& run_id, bool is_told) {
    if (!options) return;
    options->look_back = std::chrono::seconds(0);
    // Recorded by a server, which does not tell us what came.
    if (!is_told) options->find_sessions = [run_id](store::Store& store) { return sessions_of_run(store, run_id); };
    MutexLock lock(mutex_);
    log_ = std::make_unique<session_log::SessionLog>([store_path] { return open_for_reading(store_path); },
                                                     *std::move(options));
  }
  ~RunLog() {
    if (session_log::SessionLog* log = get()) log->finish(k_finish_max);
  }
  void note(std::span<const SessionId> sessions) const {
    if (session_log::SessionLog* log = get()) log->note(sessions);
  }
  // Everything that the run brought is written when this returns, or that was tried.
  void finish(store::Store& store, const std::string& run_id) const {
    session_log::SessionLog* log = get();
    if (log == nullptr) return;
    if (const auto sessions = sessions_of_run(store, run_id)) log->note(*sessions);
    log->finish(k_finish_max);
    std::fprintf(stderr, "strobe: %s\n", log->summary().c_str());
  }

 private:
  static constexpr std::chrono::seconds k_finish_max{60};
  // Not locked while it works: the pipeline's thread must never wait for a file.
  session_log::SessionLog* get() const {
    MutexLock lock(mutex_);
    return log_.get();
  }
  mutable Mutex mutex_;
  std::unique_ptr<session_log::SessionLog> log_ STROBE_GUARDED_BY(mutex_);
};

// To standard error: standard output belongs to the agent.
Result<void> print_summary(const Session& session, store::Store& store, const RunRecord& record) {
  const std::vector<SessionId> sessions = TRY(sessions_of_run(store, record.run_id));
  if (sessions.empty()) return fail(ErrorCode::not_found, "the run was not recorded");
  const TimeNs now = session.clock->now();
  SessionView view = TRY(query::load_session(store, sessions.front(), query::Content::for_analysis, now));
  TRY_VOID(query::load_contexts(store, view));
  const auto findings = TRY(findings_of(session, store, view));
  view::TextStyle style = session.style;
  style.color = style.color && ::isatty(STDERR_FILENO) != 0;
  std::fprintf(stderr, "\n%s", view::session_summary_text(view, style, {.findings = findings}).c_str());
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
  // A finding worth looking at has said where to begin.
  if (!findings.empty() && findings.front().severity > Severity::low) return {};
  const std::string id = sessions.front().hex().substr(0, 12);
  std::fprintf(stderr, "\nNext: strobe show %s --view tree, strobe show %s --view transcript\n", id.c_str(),
               id.c_str());
  return {};
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto log_options = session_log_options(session.settings);
  if (!log_options) return wrong_usage(log_options.error().message, log_options.error().hint);
  RunRecord record = new_run();
  RunLog log;  // outlives what calls it
  auto receiver = TRY(Receiver::open(session.store_path, [&log](std::span<const SessionId> ids) { log.note(ids); }));
  log.start(*log_options, session.store_path, record.run_id, receiver->is_own());
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
    log.finish(*fresh_store, record.run_id);
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
                                  .options = with_session_log_options({}),
                                  .rest = "CMD...",
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
