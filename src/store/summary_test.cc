#include "store/summary.h"

#include <gtest/gtest.h>

namespace strobe::store {
namespace {

SessionPart part_at(int64_t start, uint8_t trace) {
  SessionPart part;
  part.trace_id.bytes[0] = trace;
  part.start = {start};
  part.end = {start + 10};
  part.spans = 2;
  part.has_ended_root = true;
  part.root_status = SpanStatus::ok;
  return part;
}

TEST(Summary, AddsPartsUpInAnyOrder) {
  SessionPart first = part_at(100, 2);
  first.task = "first task";
  first.models = {"b", "a"};
  first.cost.add(CostKind::reported, 40);
  first.usage.input = 5;
  SessionPart second = part_at(200, 1);
  second.agent = "coder";
  second.task = "second task";
  second.models = {"b"};
  second.cost.add(CostKind::unpriced, 0);
  second.usage.input = 7;
  second.root_status = SpanStatus::error;
  for (const auto& parts : {std::vector{first, second}, std::vector{second, first}}) {
    const auto row = summarise(parts);
    EXPECT_EQ(row.summary.start.ns, 100);
    EXPECT_EQ(row.summary.end.ns, 210);
    EXPECT_EQ(row.summary.task, "first task");
    EXPECT_EQ(row.summary.agent, "coder");
    EXPECT_EQ(row.summary.models, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(row.summary.usage.input, 12);
    EXPECT_EQ(row.summary.spans, 4);
    EXPECT_EQ(row.summary.cost_kind, CostKind::partial);
    EXPECT_EQ(row.summary.cost_pico_usd, 40);
    EXPECT_EQ(row.summary.traces.size(), 2u);
    EXPECT_EQ(row.root_status, SpanStatus::error);
    EXPECT_TRUE(row.all_roots_ended);
  }
}

TEST(Summary, StatusFollowsTheClockOnlyWhileASessionIsOpen) {
  Store::SessionRow row;
  row.heard_of = {1000};
  EXPECT_EQ(status_of(row, {1000 + k_silence_max.ns}), SessionStatus::running);
  EXPECT_EQ(status_of(row, {1001 + k_silence_max.ns}), SessionStatus::unknown);
  EXPECT_EQ(status_of(row, {0}), SessionStatus::running);
  row.all_roots_ended = true;
  EXPECT_EQ(status_of(row, {1000}), SessionStatus::ok);
  row.root_status = SpanStatus::error;
  EXPECT_EQ(status_of(row, {1000}), SessionStatus::error);
  row.cancelled = true;
  EXPECT_EQ(status_of(row, {1000}), SessionStatus::cancelled);
}

}  // namespace
}  // namespace strobe::store
