#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

using testing::IsEmpty;

// Every fact in one text, to compare two readings of a span.
std::string all_facts(const SpanFacts& f) {
  std::string out;
  for (const std::string& text :
       {f.trace_id.hex(), f.span_id.hex(), f.parent_span_id.hex(), f.name, f.service, f.scope, f.dialect, f.session_key,
        f.session_namespace, f.run_id, f.agent, f.model, f.provider, f.tool_name, f.tool_call_id, f.response_id,
        f.error_type, shown(f.usage), f.usage_rule}) {
    out += text + "|";
  }
  for (const auto& id : f.requested_tool_call_ids) out += id + ",";
  for (const int64_t number :
       {f.start.ns, f.end.ns, int64_t(f.kind), int64_t(f.rank), int64_t(f.status), int64_t(f.has_usage),
        int64_t(f.is_rollup), int64_t(f.cost_kind), f.cost_pico_usd, int64_t(f.basis), f.ttft ? f.ttft->ns : -1,
        int64_t(f.exit_code), int64_t(f.cancelled)}) {
    out += std::to_string(number) + "|";
  }
  return out;
}

TEST(Fallback, NeverCountsUsage) {
  TestSpan span("GET /users", "opentelemetry.instrumentation.requests");
  span.with("input_tokens", 5).with("http.method", "GET").with("llm.token_count.prompt", 5);
  span.with("gen_ai.usage.input_tokens", 5).with("session.id", "s1").status(2).exception("IOError");
  const auto normal = span.normalised();
  EXPECT_EQ(normal.facts.dialect, "fallback");
  EXPECT_EQ(normal.facts.kind, Kind::span);
  EXPECT_FALSE(normal.facts.has_usage);
  EXPECT_EQ(normal.facts.cost_kind, CostKind::unpriced);
  EXPECT_EQ(normal.facts.session_key, "s1");
  EXPECT_EQ(normal.facts.error_type, "IOError");
  EXPECT_EQ(normal.facts.basis, ContextBasis::none);
  EXPECT_THAT(normal.content, IsEmpty());
}

TEST(StrobeRun, ReadsItsOwnSpan) {
  TestSpan span("run", "strobe");
  span.with("strobe.run.command", "python agent.py").with("process.exit.code", 3);
  span.with("strobe.run.cancelled", Value::of_bool(true)).resource("strobe.run.id", "r1");
  const auto facts = span.normalised().facts;
  EXPECT_EQ(facts.kind, Kind::run);
  EXPECT_EQ(facts.name, "python agent.py");
  EXPECT_EQ(facts.exit_code, 3);
  EXPECT_TRUE(facts.cancelled);
  EXPECT_EQ(facts.run_id, "r1");
  TestSpan foreign("run", "other");
  foreign.with("strobe.run.command", "x");
  EXPECT_EQ(foreign.normalised().facts.kind, Kind::span);
}

TEST(Normalise, IdsOfWrongLengthAreZero) {
  TestSpan span("x");
  RawSpan raw = span.raw();
  raw.trace_id = "short";
  raw.parent_span_id = "much too long to be one";
  const auto facts = normalise(raw, {}, span.arena()).facts;
  EXPECT_TRUE(facts.trace_id.is_zero());
  EXPECT_TRUE(facts.parent_span_id.is_zero());
}

TEST(Normalise, ResourceAndScopeMayBeMissing) {
  Arena arena;
  RawSpan raw;
  EXPECT_EQ(normalise(raw, {}, arena).facts.dialect, "fallback");
}

TEST(Normalise, SpanSessionComesBeforeResourceSession) {
  TestSpan span("x");
  span.resource("session.id", "from resource");
  EXPECT_EQ(span.normalised().facts.session_key, "from resource");
  span.with("session.id", "from span");
  EXPECT_EQ(span.normalised().facts.session_key, "from span");
}

TEST(Normalise, PlaceholdersArePending) {
  TestSpan span("x");
  span.with("logfire.span_type", "pending_span");
  EXPECT_EQ(span.normalised().facts.rank, SpanRank::pending);
}

TEST(Normalise, ContentThatWasNotFetchedChangesNoFact) {
  const auto otel = [](bool stored) {
    TestSpan span("chat");
    span.with("gen_ai.operation.name", "chat").with("gen_ai.usage.input_tokens", 3);
    for (const char* key : {"gen_ai.input.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions"}) {
      stored ? span.with_stored(key) : span.with(key, R"([{"role":"user","parts":[]}])");
    }
    span.with("gen_ai.output.messages", R"([{"role":"assistant","parts":[{"type":"tool_call","id":"c"}]}])");
    const auto normal = span.normalised();
    EXPECT_EQ(normal.content.size(), 3u);
    return all_facts(normal.facts);
  };
  EXPECT_EQ(otel(true), otel(false));

  const auto vercel = [](bool stored) {
    TestSpan span("ai.generateText.doGenerate", "ai");
    span.with("ai.operationId", "ai.generateText.doGenerate");
    for (const char* key : {"ai.prompt.messages", "ai.prompt.tools", "ai.prompt"}) {
      stored ? span.with_stored(key) : span.with(key, R"([{"role":"user","content":"hi"}])");
    }
    const auto normal = span.normalised();
    EXPECT_EQ(normal.content.size(), 2u);
    return all_facts(normal.facts);
  };
  EXPECT_EQ(vercel(true), vercel(false));

  const auto openinference = [](bool stored) {
    TestSpan span("ChatCompletion");
    span.with("openinference.span.kind", "LLM");
    if (stored) {
      span.with_stored("llm.input_messages").with_stored("llm.tools").with_stored("input.value");
    } else {
      span.with("llm.input_messages.0.message.role", "user").with("llm.tools.0.tool.json_schema", "{}");
      span.with("input.value", R"({"messages":[]})");
    }
    const auto normal = span.normalised();
    EXPECT_EQ(normal.content.size(), 2u);
    return all_facts(normal.facts);
  };
  EXPECT_EQ(openinference(true), openinference(false));
}

}  // namespace
}  // namespace strobe::dialect
