#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "cli/progress.h"
#include "cli/subject.h"
#include "dialect/dialect.h"
#include "ingest/renormalise.h"
#include "json/write.h"
#include "query/query.h"
#include "query/session_health.h"
#include "view/doctor_text.h"

namespace strobe::cli {

namespace {

constexpr size_t k_doubtful_max = 10;

// The sessions with most calls whose context is not known completely.
constexpr std::string_view k_doubtful =
    "SELECT session, count(*) FROM spans WHERE context_basis IN ('truncated', 'dropped', 'absent', 'delta') AND "
    "session IS "
    "NOT NULL GROUP BY session ORDER BY count(*) DESC, session";

Result<view::StoreDiagnosis> diagnose(store::Store& store, bool quick, Progress& progress) {
  const auto how = quick ? store::Examination::quick : store::Examination::full;
  const store::Health health = TRY(store.examine(how, progress.callback()));
  view::StoreDiagnosis diagnosis{.path = health.path,
                                 .strobe_version = STROBE_VERSION,
                                 .sqlite_version = health.sqlite_version,
                                 .schema_version = health.schema_version,
                                 .canonical_version = health.canonical_version,
                                 .normaliser_version = dialect::k_normaliser_version,
                                 .file_bytes = health.file_bytes,
                                 .free_bytes = health.free_bytes,
                                 .quick = quick,
                                 .problems = health.problems};
  for (const auto& table : health.tables) diagnosis.tables.push_back({table.name, table.rows, table.bytes});
  diagnosis.traces_by_normaliser = health.traces_by_normaliser;
  diagnosis.spans_indexed = static_cast<int64_t>(health.index.spans_indexed);
  diagnosis.spans_waiting = static_cast<int64_t>(health.index.spans_waiting);
  for (const store::Count& count : health.counts) diagnosis.counts.emplace_back(count.name, count.by);
  for (const auto& large : health.largest_sessions) diagnosis.largest.push_back({large.session.hex(), large.bytes});
  // A store that is damaged may not answer questions; then its damage is what matters.
  if (const auto rows = store.query(k_doubtful, k_doubtful_max)) {
    for (const auto& row : rows->rows) {
      diagnosis.doubtful.push_back({row[0].value_or(""), std::stoll(row[1].value_or("0"))});
    }
  }
  return diagnosis;
}

Result<int> examine_store(const Session& session, bool quick) {
  const auto store = TRY(open_for_questions(session.store_path));
  Progress progress(session.json);
  const auto diagnosis = diagnose(*store, quick, progress);
  progress.clear();
  TRY_VOID(diagnosis);
  TRY_VOID(print(session.json ? view::store_diagnosis_json(*diagnosis)
                              : view::store_diagnosis_text(*diagnosis, session.style)));
  return static_cast<int>(diagnosis->problems.empty() ? Exit::ok : Exit::failed);
}

Result<int> examine_session(const Session& session, const Invocation& invocation) {
  const auto subject = open_one_session(session, invocation);
  if (!subject) return usage_or_error(subject.error(), "doctor");
  const SessionView view =
      TRY(query::load_session(*subject->store, subject->id(), query::Content::without_sequences, session.clock->now()));
  const SessionHealth health = query::session_health(view);
  TRY_VOID(print(session.json ? view::session_health_json(health) : view::session_health_text(health, session.style)));
  return static_cast<int>(health.is_whole() ? Exit::ok : Exit::failed);
}

Result<int> read_anew(const Session& session, ingest::Renormalise which) {
  const auto store = TRY(open_for_questions(session.store_path));
  Progress progress(session.json);
  const auto report = ingest::renormalise(*store, which, progress.callback());
  progress.clear();
  TRY_VOID(report);
  if (session.json) {
    json::Writer writer(json::Layout::pretty);
    writer.begin_object().key("traces").int64(report->traces).key("spans").int64(report->spans);
    writer.key("traces_left").int64(report->traces_left).end_object();
    TRY_VOID(print(writer.take() + "\n"));
  } else {
    TRY_VOID(
        print("read " + view::count(report->traces) + " traces (" + view::count(report->spans) + " spans) anew\n"));
  }
  if (report->traces_left > 0) {
    return fail(ErrorCode::corrupt, view::count(report->traces_left) + " traces stay as they were: " + report->reason,
                "strobe doctor says whether the store is damaged");
  }
  if (report->stopped) return fail(ErrorCode::timeout, "stopped before it was finished", "the same command goes on");
  return 0;
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const bool renormalises = invocation.has("renormalise");
  if (invocation.has("all") && !renormalises)
    return wrong_usage("--all belongs to --renormalise", "strobe doctor --help");
  if (!invocation.positionals.empty() || invocation.has("session")) {
    if (renormalises || invocation.has("quick")) {
      return wrong_usage("--renormalise and --quick are about the whole store", "leave out the session");
    }
    return examine_session(session, invocation);
  }
  if (renormalises) {
    return read_anew(session, invocation.has("all") ? ingest::Renormalise::all : ingest::Renormalise::behind);
  }
  return examine_store(session, invocation.has("quick"));
}

}  // namespace

const Command& doctor_command() {
  static const Command command = {
      .name = "doctor",
      .summary = "says whether the store, or one session, is well",
      .positionals = {{.name = "ID",
                       .help = "a session, or a trace file: what is missing in it; without: the store",
                       .required = false}},
      .options = {{"--quick", "", "does not compare every index entry with its row, nor say how large sessions are"},
                  {"--renormalise", "", "reads spans anew that an older version of Strobe has read"},
                  {"--all", "", "with --renormalise: all spans"},
                  {"--session", "ID", "one session of a file, a directory or the store"}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
