#include "server/server.h"

#include <gtest/gtest.h>

#include "net/http.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::server {
namespace {

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    store_ = *store::open_sqlite({.path = ":memory:"});
    pipeline_ = std::make_unique<ingest::Pipeline>(*store_, ingest::PipelineOptions{.derive_delay_ms = 1});
    ServerOptions options;
    options.http.body_bytes_max = 4096;
    auto server = Server::start(options, *pipeline_);
    EXPECT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  ~ServerTest() override {
    server_->stop(0);
    pipeline_->stop();
  }

  net::ClientResponse send(std::string method, std::string target, std::string type, std::string body) {
    auto response = net::http_request({.method = std::move(method),
                                       .port = server_->port(),
                                       .target = std::move(target),
                                       .content_type = std::move(type),
                                       .body = std::move(body)});
    EXPECT_TRUE(response) << response.error().message;
    return response.value_or(net::ClientResponse{});
  }

  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
  std::unique_ptr<Server> server_;
};

constexpr char k_span[] =
    R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"a"}]}]}]})";

TEST_F(ServerTest, AnswersInTheRequestsOwnType) {
  const auto json = send("POST", "/v1/traces", "application/json", k_span);
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.content_type, "application/json");
  EXPECT_EQ(json.body, "{}");
  const auto protobuf = send("POST", "/v1/traces", "application/x-protobuf", "");
  EXPECT_EQ(protobuf.status, 200);
  EXPECT_EQ(protobuf.content_type, "application/x-protobuf");
  EXPECT_EQ(protobuf.body, "");
}

TEST_F(ServerTest, EveryRefusalHasItsStatus) {
  EXPECT_EQ(send("POST", "/v1/traces", "application/json", "{").status, 400);
  const auto bad = send("POST", "/v1/traces", "application/x-protobuf", "\xff\xff");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.content_type, "application/x-protobuf");
  EXPECT_EQ(bad.body.substr(0, 2), std::string("\x08\x03")) << "google.rpc.Status with INVALID_ARGUMENT";
  EXPECT_EQ(send("POST", "/v1/traces", "text/csv", "x").status, 415);
  EXPECT_EQ(send("POST", "/v1/traces", "application/json", std::string(5000, ' ')).status, 413);
  EXPECT_EQ(send("GET", "/v1/traces", "", "").status, 405);
  const auto lost = send("GET", "/nowhere", "", "");
  EXPECT_EQ(lost.status, 404);
  EXPECT_NE(lost.body.find("\"hint\""), std::string::npos);
}

TEST_F(ServerTest, SaysItIsWell) {
  EXPECT_EQ(send("GET", "/healthz", "", "").body, "ok\n");
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(server_->port()));
}

}  // namespace
}  // namespace strobe::server
