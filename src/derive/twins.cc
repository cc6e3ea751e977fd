#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "derive/recordings.h"
#include "derive/sameness.h"

namespace strobe::derive {

namespace {

// So many unfit neighbours a span looks at before it is taken for a call of its own.
constexpr int k_neighbours_max = 64;

// Who stands above whom, answered at once.
class Ancestry {
 public:
  Ancestry(const Tree& tree, std::span<const SpanFacts> spans) : place_(spans.size()), below_(spans.size(), 1) {
    for (size_t n = 0; n < tree.top_down.size(); ++n) place_[tree.top_down[n]] = static_cast<int32_t>(n);
  }
  void count_below(const Tree& tree, const std::vector<int32_t>& parent) {
    for (auto it = tree.top_down.rbegin(); it != tree.top_down.rend(); ++it) {
      if (parent[*it] >= 0) below_[parent[*it]] += below_[*it];
    }
  }
  bool related(int32_t a, int32_t b) const { return is_above(a, b) || is_above(b, a); }
  bool is_above(int32_t a, int32_t b) const { return place_[a] <= place_[b] && place_[b] < place_[a] + below_[a]; }

 private:
  std::vector<int32_t> place_;  // in top_down, where all that is below a span follows it
  std::vector<int32_t> below_;  // so many, itself included
};

// Whoever wrote the span: one instrumentation never records a call twice beside itself, so its spans are all different.
// It is known by its scope, however its spans are read; where it does not tell one, only by how they are.
using Recorder = std::pair<std::string_view, std::string_view>;
Recorder recorder_of(const SpanFacts& span) {
  return {span.scope, span.scope.empty() ? std::string_view(span.dialect) : std::string_view()};
}

// For each span the number of its recorder.
std::vector<int32_t> number_recorders(std::span<const SpanFacts> spans) {
  std::map<Recorder, int32_t> numbers;
  std::vector<int32_t> recorders;
  recorders.reserve(spans.size());
  for (const SpanFacts& span : spans) {
    recorders.push_back(numbers.try_emplace(recorder_of(span), static_cast<int32_t>(numbers.size())).first->second);
  }
  return recorders;
}

// One call as several saw it.
struct Cluster {
  TimeNs end;  // of the first
  std::vector<int32_t> members;
};

class TwinMatcher {
 public:
  TwinMatcher(std::span<const SpanFacts> spans, const Ancestry& ancestry, Recordings& recordings)
      : spans_(spans), ancestry_(ancestry), recordings_(recordings), recorder_(number_recorders(spans)) {
    for (size_t i = 0; i < spans.size(); ++i) {
      const int32_t speaker = last_speaker(recordings.speaker, static_cast<int32_t>(i));
      if (speaker != static_cast<int32_t>(i)) others_[speaker].push_back(recorder_[i]);
    }
    for (const SpanFacts& span : spans) {
      if (!span.tool_call_id.empty()) tool_call_ids_.insert(span.tool_call_id);
    }
  }

  // `group`: spans that look alike, by start. `may_be_related`: also one below the other.
  void match(const std::vector<int32_t>& group, SameCall how, bool may_be_related) {
    if (!has_several_recorders(group)) return;
    may_be_related_ = may_be_related;
    clusters_.clear();
    has_recorded_ = {};
    next_.clear();
    size_t first_alive = 0;
    for (const int32_t i : group) {
      while (first_alive < clusters_.size() && clusters_[first_alive].end < spans_[i].start) ++first_alive;
      place(i, first_alive);
    }
    for (const Cluster& cluster : clusters_) settle(cluster, how);
  }

  // Who speaks: whoever knows the tokens; then the recorder that tells most of all calls of the trace, so that it is
  // the same one throughout, for two of them rarely tell the same conversation in the same words.
  void choose_speakers() {
    std::map<Recorder, Detail> details;
    std::map<int32_t, std::vector<int32_t>> calls;
    std::sort(twins_.begin(), twins_.end());
    twins_.erase(std::unique(twins_.begin(), twins_.end()), twins_.end());
    for (const int32_t i : twins_) {
      const Detail detail = detail_of(spans_[i]);
      Detail& sum = details.try_emplace(recorder_of(spans_[i])).first->second;
      for (size_t n = 0; n < detail.size(); ++n) sum[n] += detail[n];
      calls[last_speaker(recordings_.speaker, i)].push_back(i);
    }
    const auto worth = [&](int32_t i) {
      const Recorder recorder = recorder_of(spans_[i]);
      return std::tuple(spans_[i].has_usage, details.at(recorder), recorder, spans_[i].span_id);
    };
    for (const auto& [first, members] : calls) {
      const int32_t best =
          *std::max_element(members.begin(), members.end(), [&](int32_t a, int32_t b) { return worth(a) < worth(b); });
      if (best == first) continue;
      const SameCall how = recordings_.how[best];
      for (const int32_t i : members) let_speak(recordings_, i, best, i == first ? how : recordings_.how[i]);
      let_speak(recordings_, best, best, SameCall::no);
    }
    twins_.clear();
  }

