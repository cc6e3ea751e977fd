#include "analyze/shape.h"

#include <gtest/gtest.h>

#include "analyze/test_session.h"

namespace strobe::analyze {

TEST(Shape, ToolsBelongToTheCallThatAskedForThem) {
  TestSession test;
  const int agent = test.agent(0, 0, 100);
  const int first = test.call(agent, 0, 10);
  const int read = test.tool(agent, 11, 20, "read_file");
  const int inner = test.agent(agent, 21, 50, "researcher");
  const int second = test.call(inner, 22, 30);
  const SessionView session = test.build();
  const Shape shape = shape_of(session);
  const auto at = [&](int span) { return TestSession::index_of(session, span); };
  ASSERT_EQ(shape.steps.size(), 2u);
  EXPECT_EQ(shape.steps[0].call, at(first));
  EXPECT_EQ(shape.steps[0].tools, std::vector{at(read)});
  EXPECT_EQ(shape.steps[0].agent, at(agent));
  EXPECT_EQ(shape.steps[1].agent, at(inner));
  EXPECT_EQ(shape.call_of[at(read)], at(first));
  EXPECT_EQ(shape.agent_of[at(second)], at(inner));
  EXPECT_EQ(shape.agent_of[at(agent)], -1);
}

}  // namespace strobe::analyze
