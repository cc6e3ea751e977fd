#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <random>

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
#include "derive/lanes.h"

// Every question to sessions that make no sense: times from the ends of the clock, counts that do not fit into their
// sums, contexts of anything, lanes or none. Nothing may crash, and under the sanitizers nothing may overflow; what is
// answered points into the session and is not negative.

namespace strobe::analyze {

namespace {

constexpr int64_t k_max = std::numeric_limits<int64_t>::max();
constexpr int64_t k_min = std::numeric_limits<int64_t>::min();

class Nonsense {
 public:
  explicit Nonsense(uint32_t seed) : random_(seed) {}

  SessionView session() {
    SessionView view;
    const size_t count = one_of(0, 1, 2, 5, 20, 60);
    for (size_t i = 0; i < count; ++i) view.spans.push_back(span(i));
    std::ranges::stable_sort(view.spans, {}, [](const SpanView& one) { return one.span.facts.start; });
    link(view);
    view.contexts.of_span.assign(count, -1);
    view.contexts.outputs.resize(count);
    view.contexts.is_loaded = chance(4, 5);
    if (view.contexts.is_loaded) add_contexts(view);
    view.summary = summary();
    if (chance(3, 4)) derive::assign_lanes(view);
    return view;
  }

  SessionSummary summary() {
    SessionSummary sum;
    sum.status = static_cast<SessionStatus>(below(5));
    sum.start = {time()};
    sum.end = {time()};
    sum.spans = amount();
    sum.steps = amount();
    sum.llm_calls = amount();
    sum.tool_calls = amount();
    sum.errors = amount();
    sum.usage = usage();
    sum.cost_pico_usd = amount();
    sum.cost_kind = static_cast<CostKind>(below(4));
    return sum;
  }

  size_t below(size_t limit) { return random_() % limit; }

