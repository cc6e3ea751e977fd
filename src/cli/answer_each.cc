#include "cli/answer_each.h"

#include <algorithm>

#include "cli/filter.h"

namespace strobe::cli {

Result<int> answer_each(const Session& session, const Invocation& invocation, std::string_view command,
                        const std::function<Result<Answer>(const SessionView&)>& question) {
  const auto subject = open_subject(session, invocation);
  if (!subject) return usage_or_error(subject.error(), command);
  int exit = static_cast<int>(Exit::ok);
  bool is_array = false;
  for (size_t i = 0; i < subject->ids.size(); ++i) {
    const SessionView view = TRY(load_for_analysis(*subject, subject->ids[i], session.clock->now()));
    const auto answer = question(view);
    if (!answer) {
      return usage_or_error(with_name(answer.error(), called(invocation, *subject, view.summary)), command);
    }
    exit = std::max(exit, static_cast<int>(answer->exit));
    is_array = answer->is_json && subject->is_list;
    std::string before = is_array ? (i == 0 ? "[\n" : ",\n") : (i == 0 ? "" : "\n");
    if (subject->is_list && !answer->is_json) before += list_heading(view.summary, session.style);
    TRY_VOID(print(before + answer->text));
  }
  if (is_array) TRY_VOID(print("]\n"));
  return exit;
}

}  // namespace strobe::cli
