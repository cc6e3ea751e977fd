#include "view/answers/blame.h"

#include <gtest/gtest.h>

#include "analyze/test_session.h"
#include "json/parse.h"
#include "view/answers/rnix_traces.h"
#include "view/answers/run_profile.h"
#include "view/answers/verify.h"

namespace strobe::view {
namespace {

using analyze::TestSession;

// Sessions of a store have their raw spans.
SessionView built(TestSession& test) {
  static const RawSpan k_raw;
  SessionView session = test.build();
  for (SpanView& span : session.spans) {
    if (span.raw == nullptr) span.raw = &k_raw;
  }
  return session;
}

std::string text_of(const SessionView& session, const TextStyle& style = {}) {
  return blame_text(session, analyze::blame_of(session), {}, style);
}

std::string rnix_of(const SessionView& session) { return rnix_blame_json(session, analyze::blame_of(session)); }

bool is_json(std::string_view text) {
  Arena arena(4096);
  return json::parse(text, arena).has_value();
}

size_t count_of(std::string_view text, std::string_view what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(BlameText, AnEmptySessionHasNoBlame) {
  TestSession test;
  EXPECT_TRUE(text_of(built(test)).ends_with("No blame data available.\n"));
}

TEST(BlameText, AMessageOfTwoToolsIsNamedAfterOneCall) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.sees(test.call(agent, 0, 10), {"user: go"}, {});
  test.at(test.tool(agent, 10, 15, "read_file")).span.facts.tool_call_id = "a";
  const int tests = test.tool(agent, 15, 19, "run_tests");
  test.at(tests).span.facts.tool_call_id = "b";
  test.sees(test.call(agent, 20, 30), {"user: go", "tool: @a short"}, {});
  SessionView session = built(test);
  session.spans[TestSession::index_of(session, tests)].step = 7;
  for (ContextMessage& message : session.contexts.messages) {
    if (message.message.role != "tool") continue;
    message.message.parts.push_back(message.message.parts.front());
    message.message.parts.back().id = "b";
    message.message.parts.back().payload.text = "and a longer one";
  }
  analyze::Money money;
  const std::string text =
      blame_text(session, analyze::blame_of(session), analyze::carried_cost_of(session, money), {});
  EXPECT_EQ(count_of(text, "tool:run_tests and 1 other (step 7)"), 1u) << text;
}

TEST(BlameText, HostileNamesStayTextAndLinesFit) {
  TestSession test;
  const int agent = test.agent(0, 0, 100, "\x1b[2J\nevil\xff");
  test.fail(test.tool(agent, 10, 90, "\x1b]0;title\x07 with a very long name that goes on and on and on and on"),
            "\x1b[31m");
  const SessionView session = built(test);
  const TextStyle narrow{.width = 60};
  for (const std::string& text :
       {text_of(session, narrow), run_profile_text(session, analyze::run_profile_of(session), narrow),
        verify_text(session, analyze::verify(session), narrow)}) {
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\xff'), std::string::npos);
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at);
      EXPECT_LE(display_width(text.substr(at, end - at)), 60) << text.substr(at, end - at);
      at = end + 1;
    }
  }
  EXPECT_TRUE(is_json(rnix_of(session)));
  EXPECT_TRUE(is_json(blame_json(session, analyze::blame_of(session), {})));
  EXPECT_TRUE(is_json(verify_json(session, analyze::verify(session))));
}

TEST(BlameText, ChainsArePrintedFromTheLeafUp) {
  TestSession test;
  const int root = test.agent(0, 0, 100, "root");
  const int middle = test.agent(root, 10, 90, "middle");
  const int leaf = test.tool(middle, 20, 30, "leaf");
  test.fail(middle);
  test.fail(leaf);
  const std::string text = text_of(built(test), {.width = 0});
  const size_t leaf_at = text.find("✗ tool leaf");
  const size_t middle_at = text.find("✗ agent middle");
  const size_t root_at = text.find("↑ agent root");
  EXPECT_LT(leaf_at, middle_at);
  EXPECT_LT(middle_at, root_at);
  ASSERT_NE(root_at, std::string::npos);
  EXPECT_NE(text.substr(leaf_at, middle_at - leaf_at).find("[DEEPEST]"), std::string::npos);
  EXPECT_NE(text.substr(middle_at, root_at - middle_at).find("[ROOT CAUSE]"), std::string::npos);
}

TEST(RnixBlame, KeysStandInOrderAndEmptyListsAreNull) {
  TestSession test;
  test.agent(0, 0, 0, "moment");
  const std::string json = rnix_of(built(test));
  size_t at = 0;
  for (const char* key :
       {"\"trace_id\"", "\"critical_path\": null", "\"critical_duration_ms\": 0", "\"duration_hotspots\": null",
        "\"token_hotspots\": null", "\"error_chains\": null", "\"summary\"", "\"total_spans\": 1", "\"error_spans\": 0",
        "\"total_duration_ms\": 0", "\"total_tokens\": 0", "\"critical_path_pct\": 0"}) {
    const size_t found = json.find(key, at);
    ASSERT_NE(found, std::string::npos) << key << "\n" << json;
    at = found;
  }
}

