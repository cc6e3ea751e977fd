#include <gtest/gtest.h>

#include <map>
#include <random>

#include "analyze/critical_path_test_util.h"
#include "analyze/time_saved.h"

// Spans that wait for what they link to, wherever it is.

namespace strobe::analyze {
namespace {

struct Timed {
  SessionView session;
  TimeTree tree;
  SpanLinks links;
  TimeSaved saved;

  explicit Timed(TestSession& test)
      : session(test.build()), tree(time_tree_of(session)), links(span_links_of(session)), saved(tree, links) {}
  int64_t saved_ms(int span) { return saved.without(TestSession::index_of(session, span)) / k_ms; }
};

TEST(TimeSavedLinks, ATaskBeginsAsMuchLaterAsItsSubmissionEnded) {
  TestSession test;
  Linked linked;
  const int pipeline = test.add(Kind::span, 0, 0, 40, "pipeline");
  const int submit = test.add(Kind::span, pipeline, 10, 12, "pool_submit");
  const int dequeue = test.add(Kind::span, 0, 70, 100, "pool_dequeue");
  linked.link(test, dequeue, {submit});
  Timed timed(test);
  EXPECT_EQ(timed.saved_ms(submit), 2);
  EXPECT_EQ(timed.saved_ms(pipeline), 12);  // not 40: nobody waited for its end
  EXPECT_EQ(timed.saved_ms(dequeue), 30);
}

TEST(TimeSavedLinks, AResumptionWaitsForItsSuspensionInAnotherTrace) {
  TestSession test;
  Linked linked;
  const int asker = test.agent(0, 0, 30);
  const int suspension = test.add(Kind::span, asker, 10, 30, "suspension");
  const int other = test.agent(0, 0, 100);
  const int resume = test.add(Kind::span, other, 50, 90, "resume");
  linked.link(test, resume, {suspension});
  Timed timed(test);
  EXPECT_EQ(timed.saved_ms(suspension), 20);
  EXPECT_EQ(timed.saved_ms(asker), 30);
  EXPECT_EQ(timed.saved_ms(resume), 40);
}

TEST(TimeSavedLinks, AMatchWaitsForTheLastOfItsEmissionsAndThenForTheOther) {
  TestSession test;
  Linked linked;
  const int slow = test.add(Kind::span, 0, 0, 60, "channel_emit");
  const int quick = test.add(Kind::span, 0, 0, 40, "channel_emit");
  const int match = test.add(Kind::span, 0, 70, 100, "channel_match");
  linked.link(test, match, {slow, quick});
  Timed timed(test);
  EXPECT_EQ(timed.saved_ms(slow), 20);
  EXPECT_EQ(timed.saved_ms(quick), 0);
}

TEST(TimeSavedLinks, ATraceThatWaitsDoesNotWaitForOtherTracesAlsoBelowARun) {
  for (const bool is_recorded : {false, true}) {
    TestSession test;
    Linked linked;
    const int pipeline = test.add(Kind::span, 0, 0, 40, "pipeline");
    const int submit = test.add(Kind::span, pipeline, 10, 12, "pool_submit");
    const int other = test.add(Kind::span, 0, 40, 69, "other");
    const int dequeue = test.add(Kind::span, 0, 70, 100, "pool_dequeue");
    linked.link(test, dequeue, {submit});
    if (is_recorded) test.add(Kind::run, 0, 0, 101, "run");
    Timed timed(test);
    EXPECT_EQ(timed.saved_ms(pipeline), 12);
    EXPECT_EQ(timed.saved_ms(submit), 2);
    EXPECT_EQ(timed.saved_ms(other), 0);
    EXPECT_EQ(timed.saved_ms(dequeue), 30);
  }
}

TEST(TimeSavedLinks, NothingBeginsBeforeItsParent) {
  TestSession test;
  Linked linked;
  const int emit = test.add(Kind::span, 0, 0, 50, "channel_emit");
  const int agent = test.agent(0, 20, 100);
  const int match = test.add(Kind::span, agent, 60, 100, "channel_match");
  linked.link(test, match, {emit});
  Timed timed(test);
  EXPECT_EQ(timed.saved_ms(emit), 30);
}

TEST(TimeSavedLinks, LinksToWhatStillRanMakeNothingWait) {
  TestSession test;
  Linked linked;
  const int agent = test.agent(0, 0, 100);
  const int call = test.call(agent, 10, 50);
  const int beside = test.tool(agent, 20, 100, "beside");
  linked.link(test, beside, {call, agent});
  linked.link(test, call, {beside});
  EXPECT_EQ(Timed(test).saved_ms(call), 0);
}

// A program of series and groups side by side, in several traces, whose parts wait for what other parts have done.
class Program {
 public:
  explicit Program(uint32_t seed) : random_(seed) { make(-1, 0, 3, 0, false); }

