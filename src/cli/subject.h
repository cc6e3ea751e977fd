#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "model/finding.h"
#include "model/session.h"
#include "store/store.h"

// What a question is about: sessions of the store, or of trace files, as of one moment.

namespace strobe::cli {

struct Subject {
  std::unique_ptr<Clock> clock;  // of a store in memory, which it outlives
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Store::ReadScope> scope;  // dies before the store
  std::vector<SessionId> ids;                      // at least one; newest first
  // Asked for by --all, --since or --until: the answer is a list (in JSON an array), also of one.
  bool is_list = false;

  const SessionId& id() const { return ids.front(); }
};

// --session --since --until --all, then `own` (the command's, without repeats).
std::vector<Option> with_subject_options(std::vector<Option> own);
// ID, the argument that says what the question is about; "last" without it.
Positional session_or_file();

// `name` is a session, as query::resolve_session has it, or the path of a trace file or a directory of such (what
// exists in the file system, and "-" for standard input; never "last" and "last~N"): then its newest session. A file is
// read into a store in memory; the user's is not touched. What of it could not be used is printed. Errors: not_found,
// invalid (ambiguous), corrupt (a file that could not be understood), and what the store says; report them through
// usage_or_error().
Result<Subject> open_subject(const Session& session, std::string_view name);
// The command's first positional, else "last", as the options of with_subject_options() have it: of a file, a directory
// or the store the one session --session names, or all those --since, --until and --all let through.
Result<Subject> open_subject(const Session& session, const Invocation& invocation);
// The same for what is written about a single session. Errors: invalid also when several are asked for.
Result<Subject> open_one_session(const Session& session, const Invocation& invocation);

// What a command to type next may call a session of the subject: the file it came from as it was given, else the short
// id. As a shell reads it.
std::string called(const Invocation& invocation, const Subject& subject, const SessionSummary& session);
// An error whose hint names a command about the session: ID in it becomes `name`.
Error with_name(Error error, const std::string& name);
// The session's style, with that name.
view::TextStyle style_for(const Session& session, const Invocation& invocation, const Subject& subject,
                          const SessionSummary& summary);

// "Session 1d32a7bc19c9  The build is red.": above the answer about one of several sessions.
std::string list_heading(const SessionSummary& session, const view::TextStyle& style);

// A session with everything that analyses read.
Result<SessionView> load_for_analysis(const Subject& subject, const SessionId& id, TimeNs now);

}  // namespace strobe::cli
