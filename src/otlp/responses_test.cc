#include <gtest/gtest.h>

#include "otlp/otlp.h"
#include "reference.pb.h"

namespace strobe::otlp {
namespace {

TEST(Responses, success_is_empty_in_both_encodings) {
  EXPECT_EQ(success_body(true), "{}");
  EXPECT_EQ(success_body(false), "");
}

TEST(Responses, partial_success_counts_what_was_rejected) {
  EXPECT_EQ(partial_success_body(Signal::traces, 3, "bad ids", true),
            R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"bad ids"}})");
  EXPECT_EQ(partial_success_body(Signal::logs, 1, "x", true),
            R"({"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"x"}})");
  EXPECT_EQ(partial_success_body(Signal::metrics, 1, "x", true),
            R"({"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"x"}})");
  reference::ExportResponse response;
  ASSERT_TRUE(response.ParseFromString(partial_success_body(Signal::traces, 3, "bad ids", false)));
  EXPECT_EQ(response.partial_success().rejected(), 3);
  EXPECT_EQ(response.partial_success().error_message(), "bad ids");
}

TEST(Responses, a_warning_rejects_nothing) {
  EXPECT_EQ(partial_success_body(Signal::traces, 0, "slow down", true),
            R"({"partialSuccess":{"errorMessage":"slow down"}})");
  reference::ExportResponse response;
  ASSERT_TRUE(response.ParseFromString(partial_success_body(Signal::traces, 0, "slow down", false)));
  EXPECT_EQ(response.partial_success().rejected(), 0);
  EXPECT_TRUE(response.has_partial_success());
}

TEST(Responses, an_error_is_a_google_rpc_status) {
  EXPECT_EQ(error_status_body(3, "no \"id\"", true), R"({"code":3,"message":"no \"id\""})");
  reference::RpcStatus status;
  ASSERT_TRUE(status.ParseFromString(error_status_body(3, "no id", false)));
  EXPECT_EQ(status.code(), 3);
  EXPECT_EQ(status.message(), "no id");
}

// libprotobuf refuses strings that are no UTF-8, and so do the clients.
TEST(Responses, messages_quoting_wrong_bytes_can_be_read) {
  reference::RpcStatus status;
  ASSERT_TRUE(status.ParseFromString(error_status_body(3, "é🙂 \xff\xc3 \xed\xa0\x80 \xe2\x82", false)));
  EXPECT_EQ(status.message(), "é🙂 ?? ??? ??");
}

}  // namespace
}  // namespace strobe::otlp
