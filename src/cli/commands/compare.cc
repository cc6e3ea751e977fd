#include <charconv>

#include "analyze/compare.h"
#include "base/file.h"
#include "base/trimmed.h"
#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "cli/subject.h"
#include "view/answers/compare.h"

namespace strobe::cli {

namespace {

constexpr size_t k_ignore_file_bytes_max = size_t{1} << 20;

// The next of `list`, up to `separator`, without white space around it.
std::string_view next_of(std::string_view& list, char separator) {
  const size_t end = std::min(list.find(separator), list.size());
  const std::string_view item = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return trimmed(item);
}

Result<analyze::CompareThresholds> thresholds_of(std::string_view list) {
  analyze::CompareThresholds thresholds;
  while (!list.empty()) {
    const std::string_view item = next_of(list, ',');
    const size_t equals = item.find('=');
    double value = 0;
    const std::string_view number = equals == std::string_view::npos ? "" : item.substr(equals + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc() || end != number.data() + number.size()) {
      return fail(ErrorCode::invalid, "--threshold takes NAME=NUMBER, not \"" + std::string(item) + "\"");
    }
    TRY_VOID(thresholds.set(item.substr(0, equals), value));
  }
  return thresholds;
}

// "PATH reason" a line; what is not compared has to be argued for, or nobody will dare to take it out again.
Result<void> add_file(const std::string& file, analyze::PathList& paths) {
  const std::string content = TRY(read_file(file, k_ignore_file_bytes_max));
  std::string_view rest = content;
  for (int number = 1; !rest.empty(); ++number) {
    const std::string_view line = next_of(rest, '\n');
    if (line.empty() || line.starts_with('#')) continue;
    const std::string where = file + ", line " + std::to_string(number) + ": ";
    const size_t space = line.find_first_of(" \t");
    if (space == std::string_view::npos) {
      return fail(ErrorCode::invalid,
                  where + "no reason behind the path: it says why a difference there does not count");
    }
    if (const auto added = paths.add(line.substr(0, space)); !added) {
      return fail(ErrorCode::invalid, where + added.error().message);
    }
  }
  return {};
}

Result<analyze::PathList> ignored_of(const Invocation& invocation) {
  analyze::PathList paths;
  const std::string list = invocation.get("ignore");
  for (std::string_view rest = list; !rest.empty();) {
    if (const std::string_view path = next_of(rest, ','); !path.empty()) TRY_VOID(paths.add(path));
  }
  if (invocation.has("ignore-file")) TRY_VOID(add_file(invocation.get("ignore-file"), paths));
  return paths;
}

Result<analyze::ComparedRun> read_run(const Session& session, const std::string& name,
                                      const analyze::PathList& ignored) {
  const Subject subject = TRY(open_subject(session, name));
  const SessionView view = TRY(load_for_analysis(subject, subject.id(), session.clock->now()));
  return analyze::run_of(view, ignored);
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto thresholds = thresholds_of(invocation.get("threshold"));
  if (!thresholds) return wrong_usage(thresholds.error().message, "for example --threshold duration=50,cost=0");
  const auto ignored = ignored_of(invocation);
  if (!ignored) return usage_or_error(ignored.error(), "compare");
  // One after the other: what is kept of a run is small beside the run.
  std::vector<analyze::ComparedRun> runs;
  for (const std::string& name : invocation.positionals) {
    auto one = read_run(session, name, *ignored);
    if (!one) return usage_or_error(one.error(), "compare");
    runs.push_back(*std::move(one));
  }
  view::CompareAnswer answer{.baseline = &runs.front(), .runs = {}, .shows_structure = invocation.has("structure")};
  bool has_regressed = false;
  for (size_t i = 1; i < runs.size(); ++i) {
    view::ComparedPair& pair = answer.runs.emplace_back();
    pair.run = &runs[i];
    pair.metrics = analyze::compare_metrics(runs.front(), runs[i], *thresholds);
    pair.structure = analyze::compare_structure(runs.front().steps, runs[i].steps);
    const analyze::Assessment assessment = pair.metrics.assessment;
    has_regressed |= assessment == analyze::Assessment::regressed || assessment == analyze::Assessment::mixed;
  }
  TRY_VOID(print(session.json ? view::compare_json(answer) : view::compare_text(answer, session.style)));
  const bool fails = invocation.has("fail-on-regression") && has_regressed;
  return static_cast<int>(fails ? Exit::condition_met : Exit::ok);
}

}  // namespace

const Command& compare_command() {
  static const Command command = {
      .name = "compare",
      .summary = "what became better and worse between runs, and where they part",
      .positionals = {{.name = "BASELINE", .help = "a session, or a trace file or a directory of such"},
                      {.name = "RUN", .help = "what is compared with it: one more, or several", .repeats = true}},
      .options = {{"--structure", "", "what differs first between the steps of the runs"},
                  {"--fail-on-regression", "", "exit code 4 when a run is regressed or mixed"},
                  {"--threshold", "NAME=N", "how much worse is no regression yet; several with commas"},
                  {"--ignore", "PATH",
                   "differences of steps there do not count; several with commas, * is any element"},
                  {"--ignore-file", "FILE", "the same from a file: a path and a reason a line"}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