  int size() const { return static_cast<int>(parts_.size()); }
  int64_t wall(int without) const {
    Run run(*this, without);
    int64_t wall = 0;
    for (int i = 0; i < size(); ++i) wall = std::max(wall, run.end(i));
    return wall;
  }
  // As spans, numbered as the parts are, from 1 on.
  void record(TestSession& test, Linked& linked, bool is_below_run) const {
    Run run(*this, -1);
    for (int i = 0; i < size(); ++i) test.add(Kind::span, parts_[i].parent + 1, run.begin(i), run.end(i), "part");
    for (int i = 0; i < size(); ++i) {
      std::vector<int> targets;
      for (const int target : parts_[i].waits_for) targets.push_back(target + 1);
      if (!targets.empty()) linked.link(test, i + 1, targets);
    }
    if (is_below_run) test.add(Kind::run, 0, 0, wall(-1), "run");
  }

 private:
  struct Part {
    int parent = -1;
    int group = 0;   // of its parent's
    int delay = 0;   // before it begins, once it may
    int own_ms = 0;  // at its end
    std::vector<int> waits_for;
    std::vector<std::vector<int>> groups;
  };

  // Times by the definition of the program.
  class Run {
   public:
    Run(const Program& program, int without) : program_(program), without_(without) {}

    int64_t begin(int at) {
      if (const auto known = begins_.find(at); known != begins_.end()) return known->second;
      const Part& part = program_.parts_[at];
      int64_t time = 0;
      if (part.parent >= 0) {
        time = begin(part.parent);
        if (is_gone(part.parent)) return begins_[at] = time;
        if (part.group > 0) time = end_of_group(part.parent, part.group - 1);
      }
      for (const int target : part.waits_for) time = std::max(time, end(target));
      return begins_[at] = time + part.delay;
    }
    int64_t end(int at) {
      if (const auto known = ends_.find(at); known != ends_.end()) return known->second;
      const Part& part = program_.parts_[at];
      if (is_gone(at)) return ends_[at] = begin(at);
      const int groups = static_cast<int>(part.groups.size());
      return ends_[at] = (groups == 0 ? begin(at) : end_of_group(at, groups - 1)) + part.own_ms;
    }

   private:
    bool is_gone(int at) const {
      while (at >= 0 && at != without_) at = program_.parts_[at].parent;
      return at >= 0;
    }
    int64_t end_of_group(int at, int group) {
      int64_t last = 0;
      for (const int member : program_.parts_[at].groups[static_cast<size_t>(group)])
        last = std::max(last, end(member));
      return last;
    }

    const Program& program_;
    const int without_;
    std::map<int, int64_t> begins_, ends_;
  };

  int below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  // What waits begins some time after what it waits for; roots but the first one always wait.
  int make(int parent, int group, int depth, int delay, bool may_wait) {
    const int at = size();
    parts_.push_back({.parent = parent, .group = group, .delay = delay, .own_ms = 0, .waits_for = {}, .groups = {}});
    if (may_wait && !done_.empty() && (parent < 0 || below(3) == 0)) {
      for (int i = 0; i <= below(3); ++i) parts_[at].waits_for.push_back(done_[random_() % done_.size()]);
      parts_[at].delay = 10 * (1 + below(3));
    }
    const int groups = depth == 0 ? 0 : below(4);
    for (int i = 0; i < groups; ++i) {
      if (!done_.empty() && below(4) == 0) make(-1, 0, depth - 1, 0, true);
      const int members = below(3) == 0 ? 2 + below(2) : 1;
      const int own_before = 10 * below(3);
      std::vector<int> made;
      for (int j = 0; j < members; ++j) made.push_back(make(at, i, depth - 1, own_before, members == 1));
      parts_[at].groups.push_back(made);
    }
    parts_[at].own_ms = 10 * (groups == 0 ? 1 + below(4) : below(4));
    done_.push_back(at);
    return at;
  }

  std::mt19937 random_;
  std::vector<Part> parts_;
  std::vector<int> done_;
};

// What a program that waits would take is what its spans and links foretell.
TEST(TimeSavedLinks, IsExactForProgramsThatWait) {
  int told_by_links = 0;
  for (uint32_t seed = 0; seed < 400; ++seed) {
    const Program program(seed);
    TestSession test;
    Linked linked;
    program.record(test, linked, seed % 2 == 1);
    Timed timed(test);
    const int64_t wall = program.wall(-1);
    ASSERT_EQ(timed.tree.wall, wall * k_ms);
    SpanLinks no_links;
    no_links.offsets_.assign(timed.session.spans.size() + 1, 0);
    TimeSaved without_links(timed.tree, no_links);
    for (int i = 0; i < program.size(); ++i) {
      ASSERT_EQ(timed.saved_ms(i + 1), wall - program.wall(i)) << "seed " << seed << " part " << i + 1;
      const int64_t otherwise = without_links.without(TestSession::index_of(timed.session, i + 1)) / k_ms;
      told_by_links += otherwise != timed.saved_ms(i + 1) ? 1 : 0;
    }
  }
  EXPECT_GT(told_by_links, 200);
}

// The rules of docs/reference/critical-path.md, asked again for every moment.
class Slow {
 public:
  Slow(const TimeTree& tree, const SpanLinks& links, int32_t without) : tree_(tree), links_(links), without_(without) {}

