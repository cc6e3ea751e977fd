#include "analyze/result_savings.h"

#include <algorithm>

#include "analyze/estimate.h"

namespace strobe::analyze {

using Node = ContextTree::Node;

namespace {

// Lengths of tool results, to be asked for those beyond a cap: a Fenwick tree over the distinct lengths. O(log n) each.
class Lengths {
 public:
  explicit Lengths(std::span<const int64_t> all) : sorted_(all.begin(), all.end()) {
    std::ranges::sort(sorted_);
    const auto rest = std::ranges::unique(sorted_);
    sorted_.erase(rest.begin(), rest.end());
    below_.assign(sorted_.size() + 1, {});
  }

  struct Sum {
    int64_t tokens = 0, results = 0;
  };

  // `results` of them; negative: takes them away.
  void add(int64_t tokens, int64_t results) {
    all_.tokens += tokens * results;
    all_.results += results;
    size_t at = static_cast<size_t>(std::ranges::lower_bound(sorted_, tokens) - sorted_.begin()) + 1;
    for (; at < below_.size(); at += at & -at) {
      below_[at].tokens += tokens * results;
      below_[at].results += results;
    }
  }
  Sum longer_than(double cap) const {
    const auto fits = [cap](int64_t tokens) { return static_cast<double>(tokens) <= cap; };
    auto at = static_cast<size_t>(std::ranges::partition_point(sorted_, fits) - sorted_.begin());
    Sum sum = all_;
    for (; at > 0; at -= at & -at) {
      sum.tokens -= below_[at].tokens;
      sum.results -= below_[at].results;
    }
    return sum;
  }

 private:
  std::vector<int64_t> sorted_;
  std::vector<Sum> below_;
  Sum all_;
};

// Numbers in lists, one list a node.
class Lists {
 public:
  explicit Lists(size_t nodes, size_t numbers) : first_(nodes, -1), next_(numbers, -1) {}
  void put(Node node, int32_t number) {
    next_[number] = first_[node];
    first_[node] = number;
  }
  int32_t first(Node node) const { return first_[node]; }  // -1: none
  int32_t next(int32_t number) const { return next_[number]; }

 private:
  std::vector<int32_t> first_, next_;
};

}  // namespace

ResultSavings::ResultSavings(const SessionView& session, const GrowthWhatIf& what_if)
    : session_(session), what_if_(what_if), names_(session) {
  const size_t nodes = session.contexts.bodies.size();
  sums_.resize(nodes);
  kept_until_.assign(nodes, 0);
  for (size_t node = 1; node < nodes; ++node) count(static_cast<Node>(node));
}

void ResultSavings::count(Node node) {
  const ContextTree& bodies = session_.contexts.bodies;
  const Message& message = session_.contexts.messages[bodies.message(node)].message;
  Sums sums = sums_[bodies.parent(node)];
  bool has_results = false;
  for (const Part& part : message.parts) {
    if (part.type != PartType::tool_result) continue;
    has_results = true;
    const int64_t tokens = estimated_tokens(part.text.size() + part.payload.text.size());
    if (!what_if_.drop_tool.empty() && names_.name_of(part, node) == what_if_.drop_tool) {
      has_tool_ = true;
      sums.dropped_tokens += tokens;
      sums.dropped_results += tokens > 0 ? 1 : 0;
    } else {
      kept_.push_back(tokens);
    }
  }
  if (has_results) sums.share += estimated_tokens(text_bytes(message));
  sums_[node] = sums;
  kept_until_[node] = kept_.size();
}

std::span<const int64_t> ResultSavings::kept(Node node) const {
  const size_t from = node > 0 ? kept_until_[node - 1] : 0;
  return std::span(kept_).subspan(from, kept_until_[node] - from);
}

// The cap is in tokens of the call, and so another length of result for each: the results of one list are kept in
// `lengths` while the walk is below it.
std::vector<ResultSaving> ResultSavings::of(std::span<const ScaledBody> asked) const {
  const ContextTree& bodies = session_.contexts.bodies;
  std::vector<ResultSaving> savings(asked.size());
  Lists children(bodies.size(), bodies.size()), questions(bodies.size(), asked.size());
  for (size_t node = bodies.size(); node-- > 1;) {
    children.put(bodies.parent(static_cast<Node>(node)), static_cast<int32_t>(node));
  }
  for (size_t i = 0; i < asked.size(); ++i) questions.put(asked[i].body, static_cast<int32_t>(i));
  Lengths lengths(kept_);
  const auto answer = [&](Node node) {
    for (int32_t i = questions.first(node); i >= 0; i = questions.next(i)) {
      const double scale = asked[i].scale;
      double tokens = scale * static_cast<double>(sums_[node].dropped_tokens);
      savings[i].results = sums_[node].dropped_results;
      if (what_if_.cap_tokens && scale > 0) {
        const auto cap = static_cast<double>(*what_if_.cap_tokens);
        const Lengths::Sum longer = lengths.longer_than(cap / scale);
        tokens += scale * static_cast<double>(longer.tokens) - cap * static_cast<double>(longer.results);
        savings[i].results += longer.results;
      }
      savings[i].tokens = std::min(tokens, scale * static_cast<double>(sums_[node].share));
    }
  };
  answer(ContextTree::k_empty);
  Node node = children.first(ContextTree::k_empty);
  while (node > 0) {
    for (const int64_t tokens : kept(node)) lengths.add(tokens, 1);
    answer(node);
    Node next = children.first(node);
    while (next < 0 && node != ContextTree::k_empty) {
      for (const int64_t tokens : kept(node)) lengths.add(tokens, -1);
      next = children.next(node);
      node = bodies.parent(node);
    }
    node = next;
  }
  return savings;
}

}  // namespace strobe::analyze
