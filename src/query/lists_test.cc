#include "query/lists.h"

#include <gtest/gtest.h>

namespace strobe::query {
namespace {

TEST(Cursor, ComesBackAsItWent) {
  store::SessionCursor cursor{.start = {-17}, .id = {}};
  cursor.id.bytes.fill(0xab);
  const std::string text = encode_cursor(cursor);
  EXPECT_EQ(text, "s-17.abababababababababababababababab");
  const auto back = decode_session_cursor(text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->start, cursor.start);
  EXPECT_EQ(back->id, cursor.id);
  const store::TraceFilter::Cursor trace{.start = {5}, .id = {}};
  EXPECT_EQ(decode_trace_cursor(encode_cursor(trace))->start.ns, 5);
}

TEST(Cursor, OfAnotherListOrMadeUpIsRefused) {
  const std::string id(32, 'a');
  EXPECT_TRUE(decode_session_cursor("s1." + id));
  for (const std::string& text :
       {std::string(), std::string("s"), "t1." + id, "s1" + id, "s." + id, std::string("s1."), "s1." + id + "a",
        "s1x." + id, "s99999999999999999999." + id, "s1.zz" + id.substr(2)}) {
    const auto decoded = decode_session_cursor(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::invalid);
  }
}

TEST(StatsBy, NamesAreTheFive) {
  EXPECT_EQ(*stats_by_of("day"), StatsBy::day);
  EXPECT_EQ(*stats_by_of("model"), StatsBy::model);
  EXPECT_EQ(stats_by_of("week").error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace strobe::query
