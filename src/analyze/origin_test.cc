#include "analyze/origin.h"

#include <gtest/gtest.h>

#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

// "3 echo": the span as the test session numbers it, and how; of the message whose only part says `text`.
std::string origin_of(const SessionView& session, std::string_view text) {
  const std::vector<Origin> origins = origins_of(session, shape_of(session));
  for (size_t i = 0; i < origins.size(); ++i) {
    const Part& part = session.contexts.messages[i].message.parts.front();
    if (part.text != text && part.payload.text != text) continue;
    for (int span = 1;; ++span) {
      const int32_t index = TestSession::index_of(session, span);
      if (index < 0) return "nobody";
      if (index == origins[i].span) return std::to_string(span) + " " + std::string(name_of(origins[i].how));
    }
  }
  return "no such message";
}

}  // namespace

TEST(Origin, OfAnswersResultsAndWhatAUserSaid) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int first = test.call(agent, 0, 10);
  test.sees(first, {"user: do it"});
  test.answers(first, {"assistant: @c1 read {\"path\":1}"});
  const int tool = test.tool(agent, 11, 15, "read");
  test.at(tool).span.facts.tool_call_id = "c1";
  const int second = test.call(agent, 20, 30);
  test.sees(second, {"user: do it", "assistant: @c1 read {\"path\":1}", "tool: @c1 found"});
  test.answers(second, {"assistant: done"});
  const SessionView session = test.build();
  EXPECT_EQ(origin_of(session, "be brief"), "2 first_seen");
  EXPECT_EQ(origin_of(session, "do it"), "2 first_seen");
  EXPECT_EQ(origin_of(session, "{\"path\":1}"), "2 exact");
  EXPECT_EQ(origin_of(session, "found"), "3 tool_call_id");
  EXPECT_EQ(origin_of(session, "done"), "4 exact");
}

TEST(Origin, AnEchoIsTheAnswerInOtherWords) {
  TestSession test;
  const int first = test.call(0, 0, 10);
  test.sees(first, {"user: hello"});
  test.answers(first, {"assistant: Good day. "});
  const int second = test.call(0, 20, 30);
  test.sees(second, {"user: hello", "assistant: Good day.", "user: and now"});
  test.answers(second, {"assistant: @ read {\"b\":1,\"a\":2}"});  // whose calls have no ids
  const int third = test.call(0, 40, 50);
  test.sees(third, {"user: hello", "assistant: Good day.", "user: and now", "assistant: @c7 read {\"a\":2,\"b\":1}"});
  const SessionView session = test.build();
  EXPECT_EQ(origin_of(session, "Good day."), "1 echo");
  EXPECT_EQ(origin_of(session, "{\"a\":2,\"b\":1}"), "2 echo");
}

TEST(Origin, AnotherLanesWordsAreNoEcho) {
  TestSession test;
  const int first = test.call(test.agent(0, 0, 10), 0, 10);
  test.sees(first, {"user: one"});
  test.answers(first, {"assistant: yes "});
  const int second = test.call(test.agent(0, 20, 30), 20, 30);
  test.sees(second, {"user: other", "assistant: yes"}, {"system: other"});
  EXPECT_EQ(origin_of(test.build(), "yes"), "4 first_seen");
}

TEST(Origin, WhoHadNotFinishedDidNotBringIt) {
  TestSession test;
  const int first = test.call(0, 0, 50);
  test.sees(first, {"user: one"});
  test.answers(first, {"assistant: yes"});
  const int second = test.call(0, 20, 30);
  test.sees(second, {"user: other", "assistant: yes"});
  EXPECT_EQ(origin_of(test.build(), "yes"), "2 first_seen");
}

TEST(Origin, IdsThatStartAgainBelongToTheLastCallOfTheLane) {
  TestSession test;
  const int first = test.call(0, 0, 10);
  test.sees(first, {"user: one"});
  test.at(test.tool(0, 11, 12, "a")).span.facts.tool_call_id = "0";
  const int second = test.call(0, 20, 30);
  test.sees(second, {"user: one", "tool: @0 first result"});
  test.at(test.tool(0, 31, 32, "b")).span.facts.tool_call_id = "0";
  const int third = test.call(0, 40, 50);
  test.sees(third, {"user: one", "tool: @0 first result", "tool: @0 second result"});
  const SessionView session = test.build();
  EXPECT_EQ(origin_of(session, "first result"), "2 tool_call_id");
  EXPECT_EQ(origin_of(session, "second result"), "4 tool_call_id");
}

}  // namespace strobe::analyze
