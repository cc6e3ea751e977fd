#include "analyze/test_questions.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "analyze/analysis.h"
#include "analyze/blame.h"
#include "analyze/carried_cost.h"
#include "analyze/carriers.h"
#include "analyze/compare.h"
#include "analyze/context_cache.h"
#include "analyze/context_diff.h"
#include "analyze/context_growth.h"
#include "analyze/context_profile.h"
#include "analyze/find_call.h"
#include "analyze/origin.h"
#include "analyze/run_profile.h"
#include "analyze/structure.h"
#include "analyze/verify.h"

namespace strobe::analyze {

namespace {

constexpr int64_t k_max = std::numeric_limits<int64_t>::max();

class Questions {
 public:
  Questions(const SessionView& session, Nonsense& nonsense) : session_(session), nonsense_(nonsense) {}

  void ask_rules();
  void ask_contexts();
  void ask_times();
  void compare_with(const SessionView& other);
  std::string take() { return std::move(wrong_); }

 private:
  void expect(bool condition, const std::string& what) {
    if (!condition) wrong_ += what + "\n";
  }
  void expect_spans(const std::vector<int32_t>& spans, const std::string& what) {
    const auto exists = [&](int32_t span) { return span >= 0 && static_cast<size_t>(span) < session_.spans.size(); };
    expect(std::ranges::all_of(spans, exists), what + ": names a span that is none");
  }

  const SessionView& session_;
  Nonsense& nonsense_;
  std::string wrong_;
};

void Questions::ask_rules() {
  std::vector<SessionSummary> earlier;
  for (int i = 0; i < 8; ++i) earlier.push_back(nonsense_.summary());
  const Analysis analysis = analysis_of(session_, {}, earlier);
  expect(analysis.score.points >= 0 && analysis.score.points <= 100, "the score is none");
  for (const Finding& finding : analysis.findings) {
    expect_spans(finding.evidence, finding.rule);
    expect(finding.evidence.size() <= k_evidence_max, finding.rule + ": too much evidence");
    expect(!finding.fixes.empty() && !finding.title.empty(), finding.rule + ": says too little");
    const bool is_negative = finding.tokens < 0 || finding.cost_pico_usd < 0 || finding.duration.ns < 0;
    expect(!is_negative, finding.rule + ": costs less than nothing");
  }
}

void Questions::ask_contexts() {
  Money money;
  for (const CachePair& pair : cache_of(session_, money).pairs) {
    expect(pair.avoidable_tokens >= 0 && pair.cost_pico_usd >= 0, "cache: less than nothing was avoidable");
  }
  const CarriedCost carried = carried_cost_of(session_, money);
  expect(carried.total.tokens >= 0 && carried.total.cost_pico_usd >= 0, "carried cost: less than nothing");
  for (const Origin& origin : origins_of(session_, shape_of(session_))) {
    if (origin.how != OriginHow::none) expect_spans({origin.span}, "origin");
  }
  for (size_t i = 0; i < session_.contexts.messages.size(); ++i) {
    expect_spans(carriers_of(session_, static_cast<int32_t>(i)), "carriers");
  }
  growth_of(session_, money, {});
  growth_of(session_, money, {.budget = k_max, .max_steps = k_max, .what_if = {.cap_tokens = 0, .drop_tool = "bash"}});
  growth_of(session_, money, {.budget = 1, .max_steps = 1, .what_if = {.cap_tokens = k_max, .drop_tool = {}}});
  std::vector<int32_t> calls;
  for (size_t i = 0; i < session_.spans.size(); ++i) {
    if (session_.spans[i].is_llm_call) calls.push_back(static_cast<int32_t>(i));
  }
  for (const int32_t call : calls) {
    expect(profile_of(session_, call, {.tokens = k_max}).total_tokens >= 0, "profile: less than nothing");
    profile_of(session_, call, {}, ProfileMeasure::rnix);
    const auto diff = diff_of(session_, call, calls[nonsense_.below(calls.size())]);
    expect(!diff || diff->unchanged >= 0, "diff: less than nothing stayed");
  }
}

void Questions::ask_times() {
  const Blame blame = blame_of(session_);
  for (const PathSpan& one : blame.path_spans) {
    expect_spans({one.span}, "blame");
    expect(one.self_ns >= 0 && one.saved_ns >= 0, "blame: less than no time");
  }
  const RunProfile profile = run_profile_of(session_);
  expect(profile.residual_ns >= 0 && profile.residual_ns <= profile.total_wall_ns,
         "run profile: a residual of nothing");
  for (const KindTime& kind : profile.by_kind) expect(kind.sum_ns >= 0, "run profile: less than no time");
  for (const Check& check : verify(session_).checks) expect_spans(check.spans, "verify");
  verify(session_, 0);
  verify(session_, k_max);
}

void Questions::compare_with(const SessionView& other) {
  const ComparedRun a = run_of(session_);
  const ComparedRun b = run_of(other);
  compare_metrics(a, b);
  const StructureComparison structure = compare_structure(a.steps, b.steps);
  expect(structure.matched <= std::min(structure.baseline_steps, structure.other_steps), "compare: too many matches");
}

}  // namespace

std::string ask_everything(const SessionView& session, const SessionView& other, Nonsense& nonsense) {
  Questions questions(session, nonsense);
  questions.ask_rules();
  questions.ask_contexts();
  questions.ask_times();
  questions.compare_with(other);
  return questions.take();
}

}  // namespace strobe::analyze
