#include <algorithm>
#include <array>

#include "view/answers/compare.h"
#include "view/answers/compare_metrics_text.h"
#include "view/phrases.h"
#include "view/table.h"

namespace strobe::view {

namespace {

using analyze::Assessment;
using analyze::Change;
using analyze::ComparedRun;
using analyze::Divergence;
using analyze::DivergenceKind;
using analyze::MetricChange;
using analyze::MetricComparison;
using analyze::RunSteps;
using analyze::StructureComparison;

constexpr std::string_view k_rule = "--------------------------------------------------\n";
constexpr int k_value_columns = 160;

std::string name_of_run(const ComparedRun& run) {
  return run.summary.key.empty() ? short_id(run.summary) : safe(run.summary.key);
}

std::string head_text(const TextStyle& style) {
  return colored(style, Color::bold, "Session Comparison") + "\n==================\n\n";
}

// One below the other, behind `title`.
std::string verdicts_text(const MetricComparison& comparison, Change change, std::string_view title) {
  std::string text;
  for (const MetricChange& metric : comparison.metrics) {
    if (metric.verdict != change) continue;
    text += (text.empty() ? std::string(title) : std::string(title.size(), ' ')) + verdict_text(metric) + "\n";
  }
  return text;
}

std::string assessment_text(const MetricComparison& comparison, const TextStyle& style) {
  std::string out = "Assessment: " + colored(style, color_of(comparison.assessment), name_of(comparison.assessment));
  if (comparison.assessment == Assessment::similar) out += " (nothing changed by more than its threshold)";
  return out + "\n" + verdicts_text(comparison, Change::worse, "  worse:  ") +
         verdicts_text(comparison, Change::better, "  better: ");
}

std::string metrics_text(const MetricComparison& comparison, const TextStyle& style) {
  std::string out = "Metric Comparison:\n" + std::string(k_rule);
  for (const MetricChange& metric : comparison.metrics) {
    if (metric.is_headline) out += metric_line(metric, style);
  }
  out += "\n" + std::string(k_rule);
  out += "Overall: " + std::to_string(comparison.improved) + "/" + std::to_string(comparison.headlines) +
         " metrics improved\n\nMore metrics:\n" + std::string(k_rule);
  for (const MetricChange& metric : comparison.metrics) {
    if (!metric.is_headline) out += metric_line(metric, style);
  }
  return out + "\n" + assessment_text(comparison, style);
}

// "step 4 (read_file)", "its end"
std::string step_text(const RunSteps& run, size_t at) {
  if (at >= run.steps.size()) return "its end";
  return "step " + std::to_string(run.steps[at].number) + " (" + safe(run.steps[at].label) + ")";
}

std::string value_text(const std::string& value) {
  return value.empty() ? "nothing there" : fit(safe(value), k_value_columns);
}

std::string what_text(const Divergence& divergence) {
  static constexpr std::array<std::string_view, 4> k_texts = {"another agent", "another message", "another tool",
                                                              "other arguments of a tool"};
  if (divergence.kind == DivergenceKind::added)
    return amount(divergence.other_steps, "step") + " more in the comparison";
  if (divergence.kind == DivergenceKind::removed)
    return amount(divergence.baseline_steps, "step") + " of the baseline left out";
  if (divergence.path.empty()) return "another step";
  if (divergence.aspect == analyze::Aspect::tool && divergence.baseline_value.empty()) return "one tool more";
  if (divergence.aspect == analyze::Aspect::tool && divergence.other_value.empty()) return "one tool less";
  return std::string(k_texts[static_cast<size_t>(divergence.aspect)]);
}

std::string divergence_text(const Divergence& divergence, const ComparedRun& a, const ComparedRun& b) {
  std::string out = "First difference: " + what_text(divergence) + "\n";
  if (!divergence.path.empty()) {
    out += "  where:      /steps/" + std::to_string(divergence.baseline) + fit(safe(divergence.path), k_value_columns) +
           "\n";
  }
  const auto side = [&](std::string_view title, const ComparedRun& run, size_t at, const std::string& value) {
    out += "  " + std::string(title) + step_text(run.steps, at);
    if (!divergence.path.empty() && at < run.steps.steps.size()) out += ": " + value_text(value);
    out += "\n";
  };
  side("baseline:   ", a, divergence.baseline, divergence.baseline_value);
  side("comparison: ", b, divergence.other, divergence.other_value);
  return out;
}

std::string structure_notes(const StructureComparison& structure, const TextStyle& style) {
  std::string notes =
      "Compared: agents, new messages, tools and their arguments; not ids, dates, times and what a model wrote.";
  if (!structure.are_messages_compared) notes += " Messages are not compared: only one of the runs recorded them.";
  if (!structure.are_arguments_compared) notes += " Arguments are not compared: only one of the runs recorded them.";
  if (!structure.is_exact) {
    notes += " The runs have so little in common that only their beginnings and ends were matched.";
  }
  return paragraph(notes, style);
}

std::string matched_text(const StructureComparison& structure) {
  const size_t longer = std::max(structure.baseline_steps, structure.other_steps);
  if (longer == 0) return "Structure: no steps were recorded\n";
  if (structure.is_same()) return "Structure: the same in all " + amount(static_cast<int64_t>(longer), "step") + "\n";
  return "Structure: " + count(static_cast<int64_t>(structure.matched)) + " of " +
         amount(static_cast<int64_t>(structure.baseline_steps), "step") + " match (the comparison has " +
         count(static_cast<int64_t>(structure.other_steps)) + ")\n";
}

std::string structure_text(const CompareAnswer& answer, const TextStyle& style) {
  const ComparedPair& pair = answer.runs.front();
  const StructureComparison& structure = pair.structure;
  std::string out = "\n" + matched_text(structure);
  if (!answer.shows_structure) {
    return structure.is_same() ? out : out + "What differs first: the same command with --structure\n";
  }
  if (!structure.divergences.empty()) {
    out += "\n" + divergence_text(structure.divergences.front(), *answer.baseline, *pair.run);
    const size_t more = structure.divergences.size() - 1 + structure.divergences_left_out;
    if (more > 0) out += "  and " + amount(static_cast<int64_t>(more), "more place") + " (--json lists them)\n";
  }
  return out + "\n" + structure_notes(structure, style);
}

std::vector<std::string> row_of(const ComparedRun& run, const ComparedPair* pair, const RunSteps& baseline) {
  const analyze::SessionMetrics& metrics = run.metrics;
  std::string difference = "baseline";
  if (pair != nullptr) {
    difference = pair->structure.divergences.empty()
                     ? "none"
                     : step_text(baseline, pair->structure.divergences.front().baseline);
  }
  return {name_of_run(run),
          count(metrics.iterations),
          count(metrics.usage.total()),
          metrics.tells_of_cache ? percent(metrics.usage.cache_read, metrics.usage.total_input()) : "-",
          cost_text(metrics.cost_kind, metrics.cost_pico_usd),
          count(metrics.errors),
          duration(metrics.duration),
          pair == nullptr ? "-" : std::string(name_of(pair->metrics.assessment)),
          difference};
}

std::string places_text(const CompareAnswer& answer) {
  std::vector<StructureComparison> structures;
  size_t same = 0;
  for (const ComparedPair& pair : answer.runs) {
    structures.push_back(pair.structure);
    same += pair.structure.divergences.empty() ? 1 : 0;
  }
  const std::string of = " of " + std::to_string(answer.runs.size());
  std::string out = "\nWhere they part from the baseline first:\n";
  for (const analyze::DivergencePlace& place : first_places(structures)) {
    out += "  " + step_text(answer.baseline->steps, place.baseline) + ": " + std::to_string(place.runs.size()) + of +
           " diverge here\n";
    if (!answer.shows_structure) continue;
    const ComparedPair& first = answer.runs[place.runs.front()];
    const Divergence& divergence = first.structure.divergences.front();
    out += "    " + name_of_run(*first.run) + ": " + what_text(divergence) + ", " +
           step_text(first.run->steps, divergence.other) + "\n";
  }
  if (same > 0) out += "  nowhere: " + std::to_string(same) + of + " took the same steps\n";
  return out;
}

std::string table_text(const CompareAnswer& answer, const TextStyle& style) {
  const std::vector<Column> columns = {{.title = "RUN", .flexible = true},
                                       {"ITER", true},
                                       {"TOKENS", true},
                                       {"CACHE", true},
                                       {"COST", true},
                                       {"ERRORS", true},
                                       {"DURATION", true},
                                       {"ASSESSMENT"},
                                       {.title = "DIVERGES AT", .flexible = true}};
  std::vector<std::vector<std::string>> rows = {row_of(*answer.baseline, nullptr, answer.baseline->steps)};
  std::array<size_t, 4> assessments = {};
  for (const ComparedPair& pair : answer.runs) {
    rows.push_back(row_of(*pair.run, &pair, answer.baseline->steps));
    ++assessments[static_cast<size_t>(pair.metrics.assessment)];
  }
  std::string overall;
  for (const Assessment assessment :
       {Assessment::improved, Assessment::regressed, Assessment::mixed, Assessment::similar}) {
    const size_t number = assessments[static_cast<size_t>(assessment)];
    if (number == 0) continue;
    overall += (overall.empty() ? "" : ", ") + std::to_string(number) + " " + std::string(name_of(assessment));
  }
  return render_table(columns, rows, style) + "\nOverall: " + overall + "\n";
}

}  // namespace

std::string compare_text(const CompareAnswer& answer, const TextStyle& style) {
  std::string out = head_text(style);
  if (answer.runs.size() > 1) return out + table_text(answer, style) + places_text(answer);
  const ComparedPair& pair = answer.runs.front();
  out += "Baseline:   " + name_of_run(*answer.baseline) + "\nComparison: " + name_of_run(*pair.run) + "\n\n";
  return out + metrics_text(pair.metrics, style) + structure_text(answer, style);
}

}  // namespace strobe::view