 private:
  bool has_several_recorders(const std::vector<int32_t>& group) const {
    return std::any_of(group.begin(), group.end(), [&](int32_t i) { return recorder_[i] != recorder_[group.front()]; });
  }

  // Calls visit(recorder) for all that have told of this call so far: the span's own, and those it speaks for.
  template <typename Visit>
  void visit_recorders(int32_t i, Visit visit) const {
    visit(recorder_[i]);
    const auto found = others_.find(i);
    if (found != others_.end()) std::ranges::for_each(found->second, visit);
  }

  static uint64_t recording_key(size_t cluster, int32_t recorder) {
    return uint64_t{cluster} << 32 | static_cast<uint32_t>(recorder);
  }

  bool shares_recorder(size_t cluster, int32_t i) const {
    bool shares = false;
    visit_recorders(i, [&](int32_t recorder) { shares |= has_recorded_.contains(recording_key(cluster, recorder)); });
    return shares;
  }

  void join(size_t cluster, int32_t i) {
    clusters_[cluster].members.push_back(i);
    visit_recorders(i, [&](int32_t recorder) { has_recorded_.insert(recording_key(cluster, recorder)); });
  }

  bool fits(const Cluster& cluster, int32_t i) const {
    const int32_t first = cluster.members.front();
    if (spans_[i].kind == Kind::tool && ids_contradict(spans_[first].tool_call_id, spans_[i].tool_call_id))
      return false;
    return may_be_related_ || !ancestry_.related(first, i);
  }

  // The earliest call that lacks a recording by any of this one's recorders and was under way. What is over, or is its
  // own recorder's, is passed for good; other neighbours may fit a later span.
  void place(int32_t i, size_t first_alive) {
    size_t& next = next_[recorder_[i]];
    next = std::max(next, first_alive);
    int looked = 0;
    for (size_t at = next; at < clusters_.size() && looked < k_neighbours_max; ++at) {
      const bool is_own = has_recorded_.contains(recording_key(at, recorder_[i]));
      const bool is_out = is_own || clusters_[at].end < spans_[i].start;
      if (!is_out && !shares_recorder(at, i) && fits(clusters_[at], i)) {
        join(at, i);
        next = at + 1;
        return;
      }
      const bool is_passed = is_out && at == next;
      if (is_passed) next = at + 1;
      looked += is_own && is_passed ? 0 : 1;
    }
    clusters_.push_back({end_of(spans_[i]), {}});
    join(clusters_.size() - 1, i);
  }

  void settle(const Cluster& cluster, SameCall how) {
    if (cluster.members.size() < 2) return;
    const int32_t first = cluster.members.front();
    std::vector<int32_t> others;
    for (const int32_t i : cluster.members) {
      if (i == first) continue;
      let_speak(recordings_, i, first, how);
      visit_recorders(i, [&](int32_t recorder) { others.push_back(recorder); });
      others_.erase(i);
    }
    auto& all = others_[first];
    all.insert(all.end(), others.begin(), others.end());
    twins_.insert(twins_.end(), cluster.members.begin(), cluster.members.end());
  }

  // What a recorder tells of the calls that others have seen too, each number a count of spans.
  using Detail = std::array<int64_t, 5>;
  Detail detail_of(const SpanFacts& span) const {
    // OpenLLMetry tells the ids of Responses' items, which no result names, for those of their calls.
    const auto is_known = [&](const std::string& id) { return tool_call_ids_.contains(id); };
    return {int64_t{has_buckets(span)}, int64_t{span.cost_kind != CostKind::unpriced},
            int64_t{span.input_context.has_value() || !span.tool_call_id.empty()},
            int64_t{!span.requested_tool_call_ids.empty()},
            int64_t{std::ranges::any_of(span.requested_tool_call_ids, is_known)}};
  }

