#include <algorithm>
#include <limits>

#include "base/whole_number.h"
#include "cli/commands/commands.h"
#include "cli/context/questions.h"
#include "cli/subject.h"

namespace strobe::cli {

namespace {

struct Question {
  std::string_view name;
  std::string_view usage;  // behind "strobe context "
  size_t words_min = 0, words_max = 0;
  std::vector<std::string_view> options;  // of the command, those that it takes
  Result<int> (*run)(const Session& session, const Invocation& invocation) = nullptr;
};

// One line a question.
const std::vector<Question> k_questions = {
    Question{"profile",
             "profile [ID]",
             0,
             1,
             {"at", "budget", "format", "session", "since", "until", "all"},
             run_context_profile},
    Question{
        "growth",
        "growth [ID]",
        0,
        1,
        {"lane", "budget", "max-steps", "cap-tool-results", "drop-tool", "format", "session", "since", "until", "all"},
        run_context_growth},
    Question{"diff", "diff ID A B", 3, 3, {"format", "session"}, run_context_diff},
    Question{"cache", "cache [ID]", 0, 1, {"lane", "session", "since", "until", "all"}, run_context_cache},
    Question{"why", "why ID MESSAGE", 2, 2, {"session"}, run_context_why},
    Question{"show", "show [ID] CONTEXT", 1, 2, {"session"}, run_context_show},
};

std::vector<std::string_view> question_names() {
  std::vector<std::string_view> names;
  for (const Question& question : k_questions) names.push_back(question.name);
  return names;
}

std::string takers_of(const std::string& option) {
  std::string takers;
  for (const Question& question : k_questions) {
    if (std::ranges::find(question.options, option) == question.options.end()) continue;
    takers += (takers.empty() ? "context " : ", context ") + std::string(question.name);
  }
  return takers;
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const std::string& name = invocation.positionals.front();
  const auto question = std::ranges::find(k_questions, name, &Question::name);
  const std::string usage = "strobe context " + std::string(question->usage);
  for (const auto& [option, value] : invocation.options) {
    if (std::ranges::find(question->options, option) != question->options.end()) continue;
    return wrong_usage("'context " + name + "' has no option --" + option, "it belongs to: " + takers_of(option));
  }
  Invocation rest = invocation;
  rest.positionals.erase(rest.positionals.begin());
  if (rest.positionals.size() < question->words_min) return wrong_usage("'context " + name + "' needs more", usage);
  if (rest.positionals.size() > question->words_max)
    return wrong_usage("'context " + name + "' does not take '" + rest.positionals[question->words_max] + "'", usage);
  if (session.json && invocation.get("format") == "rnix")
    return wrong_usage("--format rnix is JSON of its own", "leave out --json or --format");
  return question->run(session, rest);
}

}  // namespace

Result<std::optional<int64_t>> number_option(const Invocation& invocation, const std::string& name, int64_t smallest) {
  if (!invocation.has(name)) return std::nullopt;
  const std::string text = invocation.get(name);
  const auto number = whole_number<int64_t>(text, smallest);
  if (!number)
    return fail(ErrorCode::invalid, "--" + name + " takes a whole number from " + std::to_string(smallest) + " on",
                "'" + text + "' is none");
  return number;
}

Result<int32_t> lane_option(const Invocation& invocation) {
  const int64_t lane = TRY(number_option(invocation, "lane")).value_or(0);
  return static_cast<int32_t>(std::min<int64_t>(lane, std::numeric_limits<int32_t>::max()));
}

Result<void> check_lane(const SessionView& session, int32_t lane) {
  if (lane == 0 || static_cast<size_t>(lane) <= session.lanes.size()) return {};
  const size_t lanes = session.lanes.size();
  return std::unexpected(Error{ErrorCode::not_found, "no lane " + std::to_string(lane),
                               "the session has " + std::to_string(lanes) + (lanes == 1 ? " lane" : " lanes")});
}

const Command& context_command() {
  static const Command command = {
      .name = "context",
      .summary = "what filled the window, what changed, why the cache missed",
      .positionals = {{.name = "QUESTION", .help = "what to ask", .choices = question_names()},
                      {.name = "WORDS",
                       .help = "a session, as for show (default last), and what the question needs",
                       .required = false,
                       .repeats = true}},
      .options = with_subject_options(
          {{"--at", "CALL", "profile: the call to look at: a step, span:ID or #N (default the last one)"},
           {"--budget", "TOKENS", "profile, growth: size of the window (default the model's own)"},
           {"--lane", "N", "growth, cache: this lane (default growth: the longest; cache: all)"},
           {"--max-steps", "N", "growth: the agent stops after so many steps"},
           {"--cap-tool-results", "TOKENS", "growth: what if no tool result were longer"},
           {"--drop-tool", "TOOL", "growth: what if the results of this tool were not kept"},
           {"--format", "FORMAT", "profile, growth, diff: rnix, the JSON of its debugger", {"text", "rnix"}}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
