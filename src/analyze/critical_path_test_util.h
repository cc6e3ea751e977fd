#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <numeric>
#include <string>
#include <vector>

#include "analyze/critical_path.h"
#include "analyze/test_session.h"

// What the tests of the critical path have in common.

namespace strobe::analyze {

inline constexpr int64_t k_ms = 1'000'000;

struct Walked {
  SessionView session;
  TimeTree tree;
  CriticalPath path;

  explicit Walked(TestSession& test) : session(test.build()) {
    tree = time_tree_of(session);
    path = critical_path_of(tree, span_links_of(session));
  }
  // "1[0,5) 2[5,9) -[9,10) ~3[10,12)" in milliseconds: spans by number, "-" outside, "~" waiting.
  std::string text() const {
    std::string text;
    for (const Segment& segment : path.segments) {
      const std::string who = segment.span < 0 ? "-" : std::to_string(number(segment.span));
      text += (text.empty() ? "" : " ") + std::string(segment.type == SegmentType::waiting ? "~" : "") + who + "[" +
              std::to_string(segment.from / k_ms) + "," + std::to_string(segment.to / k_ms) + ")";
    }
    return text;
  }
  int number(int32_t span) const { return session.spans[span].span.facts.span_id.bytes[7]; }
};

// Links of test spans; they must outlive the session.
struct Linked {
  std::deque<std::string> ids;
  std::deque<std::vector<RawLink>> links;
  std::deque<RawSpan> raws;

  void link(TestSession& test, int from, const std::vector<int>& to) {
    std::vector<RawLink>& list = links.emplace_back();
    for (const int target : to) {
      const SpanFacts& facts = test.at(target).span.facts;
      list.push_back({.trace_id = ids.emplace_back(facts.trace_id.view()),
                      .span_id = ids.emplace_back(facts.span_id.view()),
                      .trace_state = {},
                      .attributes = {}});
    }
    RawSpan& raw = raws.emplace_back();
    raw.links = list;
    test.at(from).raw = &raw;
  }
};

// Its pieces lie end to end and add up.
inline void expect_whole(const CriticalPath& path) {
  int64_t at = 0;
  int64_t outside = 0;
  for (const Segment& segment : path.segments) {
    EXPECT_EQ(segment.from, at);
    EXPECT_LT(segment.from, segment.to);
    EXPECT_EQ(segment.span < 0, segment.type == SegmentType::outside);
    outside += segment.type == SegmentType::outside ? segment.to - segment.from : 0;
    at = segment.to;
  }
  EXPECT_EQ(at, path.wall_ns);
  EXPECT_EQ(outside, path.outside_ns);
  EXPECT_EQ(std::accumulate(path.self_ns.begin(), path.self_ns.end(), outside), path.wall_ns);
}

}  // namespace strobe::analyze
