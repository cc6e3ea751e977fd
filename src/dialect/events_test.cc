#include "dialect/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/dialect.h"
#include "dialect/told_test_util.h"

namespace strobe::dialect {
namespace {

using testing::ElementsAre;

TEST(Events, WhereTheNameOfALogRecordStands) {
  Arena arena;
  RawLog log;
  EXPECT_EQ(event_name_of(log), "");
  log.body = value_of(R"({"event.name":"in a body's member"})", arena);
  EXPECT_EQ(event_name_of(log), "in a body's member");
  log.body = Value::of_string("gen_ai.choice");
  EXPECT_EQ(event_name_of(log), "gen_ai.choice");
  log.body = Value::of_string("gen_ai. is the prefix of these attributes");
  EXPECT_EQ(event_name_of(log), "");
  log.attributes = value_of(R"({"event.name":"in an attribute"})", arena).as_kvlist();
  EXPECT_EQ(event_name_of(log), "in an attribute");
  log.attributes = value_of(R"({"event.name":7})", arena).as_kvlist();
  EXPECT_EQ(event_name_of(log), "");
  log.event_name = "in its field";
  EXPECT_EQ(event_name_of(log), "in its field");
}

TEST(Events, OnlyRecordsOfThisVocabularyThatNameASpanTellOfIt) {
  RawLog log;
  log.event_name = "gen_ai.choice";
  EXPECT_FALSE(tells_of_span(log));
  log.trace_id = "0123456789abcdef";
  log.span_id = "01234567";
  EXPECT_TRUE(tells_of_span(log));
  log.event_name = "http.request";
  EXPECT_FALSE(tells_of_span(log));
  log.event_name = "gen_ai.choice";
  log.span_id = "0123";
  EXPECT_FALSE(tells_of_span(log));
}

TEST(Events, ByTimeAndAtOneMomentAsAConversationOpens) {
  TestSpan span("x");
  const auto event = [&](std::string_view name, uint64_t time) { span.event(name, time); };
  event("second", 20);
  event("first", 10);
  event("third", 20);
  event("", 5);
  std::vector<RawLog> logs(4);
  logs[0].event_name = "gen_ai.choice";
  logs[1].event_name = "gen_ai.user.message";
  logs[2].event_name = "gen_ai.system.message";
  for (RawLog& log : logs) log.observed_time_unix_nano = 15;
  logs[3].event_name = "gen_ai.tool.message";
  logs[3].time_unix_nano = 12;
  logs[3].observed_time_unix_nano = 99;
  std::vector<std::string_view> names;
  for (const Told& told : told_of(span.raw(), logs)) names.push_back(told.name);
  EXPECT_THAT(names, ElementsAre("first", "gen_ai.tool.message", "gen_ai.system.message", "gen_ai.user.message",
                                 "gen_ai.choice", "second", "third"));
}

TEST(Events, MessageListsOfALogAreItsContent) {
  Arena arena;
  RawLog log;
  log.attributes = value_of(R"({"gen_ai.input.messages":[{"role":"user"}],"gen_ai.system_instructions":"Be brief.",
      "gen_ai.output.messages":7,"gen_ai.usage.input_tokens":5})",
                            arena)
                       .as_kvlist();
  const auto content = content_of(log);
  ASSERT_EQ(content.size(), 2u);
  EXPECT_EQ(content[0].shape, ContentShape::whole);
  EXPECT_EQ(content[1].shape, ContentShape::value_array);
  EXPECT_EQ(content[1].value, find_attribute(log.attributes, "gen_ai.input.messages"));
}

}  // namespace
}  // namespace strobe::dialect
