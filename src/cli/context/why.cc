#include "analyze/context_why.h"
#include "base/whole_number.h"
#include "cli/context/questions.h"
#include "cli/filter.h"
#include "cli/subject.h"
#include "query/query.h"
#include "view/answers/context_why.h"

namespace strobe::cli {

namespace {

// "#3": the third message of the transcript.
Result<MessageId> message_of_number(const Subject& subject, const SessionView& view, std::string_view text) {
  const Transcript transcript = TRY(query::read_transcript(*subject.store, view));
  const auto number = whole_number<size_t>(text.substr(1), 1);
  if (!number) {
    return fail(ErrorCode::invalid, "'" + std::string(text) + "' is no message's number", "#1 is the first");
  }
  if (*number > transcript.entries.size()) {
    return fail(ErrorCode::not_found, "there is no message " + std::string(text),
                "the transcript has " + std::to_string(transcript.entries.size()));
  }
  return transcript.entries[*number - 1].id;
}

Result<int32_t> message_of(const Subject& subject, const SessionView& view, std::string_view text) {
  if (!text.starts_with('#')) return analyze::find_message(view, text);
  return analyze::find_message(view, TRY(message_of_number(subject, view, text)));
}

}  // namespace

Result<int> run_context_why(const Session& session, const Invocation& invocation) {
  const auto subject = open_one_session(session, invocation);
  if (!subject) return usage_or_error(subject.error(), "context");
  const SessionView view = TRY(load_for_analysis(*subject, subject->id(), session.clock->now()));
  const auto message = message_of(*subject, view, invocation.positionals[1]);
  if (!message) {
    return usage_or_error(with_name(message.error(), called(invocation, *subject, view.summary)), "context");
  }
  analyze::Money money;
  const analyze::ContextWhy why = analyze::context_why_of(view, *message, money);
  TRY_VOID(print(session.json ? view::context_why_json(view, why) : view::context_why_text(view, why, session.style)));
  return 0;
}

}  // namespace strobe::cli
