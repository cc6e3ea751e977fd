#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "model/finding.h"
#include "model/session.h"
#include "store/store.h"

// What a question is about: sessions of the store, or of a trace file, as of one moment.

namespace strobe::cli {

struct Subject {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Store::ReadScope> scope;  // dies before the store
  std::vector<SessionId> ids;                      // at least one; newest first where a name stands for several

  const SessionId& id() const { return ids.front(); }
};

// `name` is a session, as query::resolve_session has it, or the path of a trace file or a directory of such. Prints what
// of a file could not be used. Errors: not_found, invalid (ambiguous, not understood), and what the store says; report
// them through usage_or_error().
Result<Subject> open_subject(const Session& session, std::string_view name);
// The command's first positional, else "last".
Result<Subject> open_subject(const Session& session, const Invocation& invocation);

// A session with everything that analyses read.
Result<SessionView> load_for_analysis(const Subject& subject, const SessionId& id, TimeNs now);

}  // namespace strobe::cli
