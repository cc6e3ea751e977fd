#include "cli/subject.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>

#include "cli/file_import.h"
#include "cli/filter.h"
#include "cli/session_store.h"
#include "ingest/pipeline.h"
#include "query/query.h"
#include "store/sqlite/sqlite_store.h"
#include "view/phrases.h"

namespace strobe::cli {

namespace {

// Derived once, at the end, and never searched.
constexpr int k_derive_delay_ms = 3'600'000;

// For a shell: in single quotes where it holds more than what no shell changes.
std::string quoted(const std::string& word) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c >= 0x80 || std::string_view("/._-+,:@%=").contains(static_cast<char>(c));
  };
  if (std::ranges::all_of(word, is_plain)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// Whether a word that names neither a file nor a session was meant for a file.
bool looks_like_a_file(std::string_view word) { return word.contains('/') || has_trace_ending(word); }

// Which sessions of a file or a store.
struct Selection {
  std::string session = {};  // empty: not named
  TimeRange range = {};
  bool takes_all = false;
  bool is_fixed = false;  // the command has no options to choose another one

  bool is_list() const { return takes_all || range.since || range.until; }
};

Result<Selection> selection_of(const Invocation& invocation, TimeNs now) {
  Selection selection{.session = invocation.get("session"),
                      .range = TRY(time_range_of(invocation, now)),
                      .takes_all = invocation.has("all")};
  if (!selection.session.empty() && selection.is_list()) {
    return fail(ErrorCode::invalid, "--session names one session already", "leave out --all, --since and --until");
  }
  return selection;
}

// A subject without ids.
Result<Subject> read_files(const Session& session, const std::string& path) {
  Subject subject;
  auto clock = std::make_unique<FileClock>();
  FileClock& file_clock = *clock;
  subject.clock = std::move(clock);
  subject.store =
      TRY(store::open_sqlite({.path = ":memory:", .mode = store::OpenMode::read_write, .clock = &file_clock}));
  Progress progress(session.json);
  FileImport files(*subject.store, progress, {.derive_delay_ms = k_derive_delay_ms, .index_texts = false}, &file_clock);
  files.add(path);
  const FileImport::Totals totals = TRY(files.finish());
  if (totals.is_interrupted) return fail(ErrorCode::conflict, "interrupted");
  if (!totals.failure) return subject;
  Error error = *totals.failure;
  // Nothing is wrong with how the question was asked.
  if (error.code == ErrorCode::invalid)
    error = {ErrorCode::corrupt, error.message, "strobe import --help says what is understood"};
  return std::unexpected(std::move(error));
}

Result<std::vector<SessionId>> listed_sessions(store::Store& store, const Selection& selection, TimeNs now) {
  store::SessionFilter filter;
  filter.filter.now = now;
  filter.filter.since = selection.range.since;
  filter.filter.until = selection.range.until;
  std::vector<SessionId> ids;
  for (const SessionSummary& summary : TRY(query::list_sessions(store, filter, now))) ids.push_back(summary.id);
  return ids;
}

Result<void> select(Subject& subject, const Selection& selection, TimeNs now) {
  subject.is_list = selection.is_list();
  if (!subject.is_list) {
    subject.ids.push_back(TRY(query::resolve_session(*subject.store, selection.session)));
    return {};
  }
  subject.ids = TRY(listed_sessions(*subject.store, selection, now));
  if (!subject.ids.empty()) return {};
  if (!selection.range.since && !selection.range.until) return fail(ErrorCode::not_found, "there are no sessions");
  return fail(ErrorCode::not_found, "no session started then", "--all takes every one");
}

Result<Subject> open_files(const Session& session, const std::string& path, Selection selection) {
  Subject subject = TRY(read_files(session, path));
  subject.scope = TRY(subject.store->read_scope());
  const TimeNs now = session.clock->now();
  const size_t sessions = TRY(listed_sessions(*subject.store, {.takes_all = true}, now)).size();
  if (sessions == 0) return fail(ErrorCode::not_found, "there is no session in " + path);
  const bool is_newest = selection.session.empty() && !selection.is_list();
  if (is_newest) selection.session = "last";
  if (auto selected = select(subject, selection, now); !selected) {
    Error error = std::move(selected).error();
    if (!selection.session.empty()) error.hint = "strobe show " + quoted(path) + " --all shows what is in it";
    return std::unexpected(std::move(error));
  }
  if (is_newest && sessions > 1) {
    std::fprintf(stderr, "strobe: %s has %zu sessions; this is the newest%s\n", view::safe(path).c_str(), sessions,
                 selection.is_fixed ? "" : ". --all shows every one");
  }
  return subject;
}

Result<Subject> select_stored(const Session& session, const Selection& selection) {
  Subject subject;
  subject.store = TRY(open_for_questions(session.store_path));
  subject.scope = TRY(subject.store->read_scope());
  TRY_VOID(select(subject, selection, session.clock->now()));
  return subject;
}

Result<Subject> open_stored(const Session& session, const Selection& selection) {
  auto subject = select_stored(session, selection);
  if (subject) return subject;
  Error error = std::move(subject).error();
  if (error.code == ErrorCode::not_found && looks_like_a_file(selection.session)) {
    error = {ErrorCode::not_found, "there is no file " + selection.session + ", and no session of that name", {}};
  }
  if (error.hint.empty()) error.hint = "strobe sessions lists what there is";
  return std::unexpected(std::move(error));
}

}  // namespace

Positional session_or_file() {
  return {.name = "ID",
          .help = "a session: last, last~N, a prefix of its id, its key, a trace id; or a trace file",
          .required = false};
}

std::vector<Option> with_subject_options(std::vector<Option> own) {
  std::vector<Option> options = with_time_options({});
  options.insert(options.begin(), Option{"--session", "ID", "one session of a file, a directory or the store"});
  options.push_back({"--all", "", "every session of a file, a directory or the store"});
  options.insert(options.end(), own.begin(), own.end());
  return options;
}

Result<Subject> open_subject(const Session& session, std::string_view name) {
  if (names_trace_files(name)) return open_files(session, std::string(name), {.is_fixed = true});
  return open_stored(session, {.session = std::string(name)});
}

Result<Subject> open_subject(const Session& session, const Invocation& invocation) {
  Selection selection = TRY(selection_of(invocation, session.clock->now()));
  const std::string name = invocation.positionals.empty() ? "" : invocation.positionals.front();
  if (names_trace_files(name)) return open_files(session, name, selection);
  if (!name.empty() && (selection.is_list() || !selection.session.empty())) {
    return fail(ErrorCode::invalid, "there is no file '" + name + "' to take sessions of",
                "--session, --since, --until and --all go with a file, a directory or the whole store");
  }
  if (selection.session.empty()) selection.session = name.empty() ? "last" : name;
  return open_stored(session, selection);
}

Result<Subject> open_one_session(const Session& session, const Invocation& invocation) {
  Subject subject = TRY(open_subject(session, invocation));
  if (subject.ids.size() == 1) return subject;
  return fail(ErrorCode::invalid, "one session at a time is written",
              "--session names one; " + std::to_string(subject.ids.size()) + " were asked for");
}

std::string called(const Invocation& invocation, const Subject& subject, const SessionSummary& session) {
  const std::string id = view::short_id(session);
  const std::string file = invocation.positionals.empty() ? "" : invocation.positionals.front();
  if (file.empty() || !names_trace_files(file)) return id;
  return subject.is_list || invocation.has("session") ? quoted(file) + " --session " + id : quoted(file);
}

Error with_name(Error error, const std::string& name) {
  constexpr std::string_view k_place = " ID ";
  const size_t at = error.hint.find(k_place);
  if (at != std::string::npos) error.hint.replace(at + 1, k_place.size() - 2, name);
  return error;
}

view::TextStyle style_for(const Session& session, const Invocation& invocation, const Subject& subject,
                          const SessionSummary& summary) {
  view::TextStyle style = session.style;
  style.session_name = called(invocation, subject, summary);
  return style;
}

std::string list_heading(const SessionSummary& session, const view::TextStyle& style) {
  const std::string line =
      "Session " + view::short_id(session) + "  " + view::safe(session.task.empty() ? session.key : session.task);
  return view::colored(style, view::Color::bold, style.width > 0 ? view::fit(line, style.width) : line) + "\n";
}

Result<SessionView> load_for_analysis(const Subject& subject, const SessionId& id, TimeNs now) {
  SessionView view = TRY(query::load_session(*subject.store, id, query::Content::for_analysis, now));
  TRY_VOID(query::load_contexts(*subject.store, view));
  return view;
}

}  // namespace strobe::cli
