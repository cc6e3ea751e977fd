#include "analyze/context_cache.h"

#include <algorithm>

#include "analyze/find_call.h"
#include "analyze/heads.h"
#include "analyze/shape.h"
#include "base/saturated.h"

namespace strobe::analyze {

namespace {

using Node = ContextTree::Node;
using Context = SessionContexts::Context;

constexpr size_t k_names_shown_max = 8;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), k_names_shown_max); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > k_names_shown_max) text += ", " + std::to_string(names.size() - k_names_shown_max) + " more";
  return text;
}

void append_group(std::string& text, std::string_view what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  text += (text.empty() ? "" : "; ") + std::string(what) + " " + listed(names);
}

bool same_value(const Value& a, const Value& b) {
  // What was left in the store cannot be compared here: no news.
  if (a.type == ValueType::stored || b.type == ValueType::stored) return a.type == b.type;
  return identical(a, b);
}

// Names of request parameters that differ, sorted.
std::vector<std::string> changed_options(const NormalSpan& before, const NormalSpan& after) {
  const auto sorted = [](const std::vector<KeyValue>& options) {
    std::vector<const KeyValue*> list;
    for (const KeyValue& option : options) list.push_back(&option);
    std::ranges::stable_sort(list, {}, [](const KeyValue* option) { return option->key; });
    return list;
  };
  const auto from = sorted(before.request), to = sorted(after.request);
  std::vector<std::string> changed;
  size_t a = 0, b = 0;
  while (a < from.size() || b < to.size()) {
    const bool is_new = a == from.size() || (b < to.size() && to[b]->key < from[a]->key);
    const bool is_gone = !is_new && (b == to.size() || from[a]->key < to[b]->key);
    const std::string_view key = is_new ? to[b]->key : from[a]->key;
    if (is_new || is_gone || !same_value(from[a]->value, to[b]->value)) changed.emplace_back(key);
    a += is_new ? 0 : 1;
    b += is_gone ? 0 : 1;
  }
  return changed;
}

class CacheJudge {
 public:
  CacheJudge(const SessionView& session, Money& money, bool tells_of_cache)
      : session_(session),
        money_(money),
        heads_(session.contexts),
        tells_of_cache_(tells_of_cache),
        has_cached_(has_cached(session)),
        cacheable_min_(least_cached(session)) {}

  CachePair judge(int32_t lane, int32_t before, int32_t span) {
    CachePair pair{.lane = lane, .before = before, .span = span};
    const SpanFacts& from = facts(before);
    const SpanFacts& to = facts(span);
    pair.gap = to.start - std::max(from.start, from.end);
    pair.has_usage = to.has_usage;
    if (to.has_usage) {
      pair.total_input = to.usage.total_input();
      pair.cache_read = to.usage.cache_read;
    }
    find_divergence(pair);
    count_loss(pair);
    return pair;
  }

 private:
  const SpanFacts& facts(int32_t span) const { return session_.spans[span].span.facts; }
  const Context& context(int32_t span) const { return session_.contexts.contexts[session_.contexts.of_span[span]]; }

  // In the order in which caches look at requests.
  void find_divergence(CachePair& pair) {
    const SpanFacts& from = facts(pair.before);
    const SpanFacts& to = facts(pair.span);
    if (!from.model.empty() && !to.model.empty() && from.model != to.model) {
      pair.cause = CacheCause::model;
      pair.detail = from.model + " -> " + to.model;
      return;
    }
    for (const int32_t call : {pair.before, pair.span}) {
      const std::string_view why = why_unknown(session_, call);
      if (why.empty()) continue;
      pair.why_unknown = (call == pair.span ? "this call: " : "the call before: ") + std::string(why);
      return;
    }
    if (heads_differ(pair)) return;
    const auto options = changed_options(session_.spans[pair.before].span, session_.spans[pair.span].span);
    if (!options.empty()) {
      pair.cause = CacheCause::options;
      pair.detail = listed(options);
      return;
    }
    compare_histories(pair);
  }

  bool heads_differ(CachePair& pair) {
    const int32_t before = context(pair.before).head, after = context(pair.span).head;
    if (before == after) return false;
    const ToolChanges& tools = heads_.tool_changes(before, after);
    if (tools.any()) {
      pair.cause = tools.is_reordered                             ? CacheCause::tools_reordered
                   : tools.added.empty() && tools.removed.empty() ? CacheCause::tools_modified
                                                                  : CacheCause::tools_changed;
      append_group(pair.detail, "added", tools.added);
      append_group(pair.detail, "removed", tools.removed);
      append_group(pair.detail, "modified", tools.modified);
      return true;
    }
    if (session_.contexts.heads[before].system == session_.contexts.heads[after].system) return false;
    pair.cause = CacheCause::system;
    const std::string from = heads_.system_text(before), to = heads_.system_text(after);
    pair.system_change = change_of(from, to);
    pair.volatile_value = volatile_value_in(from, to);
    return true;
  }

