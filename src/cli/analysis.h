#pragma once

#include <string>

#include "analyze/analysis.h"
#include "cli/command.h"
#include "cli/subject.h"
#include "json/write.h"

// What `analyze`, `issues` and `fixes` have in common: which sessions, their analyses one after another, --fail-on.

namespace strobe::cli {

// What the rules find, with earlier runs of the same agent to compare with.
Result<std::vector<Finding>> findings_of(const Session& session, store::Store& store, const SessionView& view);
inline Result<std::vector<Finding>> findings_of(const Session& session, const Subject& subject,
                                                const SessionView& view) {
  return findings_of(session, *subject.store, view);
}
// The same, with metrics and a score.
Result<analyze::Analysis> analysis_of(const Session& session, const Subject& subject, const SessionView& view);

// A session that was analysed, and what the user calls it.
struct Analysed {
  const SessionView& session;
  const analyze::Analysis& analysis;
  std::string name;
};

// How a command answers.
struct FindingsAnswer {
  std::string_view command;
  std::string (*text)(const Analysed& analysed, const view::TextStyle& style);
  void (*json)(json::Writer& writer, const Analysed& analysed);
};

// The command's options: those of with_subject_options(), and --fail-on.
std::vector<Option> findings_options();
// Prints the answer for each session: in JSON an object, an array for a list. Exit code 4 when --fail-on says so.
Result<int> answer_findings(const Session& session, const Invocation& invocation, const FindingsAnswer& answer);

}  // namespace strobe::cli