  std::span<const SpanFacts> spans_;
  const Ancestry& ancestry_;
  Recordings& recordings_;
  const std::vector<int32_t> recorder_;                       // of each span
  std::unordered_map<int32_t, std::vector<int32_t>> others_;  // by speaker, the recorders of those it speaks for
  std::unordered_set<std::string_view> tool_call_ids_;        // of the tools that ran
  bool may_be_related_ = false;
  std::vector<Cluster> clusters_;
  std::unordered_set<uint64_t> has_recorded_;  // which recorder has told of which cluster
  std::vector<int32_t> twins_;                 // all that have found others
  std::map<int32_t, size_t> next_;             // by recorder: clusters before it are over, or have a recording of it
};

Ancestry ancestry_of(std::span<const SpanFacts> spans, const Tree& tree) {
  Ancestry ancestry(tree, spans);
  ancestry.count_below(tree, tree.parent);
  return ancestry;
}

using CallKey = std::tuple<Kind, int64_t, int64_t, std::string, std::string_view>;

// Same kind, tokens, model and program; nothing where that says too little.
void add_by_usage(const SpanFacts& span, int32_t i, std::map<CallKey, std::vector<int32_t>>& groups) {
  if (!span.has_usage || span.usage.total() == 0 || span.model.empty()) return;
  groups[{span.kind, span.usage.total_input(), span.usage.total(), plain_model(span.model), span.service}].push_back(i);
}

void match_calls(std::span<const SpanFacts> spans, const Tree& tree, TwinMatcher& matcher,
                 const Recordings& recordings) {
  const auto is_open = [&](int32_t i) { return is_call(spans[i]) && recordings.speaks(i) && !recordings.is_sum[i]; };
  std::map<std::pair<Kind, std::string_view>, std::vector<int32_t>> by_response;
  for (const int32_t i : tree.by_start) {
    if (is_open(i) && !spans[i].response_id.empty()) by_response[{spans[i].kind, spans[i].response_id}].push_back(i);
  }
  for (const auto& [key, group] : by_response) matcher.match(group, SameCall::response_id, true);
  std::map<CallKey, std::vector<int32_t>> by_usage;
  for (const int32_t i : tree.by_start) {
    if (is_open(i)) add_by_usage(spans[i], i, by_usage);
  }
  for (const auto& [key, group] : by_usage) matcher.match(group, SameCall::equal_usage, false);
  std::map<std::tuple<Kind, SpanId, std::string, std::string_view>, std::vector<int32_t>> by_failure;
  for (const int32_t i : tree.by_start) {
    const SpanFacts& span = spans[i];
    if (!is_open(i) || span.status != SpanStatus::error || span.has_usage || span.model.empty()) continue;
    by_failure[{span.kind, span.parent_span_id, plain_model(span.model), span.service}].push_back(i);
  }
  for (const auto& [key, group] : by_failure) matcher.match(group, SameCall::same_failure, false);
}

void match_tools(std::span<const SpanFacts> spans, const Tree& tree, TwinMatcher& matcher,
                 const Recordings& recordings) {
  const auto is_open = [&](int32_t i) { return spans[i].kind == Kind::tool && recordings.speaks(i); };
  std::map<std::string_view, std::vector<int32_t>> by_id;
  for (const int32_t i : tree.by_start) {
    if (is_open(i) && !spans[i].tool_call_id.empty()) by_id[spans[i].tool_call_id].push_back(i);
  }
  for (const auto& [id, group] : by_id) matcher.match(group, SameCall::call_id, false);
  std::map<std::pair<std::string_view, std::string_view>, std::vector<int32_t>> by_name;
  for (const int32_t i : tree.by_start) {
    if (is_open(i)) by_name[{tool_name_of(spans[i]), spans[i].service}].push_back(i);
  }
  for (const auto& [name, group] : by_name) matcher.match(group, SameCall::tool_name, false);
}

}  // namespace

void match_twins(std::span<const SpanFacts> spans, const Tree& tree, Recordings& recordings) {
  const Ancestry ancestry = ancestry_of(spans, tree);
  TwinMatcher matcher(spans, ancestry, recordings);
  match_calls(spans, tree, matcher, recordings);
  match_tools(spans, tree, matcher, recordings);
  matcher.choose_speakers();
}

void match_twin_sums(std::span<const SpanFacts> spans, const Tree& tree, const std::vector<int32_t>& sums,
                     Recordings& recordings) {
  if (sums.size() < 2) return;
  std::map<std::tuple<int64_t, int64_t, std::string_view>, std::vector<int32_t>> by_usage;
  for (const int32_t i : sums) {
    const SpanFacts& span = spans[i];
    if (span.usage.total() > 0) by_usage[{span.usage.total_input(), span.usage.total(), span.service}].push_back(i);
  }
  const Ancestry ancestry = ancestry_of(spans, tree);
  TwinMatcher matcher(spans, ancestry, recordings);
  for (const auto& [key, group] : by_usage) matcher.match(group, SameCall::equal_usage, false);
  matcher.choose_speakers();
}

}  // namespace strobe::derive