  void compare_histories(CachePair& pair) {
    const ContextTree& bodies = session_.contexts.bodies;
    const Node from = context(pair.before).body, to = context(pair.span).body;
    const Node common = bodies.common(from, to);
    if (common == from) {
      pair.appended_blocks = appended_blocks(common, to);
      pair.cause = common == to ? CacheCause::identical : CacheCause::append;
      explain_miss(pair);
      return;
    }
    pair.message = bodies.depth(common);
    pair.cause = common == to ? CacheCause::history_truncated : CacheCause::history_rewritten;
    pair.later_changes = later_changes(common, from, to);
  }

  // Parts of the messages behind `beginning`, up to a limit.
  int64_t appended_blocks(Node beginning, Node node) const {
    const ContextTree& bodies = session_.contexts.bodies;
    int64_t blocks = 0;
    const Node last = bodies.first(node, bodies.depth(beginning) + static_cast<int32_t>(k_later_changes_max));
    for (Node at = last; at != beginning && blocks < k_later_changes_max; at = bodies.parent(at)) {
      const size_t parts = session_.contexts.messages[bodies.message(at)].message.parts.size();
      blocks += static_cast<int64_t>(std::max<size_t>(parts, 1));
    }
    return std::min(blocks, k_later_changes_max);
  }

  // Of the messages behind the first that differs, place by place, those that differ too, up to a limit.
  int64_t later_changes(Node common, Node from, Node to) const {
    const ContextTree& bodies = session_.contexts.bodies;
    const int32_t first = bodies.depth(common);
    const int32_t depth =
        std::min({bodies.depth(from), bodies.depth(to), first + static_cast<int32_t>(k_later_changes_max) + 1});
    int64_t changes = std::max<int64_t>(bodies.depth(from), bodies.depth(to)) - depth;
    Node a = bodies.first(from, depth), b = bodies.first(to, depth);
    for (int32_t at = depth; at > first + 1; --at, a = bodies.parent(a), b = bodies.parent(b))
      changes += bodies.message(a) == bodies.message(b) ? 0 : 1;
    return std::min(changes, k_later_changes_max);
  }

  // Nothing changed in what the call before had sent. Was it found?
  void explain_miss(CachePair& pair) const {
    const SpanFacts& from = facts(pair.before);
    const bool is_long_append = pair.appended_blocks > k_lookback_blocks;
    if (!pair.has_usage || !from.has_usage || pair.total_input == 0) {
      if (is_long_append) pair.cause = CacheCause::append_lookback;
      return;
    }
    const double beginning = static_cast<double>(std::min(from.usage.total_input(), pair.total_input));
    const double hit = beginning > 0 ? static_cast<double>(pair.cache_read) / beginning : 1;
    if (hit >= k_miss_share) {
      if (is_long_append && hit < k_hit_share) pair.cause = CacheCause::append_lookback;
    } else if (!tells_of_cache_) {
      pair.cause = CacheCause::unused;
    } else if (beginning < static_cast<double>(cacheable_min_)) {
      pair.cause = CacheCause::below_minimum;
    } else if (pair.gap >= k_cache_lifetime) {
      pair.cause = CacheCause::expired;
    } else {
      pair.cause = is_long_append ? CacheCause::append_lookback : CacheCause::unexplained;
    }
  }

  void count_loss(CachePair& pair) {
    const SpanFacts& from = facts(pair.before);
    const SpanFacts& to = facts(pair.span);
    if (!tells_of_cache_ || !from.has_usage || !to.has_usage) return;
    const int64_t findable = std::min(from.usage.total_input(), pair.total_input);
    if (!has_cached_ && findable < k_any_cache_tokens_min) return;
    pair.lost_tokens = std::max<int64_t>(findable - pair.cache_read, 0);
    if (!is_avoidable(pair.cause)) return;
    pair.avoidable_tokens = pair.lost_tokens;
    // The same call, had they been read from the cache: from what was paid as input first, then from what was written.
    Usage better = to.usage;
    const int64_t from_input = std::min(better.input, pair.lost_tokens);
    better.input -= from_input;
    better.cache_write -= std::min(better.cache_write, pair.lost_tokens - from_input);
    better.cache_read = add_saturated(better.cache_read, pair.lost_tokens);
    const prices::Cost paid = money_.cost_of(to, to.usage), possible = money_.cost_of(to, better);
    if (paid.kind != CostKind::computed || possible.kind != CostKind::computed) return;
    pair.cost_kind = CostKind::computed;
    pair.cost_pico_usd = std::max<int64_t>(paid.pico_usd - possible.pico_usd, 0);
  }

