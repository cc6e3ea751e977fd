#include "analyze/rules/told_calls.h"

#include <gtest/gtest.h>

#include "analyze/rules/rules_test_util.h"
#include "analyze/test_session.h"

namespace strobe::analyze {

namespace {

// An agent that calls a tool again and again, whose spans tell nothing but ids, and results perhaps: the conversation
// has it all.
SessionView told_by_conversation(const std::vector<std::pair<std::string, std::string>>& calls, bool has_own_ids,
                                 bool spans_tell_results = false) {
  TestSession test;
  const int agent = test.agent(0, 0, 100'000);
  std::vector<std::string> messages = {"user: go"};
  int64_t at = 0;
  for (const auto& [arguments, result] : calls) {
    const std::string id = has_own_ids ? "t" + std::to_string(at) : "t";
    const int call = test.call(agent, at, at + 5);
    test.sees(call, messages);
    const std::string answer = "assistant: @" + id + " read_file " + arguments;
    test.answers(call, {answer});
    const int tool = test.tool(agent, at + 6, at + 9, "read_file", "", spans_tell_results ? result : "");
    test.at(tool).span.facts.tool_call_id = id;
    messages.push_back(answer);
    messages.push_back("tool: @" + id + " " + result);
    at += 10;
  }
  test.sees(test.call(agent, at, at + 5), messages);
  return test.build();
}

std::string text_of(const std::vector<ToldCall>& told) {
  std::string text;
  for (const ToldCall& call : told) {
    text += std::string(call.arguments.data() == nullptr ? "?" : call.arguments) + " -> " +
            std::string(call.result.data() == nullptr ? "?" : call.result) + "\n";
  }
  return text;
}

}  // namespace

TEST(ToldCalls, ComeFromTheConversationWhereSpansWithholdThem) {
  const SessionView session = told_by_conversation({{"{\"path\":1}", "one"}, {"{\"path\":2}", "two"}}, true);
  EXPECT_EQ(text_of(told_calls(session, shape_of(session))), "{\"path\":1} -> one\n{\"path\":2} -> two\n");
}

TEST(ToldCalls, IdsThatSeveralCallsShareTellNothing) {
  const SessionView session = told_by_conversation({{"{\"path\":1}", "one"}, {"{\"path\":2}", "two"}}, false);
  EXPECT_EQ(text_of(told_calls(session, shape_of(session))), "? -> ?\n? -> ?\n");
}

TEST(ToldCalls, AResultThatWasChangedLaterTellsNothing) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int tool = test.tool(agent, 6, 9, "read_file");
  test.at(tool).span.facts.tool_call_id = "t";
  test.sees(test.call(agent, 10, 15), {"assistant: @t read_file {}", "tool: @t one"});
  test.sees(test.call(agent, 20, 25), {"assistant: @t read_file {}", "tool: @t cleared"});
  const SessionView session = test.build();
  EXPECT_EQ(text_of(told_calls(session, shape_of(session))), "{} -> ?\n");
}

TEST(ToldCalls, ASpanWithAResultAloneLeavesTheArgumentsToTheConversation) {
  const std::vector<std::pair<std::string, std::string>> calls = {{"{\"path\":1}", "one"}, {"{\"path\":2}", "two"}};
  const SessionView own = told_by_conversation(calls, true, true);
  EXPECT_EQ(text_of(told_calls(own, shape_of(own))), "{\"path\":1} -> one\n{\"path\":2} -> two\n");
  const SessionView shared = told_by_conversation(calls, false, true);
  EXPECT_EQ(text_of(told_calls(shared, shape_of(shared))), "? -> one\n? -> two\n") << "asked for, nobody knows how";
  SessionView cut = told_by_conversation(calls, true, true);
  for (ContextMessage& message : cut.contexts.messages) message.message.state = ContentState::truncated;
  EXPECT_EQ(text_of(told_calls(cut, shape_of(cut))), "? -> one\n? -> two\n");
}

TEST(ToldCalls, ASpanWithAResultThatNoMessageAsksForHadNoArguments) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  for (const char* id : {"", "t"}) {
    test.at(test.tool(agent, 6, 9, "list_files", "", "none")).span.facts.tool_call_id = id;
  }
  test.sees(test.call(agent, 10, 15), {"user: go", "tool: @t none"});
  const SessionView session = test.build();
  EXPECT_EQ(text_of(told_calls(session, shape_of(session))), " -> none\n -> none\n");
}

TEST(ToldCalls, ASpanWithAResultThatIsAskedForInTwoWaysIsUnclear) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  test.at(test.tool(agent, 6, 9, "read_file", "", "one")).span.facts.tool_call_id = "t";
  test.sees(test.call(agent, 10, 15), {"assistant: @t read_file {\"path\":1}"});
  test.sees(test.call(agent, 20, 25), {"assistant: @t read_file {\"path\":2}"});
  const SessionView session = test.build();
  EXPECT_EQ(text_of(told_calls(session, shape_of(session))), "? -> one\n");
}

TEST(RedundantToolCalls, ManyFilesWithTheSameResultOnTheirSpansAreLow) {
  std::vector<std::pair<std::string, std::string>> calls;
  for (int i = 0; i < 5; ++i) calls.emplace_back("{\"path\":" + std::to_string(i) + "}", "ok");
  const SessionView session = told_by_conversation(calls, true, true);
  EXPECT_EQ(found(session, "redundant_tool_calls"), "[low] Tool \"read_file\" called 5 times\n");
  EXPECT_EQ(found(session, "doom_loop"), "");
}

TEST(RedundantToolCalls, ManyFilesWithArgumentsOnlyInTheConversationAreLow) {
  std::vector<std::pair<std::string, std::string>> calls;
  for (int i = 0; i < 5; ++i) calls.emplace_back("{\"path\":" + std::to_string(i) + "}", "text " + std::to_string(i));
  EXPECT_EQ(found(told_by_conversation(calls, true), "redundant_tool_calls"),
            "[low] Tool \"read_file\" called 5 times\n");
  EXPECT_EQ(found(told_by_conversation(calls, false), "redundant_tool_calls"),
            "[high] Tool \"read_file\" called 5 times\n")
      << "nobody knows";
}

TEST(DoomLoop, IsSeenWhereOnlyTheConversationTellsIt) {
  const std::vector<std::pair<std::string, std::string>> same(5, {"{\"path\":1}", "no such file"});
  EXPECT_EQ(found(told_by_conversation(same, true), "doom_loop"),
            "[high] Doom loop: \"read_file\" came back with the same result 5 times\n");
  std::vector<std::pair<std::string, std::string>> moves = same;
  for (size_t i = 0; i < moves.size(); ++i) moves[i].second = std::to_string(i) + "%";
  EXPECT_EQ(found(told_by_conversation(moves, true), "doom_loop"), "") << "polling";
}

}  // namespace strobe::analyze
