#include <gtest/gtest.h>

#include <vector>

#include "base/arena.h"
#include "dialect/dialect.h"

namespace strobe::dialect {
namespace {

// A span as importer/attocode makes it.
struct ImportedSpan {
  explicit ImportedSpan(std::string_view version) {
    scope.name = "attocode";
    scope.version = version;
  }
  NormalSpan normalised() {
    RawSpan raw;
    raw.scope = &scope;
    raw.trace_id = "0123456789abcdef";
    raw.span_id = "01234567";
    raw.attributes = attributes;
    return normalise(raw, {}, arena);
  }
  RawScope scope;
  std::vector<KeyValue> attributes;
  Arena arena;
};

std::vector<KeyValue> call() {
  return {{"gen_ai.operation.name", Value::of_string("chat")},
          {"gen_ai.request.model", Value::of_string("claude-sonnet-4")},
          {"gen_ai.usage.input_tokens", Value::of_int64(1000)},
          {"gen_ai.usage.output_tokens", Value::of_int64(20)},
          {"gen_ai.usage.cache_read.input_tokens", Value::of_int64(400)}};
}

TEST(AttocodeDialect, TheGenerationsCountTheirInputDifferently) {
  ImportedSpan typescript("typescript");
  typescript.attributes = call();
  const NormalSpan inclusive = typescript.normalised();
  EXPECT_EQ(inclusive.facts.dialect, "attocode");
  EXPECT_EQ(inclusive.facts.usage_rule, "attocode_inclusive");
  EXPECT_EQ(inclusive.facts.usage.input, 600);
  ImportedSpan python("python");
  python.attributes = call();
  const NormalSpan exclusive = python.normalised();
  EXPECT_EQ(exclusive.facts.usage_rule, "attocode_python_exclusive");
  EXPECT_EQ(exclusive.facts.usage.input, 1000);
  EXPECT_EQ(exclusive.facts.usage.cache_read, 400);
}

TEST(AttocodeDialect, WhatTheAgentsSpanSays) {
  ImportedSpan agent("typescript");
  agent.attributes = {{"gen_ai.operation.name", Value::of_string("invoke_agent")},
                      {"gen_ai.usage.input_tokens", Value::of_int64(5)},
                      {"attocode.cancelled", Value::of_bool(true)},
                      {"attocode.session_start_missing", Value::of_bool(true)}};
  const NormalSpan span = agent.normalised();
  EXPECT_EQ(span.facts.kind, Kind::agent);
  EXPECT_TRUE(span.facts.is_rollup);
  EXPECT_TRUE(span.facts.cancelled);
  EXPECT_EQ(span.facts.rank, SpanRank::synthetic);
}

TEST(AttocodeDialect, SideCallsAndPoints) {
  ImportedSpan side("typescript");
  side.attributes = call();
  EXPECT_FALSE(side.normalised().facts.is_side_call);
  side.attributes.push_back({"attocode.isSideCall", Value::of_bool(true)});
  EXPECT_TRUE(side.normalised().facts.is_side_call);
  ImportedSpan point("python");
  point.attributes = {{"attocode.model", Value::of_string("claude")}, {"attocode.tokens", Value::of_int64(7)}};
  EXPECT_EQ(point.normalised().facts.kind, Kind::span);
  EXPECT_FALSE(point.normalised().facts.has_usage);
}

}  // namespace
}  // namespace strobe::dialect
