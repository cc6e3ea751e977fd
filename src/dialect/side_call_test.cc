#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

bool is_side_call(std::string_view key, std::string_view name) {
  TestSpan span("chat m");
  span.with("gen_ai.operation.name", "chat").with("gen_ai.request.model", "m").with(key, name);
  return span.normalised().facts.is_side_call;
}

TEST(SideCall, AnyWordOfTheSendersNameTells) {
  EXPECT_TRUE(is_side_call("query_source", "generate_session_title"));
  EXPECT_TRUE(is_side_call("copilot_chat.debug_name", "summarizeConversationHistory"));
  EXPECT_TRUE(is_side_call("ai.telemetry.functionId", "chat-title"));
  EXPECT_TRUE(is_side_call("query_source", "auxiliary"));
  EXPECT_FALSE(is_side_call("query_source", "repl_main_thread"));
  EXPECT_FALSE(is_side_call("ai.telemetry.functionId", "entitle")) << "a word, not a part of one";
  EXPECT_FALSE(is_side_call("ai.telemetry.functionId", "subtitles-agent"));
  EXPECT_FALSE(is_side_call("some.other.key", "title")) << "nobody's name of a call";
}

TEST(SideCall, OnlyTheHiddenAgentsOfCodingAgentsAre) {
  EXPECT_TRUE(is_side_call("gen_ai.agent.name", "title"));
  EXPECT_FALSE(is_side_call("gen_ai.agent.name", "summarizer")) << "an agent like others";
}

TEST(SideCall, AToolIsNoneAndATextIsNoName) {
  TestSpan tool("execute_tool t");
  tool.with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", "t").with("query_source", "title");
  EXPECT_FALSE(tool.normalised().facts.is_side_call);
  EXPECT_FALSE(is_side_call("query_source", "title " + std::string(5000, 'x')));
}

}  // namespace
}  // namespace strobe::dialect
