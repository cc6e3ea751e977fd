#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/subject.h"

namespace strobe::cli {

// What a question says of one session: text, or a JSON document with a newline behind it.
struct Answer {
  std::string text;
  bool is_json = false;
  Exit exit = Exit::ok;
};

// Asks about each session of the subject and prints the answers: of a list in JSON as an array, as text each under the
// session's name, with an empty line between. The worst exit code counts. `command` is for hints. An error of the
// question is the last word; invalid is wrong usage.
Result<int> answer_each(const Session& session, const Invocation& invocation, std::string_view command,
                        const std::function<Result<Answer>(const SessionView&)>& question);

}  // namespace strobe::cli