TEST(RnixBlame, PercentagesAreNotRoundedAndMayExceedAHundred) {
  TestSession test;
  const int root = test.agent(0, 0, 10'000, "root");
  test.tool(root, 0, 7000, "slow");
  test.tool(root, 7000, 8000, "fast");
  const std::string json = rnix_of(built(test));
  EXPECT_NE(json.find("\"critical_duration_ms\": 17000"), std::string::npos);
  EXPECT_NE(json.find("\"critical_path_pct\": 170"), std::string::npos);
  TestSession thirds;
  thirds.tool(thirds.agent(0, 0, 300), 0, 100, "third");
  EXPECT_NE(rnix_of(built(thirds)).find("\"percentage\": 33.3333333"), std::string::npos);
}

TEST(RnixBlame, RootCauseIsTheTopmostFailure) {
  TestSession test;
  const int middle = test.agent(test.agent(0, 0, 100, "root"), 10, 90, "middle");
  test.fail(test.tool(middle, 20, 30, "leaf"), "timeout");
  test.fail(middle);
  const std::string json = rnix_of(built(test));
  const std::string cause = json.substr(json.find("\"root_cause\""));
  EXPECT_NE(cause.find("\"name\": \"middle\""), std::string::npos);
  EXPECT_NE(json.find("\"status\": \"timeout\""), std::string::npos);
  EXPECT_NE(json.find("\"error_spans\": 2"), std::string::npos);
}

TEST(RnixTree, OrphansAndOtherRootsStandBelowTheRootAndNothingIsLost) {
  TestSession test;
  const int root = test.agent(0, 0, 100, "root");
  test.tool(root, 10, 20, "child");
  test.tool(77, 30, 40, "orphan");
  test.agent(0, 50, 60, "second root");
  const std::string json = rnix_tree_json(built(test));
  EXPECT_TRUE(is_json(json));
  EXPECT_EQ(count_of(json, "\"span_id\""), 4u);
  EXPECT_EQ(count_of(json, "\"children\""), 1u);
  EXPECT_NE(json.find("\"total_spans\": 4"), std::string::npos);
}

TEST(RnixTree, CirclesAreCut) {
  TestSession test;
  test.agent(2, 0, 100, "a");
  test.agent(1, 10, 90, "b");
  const std::string json = rnix_tree_json(built(test));
  EXPECT_TRUE(is_json(json));
  EXPECT_EQ(count_of(json, "\"span_id\""), 2u);
}

TEST(RnixTree, WithoutSpansTheRootIsNull) {
  TestSession test;
  EXPECT_TRUE(rnix_tree_json(built(test)).starts_with("{\n  \"root\": null,\n  \"trace_id\": \"\""));
}

TEST(RnixTree, TellsPidsAndSyscallsWhereSpansDo) {
  TestSession test;
  const int root = test.agent(0, 0, 100, "root");
  const KeyValue attributes[] = {{"pid", Value::of_int64(7)}, {"syscall_count", Value::of_int64(42)}};
  RawSpan raw;
  raw.attributes = attributes;
  test.at(root).raw = &raw;
  const std::string json = rnix_tree_json(built(test));
  EXPECT_NE(json.find("\"pid\": 7"), std::string::npos);
  EXPECT_NE(json.find("\"syscall_count\": 42"), std::string::npos);
}

TEST(RnixTraces, EmptyAndNewestFirstAsGiven) {
  EXPECT_EQ(rnix_traces_json({}), "[]\n");
  TraceRow row;
  row.root_name = "root";
  row.spans = 3;
  row.start = {1'500'000'000};
  row.end = {4'000'000'000};
  const std::string json = rnix_traces_json(std::span(&row, 1));
  EXPECT_NE(json.find("\"span_count\": 3,\n    \"start_time_ms\": 1500,\n    \"total_duration_ms\": 2500,\n    "
                      "\"root_span_name\": \"root\""),
            std::string::npos)
      << json;
}

TEST(VerifyText, SaysOutLoudWhatIsMissing) {
  TestSession test;
  const int agent = test.agent(0, 0, 100, "root");
  test.call(agent, 10, 20);
  const SessionView session = built(test);
  const std::string text = verify_text(session, analyze::verify(session), {});
  EXPECT_NE(text.find("incomplete: nothing contradicts it"), std::string::npos);
  EXPECT_NE(text.find("gap   calls of which it is not known, or not all, what they saw: 1"), std::string::npos);
  EXPECT_NE(verify_text(session, analyze::verify(session), {.verbose = true}).find("✓ every span ended"),
            std::string::npos);
}

}  // namespace
}  // namespace strobe::view
