#include "analyze/time_tree.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace strobe::analyze {

namespace {

class Builder {
 public:
  explicit Builder(const SessionView& session) : session_(session) {
    tree_.session = static_cast<int32_t>(session.spans.size());
    tree_.nodes.resize(session.spans.size() + 1);
  }

  TimeTree take() {
    read_times();
    adopt_by_run();
    order_nodes();
    extend_to_children();
    sort_children();
    cut_overlaps();
    tree_.wall = tree_.nodes[tree_.session].last;
    return std::move(tree_);
  }

 private:
  void read_times() {
    const TimeNs origin = session_.spans.empty() ? TimeNs{} : session_.spans.front().span.facts.start;
    for (size_t i = 0; i < session_.spans.size(); ++i) {
      const SpanView& span = session_.spans[i];
      const SpanFacts& facts = span.span.facts;
      TimeTree::Node& node = tree_.nodes[i];
      node.is_root = span.parent < 0;
      node.parent = node.is_root ? tree_.session : span.parent;
      node.start = std::max<int64_t>(0, (facts.start - origin).ns);
      node.end = std::max(node.start, (facts.end - origin).ns);
      tree_.never_ended += facts.end.ns == 0 ? 1 : 0;
      tree_.ran_backwards += facts.end.ns != 0 && facts.end < facts.start ? 1 : 0;
      tree_.without_parent += span.parent < 0 && !facts.parent_span_id.is_zero() ? 1 : 0;
    }
  }
  // The recorded process has a trace of its own beside those of its agent.
  void adopt_by_run() {
    int32_t run = -1;
    for (size_t i = 0; i < session_.spans.size(); ++i) {
      if (session_.spans[i].span.facts.kind != Kind::run || tree_.nodes[i].parent != tree_.session) continue;
      if (run >= 0) return;  // two: nobody can tell whose a root is
      run = static_cast<int32_t>(i);
    }
    if (run < 0) return;
    for (int32_t i = 0; i < tree_.session; ++i) {
      TimeTree::Node& node = tree_.nodes[i];
      if (i == run || node.parent != tree_.session || node.start < tree_.nodes[run].start) continue;
      if (node.end <= tree_.nodes[run].end || tree_.nodes[run].end == tree_.nodes[run].start) node.parent = run;
    }
  }
  void place_children() {
    tree_.offsets_.assign(tree_.nodes.size() + 1, 0);
    for (int32_t i = 0; i < tree_.session; ++i) ++tree_.offsets_[tree_.nodes[i].parent + 1];
    for (size_t i = 1; i < tree_.offsets_.size(); ++i) tree_.offsets_[i] += tree_.offsets_[i - 1];
    tree_.by_start_.resize(session_.spans.size());
    std::vector<size_t> next(tree_.offsets_.begin(), tree_.offsets_.end() - 1);
    for (int32_t i = 0; i < tree_.session; ++i) tree_.by_start_[next[tree_.nodes[i].parent]++] = i;
  }
  // Breadth first; what is not reached goes in circles, and is cut where it is met first.
  void order_nodes() {
    place_children();
    std::vector<bool> is_placed(tree_.nodes.size(), false);
    const auto add = [&](int32_t node) {
      is_placed[node] = true;
      tree_.order.push_back(node);
    };
    size_t next = 0;
    const auto follow = [&] {
      for (; next < tree_.order.size(); ++next) {
        for (const int32_t child : tree_.by_start(tree_.order[next])) {
          if (!is_placed[child]) add(child);
        }
      }
    };
    add(tree_.session);
    follow();
    bool is_cut = false;
    for (int32_t i = 0; i < tree_.session; ++i) {
      if (is_placed[i]) continue;
      is_cut = true;
      ++tree_.without_parent;
      tree_.nodes[i].parent = tree_.session;
      tree_.nodes[i].is_root = true;
      add(i);
      follow();
    }
    if (is_cut) place_children();
  }
  void extend_to_children() {
    for (TimeTree::Node& node : tree_.nodes) {
      node.first = node.start;
      node.last = node.end;
    }
    tree_.nodes[tree_.session].first = std::numeric_limits<int64_t>::max();
    for (size_t i = tree_.order.size(); i > 1; --i) {
      const int32_t at = tree_.order[i - 1];
      TimeTree::Node& node = tree_.nodes[at];
      if (session_.spans[at].span.facts.end.ns == 0) node.end = node.last;
      TimeTree::Node& parent = tree_.nodes[node.parent];
      parent.first = std::min(parent.first, node.first);
      parent.last = std::max(parent.last, node.last);
    }
    TimeTree::Node& whole = tree_.nodes[tree_.session];
    if (session_.spans.empty()) whole.first = 0;
    whole.start = whole.end = whole.first;
  }
  void sort_children() {
    tree_.by_end_.resize(tree_.by_start_.size());
    for (int32_t node = 0; node <= tree_.session; ++node) {
      const std::span children = std::span(tree_.by_start_).subspan(tree_.offsets_[node], children_of(node));
      const auto first = [&](int32_t child) { return std::pair(tree_.nodes[child].first, child); };
      if (!std::ranges::is_sorted(children, {}, first)) std::ranges::sort(children, {}, first);
      sort_by_end(node);
    }
  }
  size_t children_of(int32_t node) const { return tree_.offsets_[node + 1] - tree_.offsets_[node]; }
  void sort_by_end(int32_t node) {
    endings_.clear();
    for (const int32_t child : tree_.by_start(node))
      endings_.push_back({-tree_.nodes[child].last, tree_.nodes[child].first, child});
    std::ranges::sort(endings_, {},
                      [](const Ending& ending) { return std::tuple(ending.last, ending.first, ending.child); });
    for (size_t i = 0; i < endings_.size(); ++i) tree_.by_end_[tree_.offsets_[node] + i] = endings_[i].child;
  }
  // Parents before their children, so that what is cut from a parent is cut from all below it.
  void cut_overlaps() {
    for (const int32_t parent : tree_.order) {
      const auto siblings = tree_.by_start(parent);
      const int64_t limit = tree_.nodes[parent].last;
      bool is_any_cut = false;
      for (size_t i = 0; i < siblings.size(); ++i) {
        TimeTree::Node& node = tree_.nodes[siblings[i]];
        const int64_t last = node.last;
        if (parent != tree_.session) cut(node, limit);
        const int64_t slack = std::min(k_overlap_tolerance_ns, (node.last - node.first) / 10);
        if (slack > 0) cut_by_next(node, siblings, slack);
        is_any_cut |= node.last != last;
      }
      if (is_any_cut) sort_by_end(parent);
    }
  }
  // At the first of the next siblings that goes on after it; marks do not. A few are looked at: there may be any
  // number.
  void cut_by_next(TimeTree::Node& node, std::span<const int32_t> siblings, int64_t slack) {
    constexpr size_t k_looked_at_max = 8;
    const auto next =
        std::ranges::lower_bound(siblings, node.last - slack, {}, [&](int32_t at) { return tree_.nodes[at].first; });
    const auto later = siblings.subspan(static_cast<size_t>(next - siblings.begin()));
    for (size_t i = 0; i < std::min(later.size(), k_looked_at_max); ++i) {
      const TimeTree::Node& other = tree_.nodes[later[i]];
      if (other.first >= node.last) return;
      if (other.last >= node.last && &other != &node) return cut(node, other.first);
    }
  }
  static void cut(TimeTree::Node& node, int64_t limit) {
    node.last = std::max(node.first, std::min(node.last, limit));
    node.end = std::min(node.end, node.last);
    node.start = std::min(node.start, node.last);
    node.end = std::max(node.end, node.start);
  }

  struct Ending {
    int64_t last, first;  // `last` negative: the latest comes first
    int32_t child;
  };

  const SessionView& session_;
  TimeTree tree_;
  std::vector<Ending> endings_;  // of one parent's children: sorted where they lie together
};

}  // namespace

TimeTree time_tree_of(const SessionView& session) { return Builder(session).take(); }

}  // namespace strobe::analyze
