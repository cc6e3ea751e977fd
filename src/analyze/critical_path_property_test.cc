#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <random>

#include "analyze/critical_path_test_util.h"

namespace strobe::analyze {
namespace {

// The rules of docs/reference/critical-path.md, millisecond by millisecond, without links: for each moment from the end
// on, which span has it.
class Slow {
 public:
  explicit Slow(const SessionView& session) : session_(session), origin_(session.spans[0].span.facts.start) {}

  std::vector<int> owners() {
    int64_t wall = 0;
    for (int32_t i = 0; i < static_cast<int32_t>(session_.spans.size()); ++i) wall = std::max(wall, last(i));
    std::vector<int> owners(static_cast<size_t>(wall), -1);
    walk(-1, wall, owners);
    return owners;
  }

 private:
  int64_t start(int32_t span) const { return (session_.spans[span].span.facts.start - origin_).ns / k_ms; }
  int64_t end(int32_t span) const {
    return std::max(start(span), (session_.spans[span].span.facts.end - origin_).ns / k_ms);
  }
  int64_t first(int32_t span) const {
    int64_t first = start(span);
    for (const int32_t child : session_.spans[span].children) first = std::min(first, this->first(child));
    return first;
  }
  int64_t last(int32_t span) const {
    int64_t last = end(span);
    for (const int32_t child : session_.spans[span].children) last = std::max(last, this->last(child));
    return last;
  }
  std::vector<int32_t> children(int32_t span) const {
    if (span >= 0) return session_.spans[span].children;
    std::vector<int32_t> roots;
    for (int32_t i = 0; i < static_cast<int32_t>(session_.spans.size()); ++i) {
      if (session_.spans[i].parent < 0) roots.push_back(i);
    }
    return roots;
  }
  // Gives the time of `span` before `at` away; returns where that ends.
  int64_t walk(int32_t span, int64_t at, std::vector<int>& owners) {
    const int64_t begin = span < 0 ? 0 : first(span);
    bool is_entered_early = span >= 0 && at < last(span);
    while (at > begin) {
      const bool is_running = span >= 0 && start(span) < at && at <= end(span);
      int32_t chosen = -1;
      if (!is_running || is_entered_early) {  // what still ran: the one that began first, of equals the longest
        for (const int32_t child : children(span)) {
          const auto rank = [&](int32_t other) { return std::pair(first(other), -last(other)); };
          if (first(child) < at && last(child) > at && (chosen < 0 || rank(child) < rank(chosen))) chosen = child;
        }
      }
      is_entered_early = false;
      if (chosen < 0) {  // what has just ended: the one that began first
        for (const int32_t child : children(span)) {
          if (first(child) < at && last(child) == at && (chosen < 0 || first(child) < first(chosen))) chosen = child;
        }
      }
      if (chosen >= 0) {
        at = walk(chosen, at, owners);
      } else {
        --at;
        owners[static_cast<size_t>(at)] = is_running ? span : runner_of_gap(span, at);
      }
    }
    return at;
  }

  // The nearest span above that runs from `at` on, else of all the one that began last.
  int32_t runner_of_gap(int32_t span, int64_t at) const {
    const auto runs = [&](int32_t other) { return start(other) <= at && at < end(other); };
    for (; span >= 0; span = session_.spans[span].parent) {
      if (runs(span)) return span;
    }
    int32_t latest = -1;
    for (int32_t i = 0; i < static_cast<int32_t>(session_.spans.size()); ++i) {
      if (runs(i) && (latest < 0 || start(i) >= start(latest))) latest = i;
    }
    return latest;
  }

