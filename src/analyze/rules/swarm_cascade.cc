#include "analyze/rules/rules.h"
#include "analyze/rules/span_facts.h"
#include "analyze/rules/support.h"

// Of a swarm's tasks a large share failed, or was skipped because others had: one failure took others with it.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"lost_above", 30, 0, 100, "percent of a swarm's tasks that failed or were skipped above which it is high"},
};

enum class TaskEnd { none, completed, failed, skipped };

// A span of a swarm, as the importer of attocode's traces makes them: "swarm", "wave 2".
bool is_swarm(const SpanFacts& facts) {
  return facts.kind == Kind::workflow && (facts.name == "swarm" || facts.name.starts_with("wave "));
}

// What became of the task that the span is: an agent right below a swarm or one of its waves. A task that was skipped
// never ran: only its attribute says so.
TaskEnd end_of_task(const SessionView& session, const SpanView& span) {
  if (span.parent < 0) return TaskEnd::none;
  if (!is_swarm(session.spans[span.parent].span.facts)) return TaskEnd::none;
  if (has_failed(span)) return TaskEnd::failed;
  if (span.raw != nullptr && text_of(span.raw->attributes, "phase") == "skipped") return TaskEnd::skipped;
  return span.span.facts.end < span.span.facts.start ? TaskEnd::none : TaskEnd::completed;
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  int64_t tasks = 0;
  int64_t failed = 0;
  std::vector<int32_t> lost;
  Spent spent;
  for (const int32_t span : input.shared.agents()) {
    const TaskEnd end = end_of_task(input.session, input.session.spans[span]);
    if (end == TaskEnd::none) continue;
    ++tasks;
    failed += end == TaskEnd::failed ? 1 : 0;
    if (end == TaskEnd::completed) continue;
    lost.push_back(span);
    spent.add(input.session.spans[span]);
  }
  const auto count = static_cast<int64_t>(lost.size());
  if (!is_above_percent(count, tasks, input.thresholds.get(k_swarm_cascade, "lost_above"))) return;
  Finding finding{.rule = std::string(k_swarm_cascade.id), .severity = Severity::high};
  finding.title = std::to_string(count) + " of " + amount_of(tasks, "task") + " of the swarm came to nothing";
  finding.evidence_text = std::to_string(failed) + " failed, " + std::to_string(count - failed) + " skipped";
  spent.put_into(finding);
  set_evidence(finding, std::move(lost), input.session);
  finding.fixes = {"Make tasks depend on fewer others, so that one failure does not take many with it",
                   "Try a failed task again before those that wait for it are skipped",
                   "Split tasks that fail, or give them to a stronger model"};
  findings.push_back(std::move(finding));
}

}  // namespace

constinit const Rule k_swarm_cascade = {
    .id = "swarm_cascade",
    .summary = "many of a swarm's tasks failed or were skipped",
    .about = About::deeds,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