  int64_t saved() {
    MovedTime all{node(tree_.session).first, node(tree_.session).first};
    add_ended(all, tree_.session, tree_.wall);
    return tree_.wall - all.moved(tree_.wall);
  }

 private:
  const TimeTree::Node& node(int32_t at) const { return tree_.nodes[at]; }
  bool is_gone(int32_t at) const {
    while (at != tree_.session && at != without_) at = node(at).parent;
    return at == without_;
  }
  void add_ended(MovedTime& moved, int32_t parent, int64_t time) {
    for (const int32_t child : tree_.by_start(parent)) {
      if (node(child).last <= time && node(child).last > node(child).first) moved.add(node(child).last, last(child));
    }
  }
  int64_t first(int32_t at) {
    if (at == tree_.session) return node(at).first;
    if (const auto known = firsts_.find(at); known != firsts_.end()) return known->second;
    const int32_t parent = node(at).parent;
    MovedTime moved{node(parent).first, first(parent)};
    if (is_gone(parent)) return moved.would_be;
    bool waits = false;
    for (const int32_t target : links_.of(at)) {
      if (node(target).end > node(at).first || node(target).start >= node(at).first) continue;
      waits = true;
      moved.add(node(target).end, end(target));
    }
    if (!node(at).is_root || !waits) add_ended(moved, parent, node(at).first);
    return firsts_[at] = moved.moved(node(at).first);
  }
  int64_t end(int32_t at) {
    if (is_gone(at)) return first(at);
    MovedTime moved{node(at).first, first(at)};
    add_ended(moved, at, node(at).end);
    return moved.moved(node(at).end);
  }
  int64_t last(int32_t at) {
    if (is_gone(at)) return first(at);
    MovedTime moved{node(at).first, first(at)};
    add_ended(moved, at, node(at).last);
    moved.add(node(at).end, end(at));
    return moved.moved(node(at).last);
  }

  const TimeTree& tree_;
  const SpanLinks& links_;
  const int32_t without_;
  std::map<int32_t, int64_t> firsts_;
};

TEST(TimeSavedLinks, AgreesWithTheRulesOnRandomSessions) {
  std::mt19937 random(19);
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<uint32_t>(limit)); };
  int with_links = 0;
  int shorter = 0;
  for (int round = 0; round < 15'000; ++round) {
    TestSession test;
    Linked linked;
    const int spans = 1 + below(12);
    for (int i = 1; i <= spans; ++i) {
      const int start = below(12) * 10;
      test.add(Kind::span, below(3) == 0 ? 0 : below(i), start, start + below(6) * 10, "s");
    }
    if (round % 2 == 0) test.add(Kind::run, 0, 0, below(18) * 10, "run");
    for (int i = 1; i <= spans; ++i) {
      if (round % 3 != 0 && below(3) == 0) linked.link(test, i, {1 + below(spans), 1 + below(spans)});
    }
    Timed timed(test);
    with_links += timed.links.empty() ? 0 : 1;
    for (int32_t span = 0; span < timed.tree.session; ++span) {
      const int64_t saved = timed.saved.without(span);
      ASSERT_EQ(saved, Slow(timed.tree, timed.links, span).saved()) << "round " << round << " span " << span;
      ASSERT_GE(saved, 0);
      shorter += saved > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(with_links, 5000);
  EXPECT_GT(shorter, 20'000);
}

// Quadratic work would take minutes: tasks side by side, each waiting for a submission of its own, below one span.
TEST(TimeSavedLinks, ManyLinksAreQuick) {
  constexpr int k_tasks = 50'000;
  SessionView session;
  session.spans.resize(1 + 2 * k_tasks);
  SpanLinks links;
  links.offsets_.assign(session.spans.size() + 1, 0);
  for (int i = 0; i <= 2 * k_tasks; ++i) {
    SpanView& span = session.spans[i];
    span.parent = i - 1 < k_tasks && i > 0 ? 0 : -1;
    span.span.facts.start = {i + 1};
    span.span.facts.end = {i == 0 ? 2 * k_tasks + 2 : i <= k_tasks ? i + 2 : i + k_tasks};
    if (span.parent == 0) session.spans[0].children.push_back(i);
    if (i > k_tasks) links.targets_.push_back(i - k_tasks);
    links.offsets_[i + 1] = links.targets_.size();
  }
  const TimeTree tree = time_tree_of(session);
  TimeSaved saved(tree, links);
  EXPECT_EQ(saved.without(2 * k_tasks), 1);
  for (int i = 1; i < 20; ++i) EXPECT_GT(saved.without(i), 0) << i;
}

}  // namespace
}  // namespace strobe::analyze