  const SessionView& session_;
  const TimeNs origin_;
};

TEST(CriticalPath, AgreesWithTheObviousWalkOnRandomTrees) {
  std::mt19937 random(42);
  for (int round = 0; round < 3000; ++round) {
    TestSession test;
    const int spans = 1 + static_cast<int>(random() % 9);
    for (int i = 1; i <= spans; ++i) {
      const int parent = random() % 6 == 0 ? 0 : static_cast<int>(random() % static_cast<uint32_t>(i));
      const auto start = static_cast<int64_t>(random() % 8) * 10;
      const auto length = static_cast<int64_t>(random() % 6) * 10;
      test.add(Kind::span, parent, start, start + (random() % 12 == 0 ? -5 : length), "s");
    }
    const Walked walked(test);
    expect_whole(walked.path);
    const std::vector<int> owners = Slow(walked.session).owners();
    ASSERT_EQ(walked.path.wall_ns, static_cast<int64_t>(owners.size()) * k_ms) << "round " << round;
    for (const Segment& segment : walked.path.segments) {
      for (int64_t at = segment.from / k_ms; at < segment.to / k_ms; ++at) {
        ASSERT_EQ(owners[static_cast<size_t>(at)], segment.span) << "round " << round << " at " << at << "\n"
                                                                 << walked.text();
      }
    }
  }
}

TEST(CriticalPath, RandomLinksNeverLoseTimeNorEndTheWalkEarly) {
  std::mt19937 random(5);
  for (int round = 0; round < 1000; ++round) {
    TestSession test;
    Linked linked;
    const int spans = 2 + static_cast<int>(random() % 9);
    for (int i = 1; i <= spans; ++i) {
      const int parent = random() % 3 == 0 ? 0 : static_cast<int>(random() % static_cast<uint32_t>(i));
      const auto start = static_cast<int64_t>(random() % 10) * 10;
      test.add(Kind::span, parent, start, start + static_cast<int64_t>(random() % 5) * 10, "s");
    }
    if (round % 2 == 0) test.add(Kind::run, 0, 0, static_cast<int64_t>(random() % 15) * 10, "run");
    for (int i = 1; i <= spans; ++i) {
      if (random() % 3 != 0) continue;
      const auto any = [&] { return 1 + static_cast<int>(random() % static_cast<uint32_t>(spans)); };
      linked.link(test, i, {any(), any()});
    }
    const Walked walked(test);
    expect_whole(walked.path);
    for (const Segment& segment : walked.path.segments) {
      if (segment.type != SegmentType::outside) continue;
      for (int i = 0; i < walked.tree.session; ++i) {
        const TimeTree::Node& node = walked.tree.nodes[i];
        ASSERT_LE(std::min(node.end, segment.to), std::max(node.start, segment.from)) << walked.text();
      }
    }
  }
}

// By hand, for many spans: each below `parent(i)`, from i to end(i).
template <typename Parent, typename End>
SessionView many_spans(int32_t count, Parent parent, End end) {
  SessionView session;
  session.spans.resize(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i) {
    SpanView& span = session.spans[i];
    span.parent = parent(i);
    span.span.facts.start = {1 + i};
    span.span.facts.end = {end(i)};
    if (span.parent >= 0) session.spans[span.parent].children.push_back(i);
  }
  return session;
}

// Quadratic work would take minutes, and recursion would end the program.
TEST(CriticalPath, ADeepTraceAndAWideOneAreQuick) {
  constexpr int32_t k_count = 200'000;
  const SessionView deep =
      many_spans(k_count, [](int32_t i) { return i - 1; }, [](int32_t i) { return 3 * k_count - i; });
  const CriticalPath down = critical_path_of(time_tree_of(deep), span_links_of(deep));
  EXPECT_EQ(down.segments.size(), 2 * k_count - 1u);
  EXPECT_EQ(down.outside_ns, 0);
  const SessionView wide = many_spans(
      k_count, [](int32_t i) { return i == 0 ? -1 : 0; }, [](int32_t i) { return i == 0 ? 3 * k_count : k_count + i; });
  EXPECT_EQ(critical_path_of(time_tree_of(wide), span_links_of(wide)).wall_ns, 3 * k_count - 1);
}

// Half of the spans are nested, and over before the other half, below the deepest of them, begins: each of those after
// a gap in which only the first span runs.
TEST(CriticalPath, ManyGapsFarBelowWhatRanAreQuick) {
  constexpr int32_t k_count = 200'000;
  constexpr int32_t k_nested = k_count / 2;
  SessionView session = many_spans(
      k_count, [](int32_t i) { return (i < k_nested ? i : k_nested) - 1; },
      [](int32_t i) { return i == 0 ? 4 * k_count : k_nested + 1; });
  for (int32_t i = k_nested; i < k_count; ++i) {
    session.spans[i].span.facts.start = {2 * i};
    session.spans[i].span.facts.end = {2 * i + 1};
  }
  const CriticalPath path = critical_path_of(time_tree_of(session), span_links_of(session));
  EXPECT_EQ(path.outside_ns, 0);
  EXPECT_GT(path.self_ns[0], k_nested);
  EXPECT_EQ(std::accumulate(path.self_ns.begin(), path.self_ns.end(), int64_t{0}), path.wall_ns);
}

TEST(CriticalPath, TimesAtTheEndsOfTheRangeDoNotOverflow) {
  SessionView session = many_spans(3, [](int32_t i) { return i - 1; }, [](int32_t i) { return 10 - i; });
  session.spans[0].span.facts.start = {0};
  session.spans[0].span.facts.end = {std::numeric_limits<int64_t>::max()};
  session.spans[2].span.facts.start = {std::numeric_limits<int64_t>::max()};
  session.spans[2].span.facts.end = {std::numeric_limits<int64_t>::max()};
  const CriticalPath path = critical_path_of(time_tree_of(session), span_links_of(session));
  EXPECT_EQ(path.wall_ns, std::numeric_limits<int64_t>::max());
  expect_whole(path);
}

}  // namespace
}  // namespace strobe::analyze
