#include <algorithm>

#include "analyze/rules/rules.h"
#include "analyze/rules/support.h"

// The guide's: "<50% cache hit with 3+ iterations (medium), <30% with 2+ iterations (high)". Each agent by itself: the
// first call of a conversation cannot hit, and a session of many short sub-agents would always look bad. Calls that
// tell nothing of a cache cannot be judged: many SDKs leave the figure out, and then zero means nothing. Beginnings too
// short to be cached at all are no fault of the agent's: low. A rate may be low only because much was new: the evidence
// says what came from the cache of that which had been sent before.

namespace strobe::analyze {

namespace {

constexpr Threshold k_thresholds[] = {
    {"medium_below", 50, 0, 100, "cache hit rate in percent below which it is medium"},
    {"medium_steps", 3, 1, 1'000'000, "iterations from which medium is judged"},
    {"high_below", 30, 0, 100, "cache hit rate in percent below which it is high"},
    {"high_steps", 2, 1, 1'000'000, "iterations from which high is judged"},
};

// What an agent's calls were sent, and what of it they read from the cache. What a call sends that the one before it
// did not send cannot be there: only the rest says whether the cache is well used.
struct Judged {
  Usage usage;
  int64_t steps = 0;
  int64_t sent_again = 0;          // tokens that the call before had sent too, at most
  int64_t read_again = 0;          // those of them that came from the cache
  int64_t longest_sent_again = 0;  // in one call
  bool is_known = false;
};

Judged judged(const SessionView& session, const AgentLoop& loop) {
  Judged sum;
  int64_t sent_before = 0;
  for (const int32_t call : loop.calls) {
    const SpanView& span = session.spans[call];
    const Usage& usage = span.span.facts.usage;
    const int64_t sent = usage.total_input();
    // A call that failed before anything was counted says nothing of a cache.
    if (!span.counted || sent <= 0) continue;
    ++sum.steps;
    sum.usage += usage;
    sum.is_known = sum.is_known || tells_of_cache(span);
    const int64_t again = std::min(sent_before, sent);
    sum.sent_again = add_saturated(sum.sent_again, again);
    sum.read_again = add_saturated(sum.read_again, std::min(again, usage.cache_read));
    sum.longest_sent_again = std::max(sum.longest_sent_again, again);
    sent_before = sent;
  }
  return sum;
}

// Nobody could have cached it.
bool is_too_short(const Judged& sum) { return sum.longest_sent_again < k_any_cache_tokens_min; }

std::string evidence_text_of(const Judged& sum) {
  std::string text = "Over " + amount_of(sum.steps, "iteration") + " " + std::to_string(sum.usage.cache_read) + " of " +
                     std::to_string(sum.usage.total_input()) + " input tokens came from the cache";
  if (sum.steps > 1) {
    text += ", " + std::to_string(percent_of(sum.read_again, sum.sent_again)) + "% of what had been sent before";
  }
  if (is_too_short(sum)) {
    text += "; most providers do not cache beginnings below " + std::to_string(k_any_cache_tokens_min) +
            " tokens, and the longest was " + std::to_string(sum.longest_sent_again);
  }
  return text;
}

// What was sent before and was not read from the cache, and what it cost more than if it had been.
void add_what_was_lost(const RuleInput& input, const AgentLoop& loop, Finding& finding) {
  Spent spent;
  std::vector<int32_t> evidence;
  int64_t sent_before = 0;
  for (const int32_t call : loop.calls) {
    const SpanView& span = input.session.spans[call];
    const Usage& usage = span.span.facts.usage;
    if (!span.counted || usage.total_input() <= 0) continue;
    const int64_t lost = std::max<int64_t>(0, std::min(sent_before, usage.total_input()) - usage.cache_read);
    sent_before = usage.total_input();
    if (lost == 0) continue;
    evidence.push_back(call);
    spent.tokens = add_saturated(spent.tokens, lost);
    Usage cached = usage;
    const int64_t from_input = std::min(lost, usage.input);
    cached.input -= from_input;
    cached.cache_write -= std::min(lost - from_input, usage.cache_write);
    cached.cache_read += lost;
    const prices::Cost now = input.money.cost_of(span.span.facts, usage);
    const prices::Cost then = input.money.cost_of(span.span.facts, cached);
    spent.cost.add(now.kind, std::max<int64_t>(0, now.pico_usd - then.pico_usd));
  }
  set_evidence(finding, evidence.empty() ? loop.calls : std::move(evidence), input.session);
  spent.put_into(finding);
}

void find(const RuleInput& input, std::vector<Finding>& findings) {
  const auto threshold = [&](std::string_view name) { return input.thresholds.get(k_cache_inefficiency, name); };
  const std::vector<AgentLoop>& loops = loops_of(input);
  for (const AgentLoop& loop : loops) {
    const Judged sum = judged(input.session, loop);
    if (!sum.is_known) continue;
    const int64_t hit = sum.usage.cache_read;
    const int64_t whole = sum.usage.total_input();
    const bool is_high = sum.steps >= threshold("high_steps") && is_below_percent(hit, whole, threshold("high_below"));
    const bool is_medium =
        sum.steps >= threshold("medium_steps") && is_below_percent(hit, whole, threshold("medium_below"));
    if (!is_high && !is_medium) continue;
    Finding finding{.rule = std::string(k_cache_inefficiency.id),
                    .severity = is_too_short(sum) ? Severity::low
                                : is_high         ? Severity::high
                                                  : Severity::medium};
    finding.title = std::string(is_high ? "Low" : "Below-average") +
                    " cache hit rate: " + percent_below(hit, whole, threshold(is_high ? "high_below" : "medium_below"));
    if (loops.size() > 1) finding.title += " (" + who(input, loop, loops.size()) + ")";
    finding.evidence_text = evidence_text_of(sum);
    add_what_was_lost(input, loop, finding);
    finding.fixes = {"Keep the system prompt the same from call to call: no dates, ids or counters in it",
                     "Keep the order of the messages: only append, never insert or edit",
                     "Give the tools in the same order, with the same definitions, in every call",
                     "Ask strobe context cache where each call's context stopped to be the one before"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace

constinit const Rule k_cache_inefficiency = {
    .id = "cache_inefficiency",
    .summary = "little of the input came from the provider's cache",
    .about = About::cache,
    .thresholds = k_thresholds,
    .find = find,
};

}  // namespace strobe::analyze
