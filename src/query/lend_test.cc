#include "query/lend.h"

#include <gtest/gtest.h>

namespace strobe::query {
namespace {

SpanId id(uint8_t n) {
  SpanId span_id;
  span_id.bytes[7] = n;
  return span_id;
}

// A tool call (span 1) and recordings of it from span 2 on, each a moment shorter and failed in the protocol's way.
SessionFrame frame_with(size_t recordings) {
  SessionFrame frame;
  for (size_t i = 0; i <= recordings; ++i) {
    store::StoredSpan& span = frame.spans.emplace_back();
    span.facts.span_id = id(static_cast<uint8_t>(i + 1));
    span.facts.kind = Kind::tool;
    span.facts.start = {static_cast<int64_t>(10 + i)};
    span.facts.end = {static_cast<int64_t>(1000 - i)};
    derive::Place& place = frame.places.emplace_back();
    if (i == 0) continue;
    span.facts.status = SpanStatus::error;
    span.facts.error_type = "tool_error";
    place.duplicate_of = id(1);
    place.duplicate_how = SameCall::nested;
  }
  return frame;
}

SpanStatus status_after_lending(SessionFrame frame) {
  lend_failures(recordings_of_tools(frame), frame);
  return frame.spans[0].facts.status;
}

TEST(LendFailures, AToolCallFailsAsTheProtocolsCallWithinIt) {
  SessionFrame frame = frame_with(2);
  lend_failures(recordings_of_tools(frame), frame);
  EXPECT_EQ(frame.spans[0].facts.status, SpanStatus::error);
  EXPECT_EQ(frame.spans[0].facts.error_type, "tool_error");
}

TEST(LendFailures, WhatItSaysItselfCountsAndSoDoesASecondAttempt) {
  SessionFrame said = frame_with(1);
  said.spans[0].facts.status = SpanStatus::ok;
  EXPECT_EQ(status_after_lending(said), SpanStatus::ok);
  SessionFrame attempts = frame_with(2);
  attempts.spans[1].facts.end = {500};
  attempts.spans[2].facts.status = SpanStatus::ok;
  EXPECT_EQ(status_after_lending(attempts), SpanStatus::unset);
  SessionFrame crashed = frame_with(1);
  crashed.spans[1].facts.error_type = "TimeoutError";
  EXPECT_EQ(status_after_lending(crashed), SpanStatus::unset) << "the agent may well have dealt with it";
  SessionFrame stranger = frame_with(1);
  stranger.places[1].duplicate_of = id(9);
  EXPECT_EQ(status_after_lending(stranger), SpanStatus::unset);
}

TEST(LendFailures, AThousandRecordingsLendNoMoreThanAFew) {
  EXPECT_LE(recordings_of_tools(frame_with(200))[0].size(), 8u);
}

TEST(LendContent, OnlyWhatIsMissing) {
  const Payload own{.text = "own"}, other{.text = "other"};
  SpanView speaker, recording;
  recording.span.tool = ToolCall{.name = "t", .call_id = {}, .arguments = other, .result = other};
  EXPECT_TRUE(lacks_content(speaker));
  speaker.span.tool = ToolCall{.name = "t", .call_id = {}, .arguments = own, .result = {}};
  EXPECT_TRUE(lacks_content(speaker));
  lend_content(recording, speaker);
  EXPECT_EQ(speaker.span.tool->arguments->text, "own");
  EXPECT_EQ(speaker.span.tool->result->text, "other");
  EXPECT_FALSE(lacks_content(speaker));
}

}  // namespace
}  // namespace strobe::query