  static bool has_cached(const SessionView& session) {
    return std::ranges::any_of(session.spans, [](const SpanView& span) {
      const Usage& usage = span.span.facts.usage;
      return span.is_llm_call && (usage.cache_read > 0 || usage.cache_write > 0);
    });
  }

  // Where something shorter was found in a cache, that is no reason not to find it.
  static int64_t least_cached(const SessionView& session) {
    int64_t least = k_cacheable_tokens_min;
    for (const SpanView& span : session.spans) {
      const int64_t cached = span.span.facts.usage.cache_read;
      if (span.is_llm_call && cached > 0) least = std::min(least, cached);
    }
    return least;
  }

  // Below the first nothing was found; from the second on all that matters was.
  static constexpr double k_miss_share = 0.01;
  static constexpr double k_hit_share = 0.9;

  const SessionView& session_;
  Money& money_;
  Heads heads_;
  bool tells_of_cache_;
  bool has_cached_;  // some call read from a cache or wrote to one
  int64_t cacheable_min_;
};

void add_calls(CacheReport& report, const SessionView& session, const Lane& lane) {
  for (const LaneCall& call : lane.calls) {
    const SpanFacts& facts = session.spans[call.span].span.facts;
    if (!facts.has_usage) continue;
    const int64_t input = facts.usage.total_input();
    report.total_input = add_saturated(report.total_input, input);
    report.cache_read = add_saturated(report.cache_read, std::min(facts.usage.cache_read, input));
  }
}

bool any_tells_of_cache(const SessionView& session) {
  return std::ranges::any_of(session.spans,
                             [](const SpanView& span) { return span.is_llm_call && tells_of_cache(span); });
}

}  // namespace

std::string_view name_of(CacheCause cause) {
  static constexpr std::array<std::string_view, k_cache_causes> k_names = {"unknown",
                                                                           "identical",
                                                                           "append",
                                                                           "append_lookback",
                                                                           "model",
                                                                           "tools_reordered",
                                                                           "tools_changed",
                                                                           "tools_modified",
                                                                           "system",
                                                                           "options",
                                                                           "history_truncated",
                                                                           "history_rewritten",
                                                                           "below_minimum",
                                                                           "expired",
                                                                           "unexplained",
                                                                           "unused"};
  return k_names[static_cast<size_t>(cause)];
}

std::string_view name_of(CacheSeverity severity) {
  static constexpr std::array<std::string_view, 4> k_names = {"ok", "info", "warning", "critical"};
  return k_names[static_cast<size_t>(severity)];
}

CacheSeverity severity_of(CacheCause cause) {
  switch (cause) {
    case CacheCause::identical:
    case CacheCause::append: return CacheSeverity::ok;
    case CacheCause::unknown:
    case CacheCause::unused: return CacheSeverity::info;
    case CacheCause::append_lookback:
    case CacheCause::options:
    case CacheCause::below_minimum:
    case CacheCause::expired:
    case CacheCause::unexplained: return CacheSeverity::warning;
    default: return CacheSeverity::critical;
  }
}

bool is_avoidable(CacheCause cause) {
  return severity_of(cause) == CacheSeverity::critical || cause == CacheCause::options;
}

CacheReport cache_of(const SessionView& session, Money& money, int32_t lane) {
  CacheReport report;
  report.tells_of_cache = any_tells_of_cache(session);
  CacheJudge judge(session, money, report.tells_of_cache);
  for (const Lane& one : session.lanes) {
    if ((lane != 0 && one.number != lane) || one.calls.empty()) continue;
    ++report.first_calls;
    add_calls(report, session, one);
    for (size_t i = 1; i < one.calls.size(); ++i) {
      report.pairs.push_back(judge.judge(one.number, one.calls[i - 1].span, one.calls[i].span));
      const CachePair& pair = report.pairs.back();
      CacheCauseSum& sum = report.by_cause[static_cast<size_t>(pair.cause)];
      ++sum.pairs;
      sum.lost_tokens = add_saturated(sum.lost_tokens, pair.lost_tokens);
      sum.avoidable_tokens = add_saturated(sum.avoidable_tokens, pair.avoidable_tokens);
      if (pair.avoidable_tokens > 0) sum.cost.add(pair.cost_kind, pair.cost_pico_usd);
    }
  }
  return report;
}

}  // namespace strobe::analyze