 private:
  bool chance(size_t of, size_t all) { return below(all) < of; }
  template <typename... Value>
  int64_t one_of(Value... values) {
    const std::array<int64_t, sizeof...(values)> all = {values...};
    return all[below(all.size())];
  }
  int64_t time() {
    constexpr int64_t k_now = 1'767'225'600'000'000'000;
    return one_of(0, 1, k_now, k_now + 5, k_now + 1'000'000, k_now - 1, k_max, k_max - 1, k_min, k_min + 1, -1);
  }
  int64_t amount() { return one_of(0, 1, 2, 100, 5'000, 1'000'000, int64_t{1'000'000'000'000'000'000}, k_max); }
  Usage usage() {
    return {
        .input = amount(), .cache_read = amount(), .cache_write = amount(), .output = amount(), .reasoning = amount()};
  }
  std::string_view text() {
    static constexpr std::array<std::string_view, 12> k_texts = {"",     "a",           "read_file",       "bash",
                                                                 "{}",   "{\"a\":1}",   "{\"a\"",          "\xff\xfe",
                                                                 "[[[[", "\"\\ud800\"", "claude-sonnet-4", "sleep 5"};
    return k_texts[below(k_texts.size())];
  }
  Part part() {
    Part one;
    one.type = static_cast<PartType>(1 + below(6));
    one.text = text();
    one.id = text();
    one.name = text();
    one.payload = {text(), chance(1, 2)};
    return one;
  }
  Message message() {
    static constexpr std::array<std::string_view, 6> k_roles = {"user",   "assistant",       "tool",
                                                                "system", "tool_definition", ""};
    Message one;
    one.role = k_roles[below(k_roles.size())];
    for (size_t parts = below(4); parts > 0; --parts) one.parts.push_back(part());
    one.state = static_cast<ContentState>(below(4));
    one.finish_reason = chance(1, 4) ? "length" : text();
    return one;
  }

  SpanView span(size_t number) {
    SpanView one;
    SpanFacts& facts = one.span.facts;
    facts.trace_id.bytes[0] = static_cast<uint8_t>(1 + below(2));
    facts.span_id.bytes[7] = static_cast<uint8_t>(number + 1);
    facts.kind = static_cast<Kind>(chance(2, 3) ? 1 + below(3) : below(13));
    facts.status = static_cast<SpanStatus>(below(3));
    facts.start = {time()};
    facts.end = {time()};
    facts.name = text();
    facts.agent = text();
    facts.model = text();
    facts.provider = chance(1, 2) ? "anthropic" : text();
    facts.tool_name = text();
    facts.tool_call_id = text();
    facts.error_type = text();
    facts.has_usage = chance(3, 4);
    if (facts.has_usage) facts.usage = usage();
    facts.cost_kind = static_cast<CostKind>(below(4));
    facts.cost_pico_usd = amount();
    facts.basis = static_cast<ContextBasis>(below(7));
    if (chance(1, 3)) facts.ttft = DurationNs{one_of(0, 5, -5, k_max, k_min)};
    one.is_llm_call = facts.kind == Kind::llm && chance(4, 5);
    one.counted = facts.has_usage && chance(3, 4);
    one.step = static_cast<int32_t>(one_of(0, 0, 1, 2, 3, static_cast<int64_t>(number)));
    one.duplicate_how = chance(1, 10) ? static_cast<SameCall>(1) : SameCall::no;
    if (facts.kind == Kind::tool && chance(3, 4)) {
      one.span.tool = ToolCall{.name = text(), .call_id = text(), .arguments = {}, .result = {}};
      if (chance(1, 2)) one.span.tool->arguments = Payload{text(), chance(1, 2)};
      if (chance(1, 2)) one.span.tool->result = Payload{text(), chance(1, 2)};
    }
    if (chance(1, 2)) one.span.finish_reasons.emplace_back(chance(1, 2) ? "length" : text());
    return one;
  }

  // A tree in any order: parents may start after their children.
  void link(SessionView& view) {
    std::vector<int32_t> order;
    for (size_t i = 0; i < view.spans.size(); ++i) order.push_back(static_cast<int32_t>(i));
    std::ranges::shuffle(order, random_);
    const bool is_chain = chance(1, 5);
    for (size_t i = 1; i < order.size(); ++i) {
      if (!is_chain && chance(1, 5)) continue;
      const int32_t parent = order[is_chain ? i - 1 : below(i)];
      view.spans[order[i]].parent = parent;
      view.spans[order[i]].span.facts.parent_span_id = view.spans[parent].span.facts.span_id;
    }
    for (size_t i = 0; i < view.spans.size(); ++i) {
      if (view.spans[i].parent >= 0) view.spans[view.spans[i].parent].children.push_back(static_cast<int32_t>(i));
    }
  }

  void add_contexts(SessionView& view) {
    SessionContexts& contexts = view.contexts;
    for (size_t i = 0; i < 1 + below(20); ++i) {
      ContextMessage& added = contexts.messages.emplace_back();
      added.message = message();
      added.id.bytes[0] = static_cast<uint8_t>(i + 1);
    }
    const auto some = [&](size_t at_most) {
      std::vector<int32_t> list;
      for (size_t i = below(at_most + 1); i > 0; --i)
        list.push_back(static_cast<int32_t>(below(contexts.messages.size())));
      return list;
    };
    for (size_t i = 0; i < 1 + below(4); ++i) contexts.heads.push_back({.tools = some(3), .system = some(2)});
    ContextTree::Node last = ContextTree::k_empty;
    for (size_t i = 0; i < view.spans.size(); ++i) {
      contexts.outputs[i] = some(2);
      for (const int32_t output : contexts.outputs[i])
        view.spans[i].span.output.push_back(contexts.messages[output].message);
      if (view.spans[i].span.facts.kind != Kind::llm || chance(1, 5)) continue;
      SessionContexts::Context& context = contexts.contexts.emplace_back();
      context.id.bytes[0] = static_cast<uint8_t>(contexts.contexts.size());
      context.head = static_cast<int32_t>(below(contexts.heads.size()));
      context.body = chance(1, 3) ? contexts.bodies.insert(some(8)) : last;
      for (const int32_t more : some(3)) context.body = contexts.bodies.child(context.body, more);
      last = context.body;
      contexts.of_span[i] = static_cast<int32_t>(contexts.contexts.size()) - 1;
    }
  }

  std::mt19937 random_;
};

void expect_spans(const SessionView& session, const std::vector<int32_t>& spans) {
  for (const int32_t span : spans) {
    EXPECT_GE(span, 0);
    EXPECT_LT(static_cast<size_t>(span), session.spans.size());
  }
}

void ask_rules(const SessionView& session, Nonsense& nonsense) {
  std::vector<SessionSummary> earlier;
  for (int i = 0; i < 8; ++i) earlier.push_back(nonsense.summary());
  const Analysis analysis = analysis_of(session, {}, earlier);
  EXPECT_GE(analysis.score.points, 0);
  EXPECT_LE(analysis.score.points, 100);
  for (const Finding& finding : analysis.findings) {
    expect_spans(session, finding.evidence);
    EXPECT_LE(finding.evidence.size(), k_evidence_max);
    EXPECT_FALSE(finding.fixes.empty()) << finding.rule;
    EXPECT_FALSE(finding.title.empty()) << finding.rule;
    EXPECT_GE(finding.tokens, 0) << finding.rule;
    EXPECT_GE(finding.cost_pico_usd, 0) << finding.rule;
    EXPECT_GE(finding.duration.ns, 0) << finding.rule;
  }
}

void ask_contexts(const SessionView& session, Nonsense& nonsense) {
  Money money;
  for (const CachePair& pair : cache_of(session, money).pairs) {
    EXPECT_GE(pair.avoidable_tokens, 0);
    EXPECT_GE(pair.cost_pico_usd, 0);
  }
  const CarriedCost carried = carried_cost_of(session, money);
  EXPECT_GE(carried.total.tokens, 0);
  EXPECT_GE(carried.total.cost_pico_usd, 0);
  for (const Origin& origin : origins_of(session, shape_of(session))) {
    if (origin.how != OriginHow::none) expect_spans(session, {origin.span});
  }
  for (size_t i = 0; i < session.contexts.messages.size(); ++i) {
    expect_spans(session, carriers_of(session, static_cast<int32_t>(i)));
  }
  growth_of(session, money, {});
  growth_of(session, money, {.budget = k_max, .max_steps = k_max, .what_if = {.cap_tokens = 0, .drop_tool = "bash"}});
  growth_of(session, money, {.budget = 1, .max_steps = 1, .what_if = {.cap_tokens = k_max, .drop_tool = {}}});
  std::vector<int32_t> calls;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (session.spans[i].is_llm_call) calls.push_back(static_cast<int32_t>(i));
  }
  for (const int32_t call : calls) {
    EXPECT_GE(profile_of(session, call, {.tokens = k_max}).total_tokens, 0);
    profile_of(session, call, {}, ProfileMeasure::rnix);
    if (const auto diff = diff_of(session, call, calls[nonsense.below(calls.size())])) {
      EXPECT_GE(diff->unchanged, 0);
    }
  }
}

void ask_times(const SessionView& session) {
  const Blame blame = blame_of(session);
  for (const PathSpan& one : blame.path_spans) {
    expect_spans(session, {one.span});
    EXPECT_GE(one.self_ns, 0);
    EXPECT_GE(one.saved_ns, 0);
  }
  const RunProfile profile = run_profile_of(session);
  EXPECT_GE(profile.total_wall_ns, 0);
  EXPECT_GE(profile.residual_ns, 0);
  EXPECT_LE(profile.residual_ns, profile.total_wall_ns);
  for (const KindTime& kind : profile.by_kind) EXPECT_GE(kind.sum_ns, 0);
  for (const Check& check : verify(session).checks) expect_spans(session, check.spans);
  verify(session, 0);
  verify(session, k_max);
}

}  // namespace

TEST(Hostile, EveryQuestionToSessionsThatMakeNoSense) {
  for (uint32_t seed = 0; seed < 1'500 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Nonsense nonsense(seed);
    const SessionView session = nonsense.session();
    ask_rules(session, nonsense);
    ask_contexts(session, nonsense);
    ask_times(session);
    const SessionView other = nonsense.session();
    const ComparedRun a = run_of(session);
    const ComparedRun b = run_of(other);
    compare_metrics(a, b);
    const StructureComparison structure = compare_structure(a.steps, b.steps);
    EXPECT_LE(structure.matched, std::min(structure.baseline_steps, structure.other_steps));
  }
}

}  // namespace strobe::analyze
