#include "query/session_health.h"

#include <gtest/gtest.h>

#include <array>

namespace strobe::query {
namespace {

SpanId span_id(uint8_t number) {
  SpanId id;
  id.bytes.back() = number;
  return id;
}

TraceId trace_id(uint8_t number) {
  TraceId id;
  id.bytes.back() = number;
  return id;
}

// A span that is well; `parent` 0: a root.
SpanView span(uint8_t number, uint8_t parent = 0, uint8_t trace = 1) {
  SpanView view;
  view.span.facts.trace_id = trace_id(trace);
  view.span.facts.span_id = span_id(number);
  view.span.facts.parent_span_id = span_id(parent);
  view.span.facts.start = {100};
  view.span.facts.end = {200};
  return view;
}

SessionHealth health_of(std::vector<SpanView> spans) {
  SessionView view;
  view.spans = std::move(spans);
  return session_health(view);
}

TEST(SessionHealthTest, NothingIsMissingInAWholeSession) {
  EXPECT_TRUE(health_of({}).is_whole());
  const SessionHealth health = health_of({span(1), span(2, 1), span(3, 2)});
  EXPECT_TRUE(health.is_whole());
  EXPECT_EQ(health.in_cycles + health.orphans + health.never_ended + health.ends_before_start, 0);
}

TEST(SessionHealthTest, OrphansAreCounted) {
  SpanView orphan = span(2, 9);
  orphan.parent_missing = true;
  const SessionHealth health = health_of({span(1), orphan});
  EXPECT_EQ(health.orphans, 1);
  EXPECT_EQ(health.in_cycles, 0);
  EXPECT_FALSE(health.is_whole());
}

TEST(SessionHealthTest, OnlyTheMembersOfACycleAreInIt) {
  EXPECT_EQ(health_of({span(1, 1)}).in_cycles, 1) << "its own parent";
  EXPECT_EQ(health_of({span(1, 2), span(2, 1)}).in_cycles, 2);
  const SessionHealth health = health_of({span(1, 3), span(2, 1), span(3, 2), span(4, 1), span(5, 4), span(6)});
  EXPECT_EQ(health.in_cycles, 3) << "what hangs below a cycle is not in it";
  EXPECT_FALSE(health.is_whole());
  EXPECT_EQ(health_of({span(5, 4), span(4, 1), span(1, 2), span(2, 1)}).in_cycles, 2) << "met from below";
  EXPECT_EQ(health_of({span(1, 1), span(2, 3), span(3, 2)}).in_cycles, 3) << "two cycles";
}

TEST(SessionHealthTest, TheSameSpanIdInAnotherTraceIsAnotherSpan) {
  EXPECT_EQ(health_of({span(1, 2, 1), span(2, 1, 2)}).in_cycles, 0);
}

TEST(SessionHealthTest, ALongChainIsWalkedOnce) {
  std::vector<SpanView> spans;
  for (uint32_t number = 0; number < 50'000; ++number) {
    SpanView view = span(0);
    view.span.facts.span_id.bytes = {1,
                                     0,
                                     0,
                                     0,
                                     0,
                                     static_cast<uint8_t>(number >> 16),
                                     static_cast<uint8_t>(number >> 8),
                                     static_cast<uint8_t>(number)};
    if (!spans.empty()) view.span.facts.parent_span_id = spans.back().span.facts.span_id;
    spans.push_back(view);
  }
  spans.front().span.facts.parent_span_id = spans.back().span.facts.span_id;
  EXPECT_EQ(health_of(spans).in_cycles, 50'000);
}

TEST(SessionHealthTest, ClocksThatRanBackwardsAndSpansThatNeverEnded) {
  SpanView backwards = span(1);
  backwards.span.facts.end = {99};
  SpanView open = span(2);
  open.span.facts.end = {0};
  SpanView instant = span(3);
  instant.span.facts.end = instant.span.facts.start;
  const SessionHealth health = health_of({backwards, open, instant});
  EXPECT_EQ(health.ends_before_start, 1);
  EXPECT_EQ(health.never_ended, 1);
  EXPECT_FALSE(health.is_whole());
}

TEST(SessionHealthTest, WhatSdksDroppedAddsUp) {
  std::array<RawEvent, 1> events{};
  events[0].dropped_attributes_count = 2;
  std::array<RawLink, 1> links{};
  links[0].dropped_attributes_count = 3;
  RawSpan raw;
  raw.dropped_attributes_count = 10;
  raw.dropped_events_count = 4;
  raw.dropped_links_count = 5;
  raw.events = events;
  raw.links = links;
  SpanView dropped = span(1);
  dropped.raw = &raw;
  const SessionHealth health = health_of({dropped, dropped});
  EXPECT_EQ(health.dropped_attributes, 2 * (10 + 2 + 3));
  EXPECT_EQ(health.dropped_events, 2 * 4);
  EXPECT_EQ(health.dropped_links, 2 * 5);
  EXPECT_FALSE(health.is_whole());
}

TEST(SessionHealthTest, ContextsByWhatIsKnownOfThem) {
  std::vector<SpanView> spans;
  for (const auto basis : {ContextBasis::none, ContextBasis::complete, ContextBasis::truncated, ContextBasis::dropped,
                           ContextBasis::absent, ContextBasis::delta, ContextBasis::inferred}) {
    spans.push_back(span(static_cast<uint8_t>(spans.size() + 1)));
    spans.back().span.facts.basis = basis;
  }
  const SessionHealth health = health_of(spans);
  EXPECT_EQ(health.contexts_complete, 1);
  EXPECT_EQ(health.contexts_truncated, 1);
  EXPECT_EQ(health.contexts_dropped, 1);
  EXPECT_EQ(health.contexts_absent, 1);
  EXPECT_EQ(health.contexts_delta, 1);
  EXPECT_EQ(health.contexts_inferred, 1);
  EXPECT_FALSE(health.is_whole());
}

TEST(SessionHealthTest, CallsWithoutAPriceAreNoFaultOfTheRecord) {
  SpanView unpriced = span(1);
  unpriced.is_llm_call = true;
  SpanView priced = unpriced;
  priced.span.facts.span_id = span_id(2);
  priced.span.facts.cost_kind = CostKind::computed;
  const SessionHealth health = health_of({unpriced, priced, span(3)});
  EXPECT_EQ(health.unpriced_calls, 1);
  EXPECT_TRUE(health.is_whole());
}

}  // namespace
}  // namespace strobe::query
