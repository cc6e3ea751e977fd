#include "cli/subject.h"

#include "cli/session_store.h"
#include "query/query.h"

namespace strobe::cli {

Result<Subject> open_subject(const Session& session, std::string_view name) {
  Subject subject;
  subject.store = TRY(open_for_questions(session.store_path));
  subject.scope = TRY(subject.store->read_scope());
  subject.ids.push_back(TRY(query::resolve_session(*subject.store, name)));
  return subject;
}

Result<Subject> open_subject(const Session& session, const Invocation& invocation) {
  return open_subject(session, invocation.positionals.empty() ? "last" : invocation.positionals.front());
}

Result<SessionView> load_for_analysis(const Subject& subject, const SessionId& id, TimeNs now) {
  SessionView view = TRY(query::load_session(*subject.store, id, query::Content::for_analysis, now));
  TRY_VOID(query::load_contexts(*subject.store, view));
  return view;
}

}  // namespace strobe::cli
