#include "server/server.h"

#include <gtest/gtest.h>

#include <future>

#include <future>

#include "net/grpc_test_client.h"
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

constexpr char k_traces[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr char k_logs[] = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
constexpr char k_metrics[] = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

TEST_F(ServerTest, GrpcHasItsOwnWordsForTheSameAnswers) {
  net::GrpcTestClient client(server_->port());
  for (const char* method : {k_traces, k_logs, k_metrics}) {
    const auto empty = client.call(method, "");
    EXPECT_TRUE(empty.status.ok()) << method << empty.status.error_message();
    EXPECT_EQ(empty.body, "");
    EXPECT_EQ(client.call(method, "\xff\xff").status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_EQ(client.call("/opentelemetry.proto.collector.trace.v1.TraceService/Import", "").status.error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(client.call(k_traces, std::string(5000, ' ')).status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  // A span whose trace id is all zero is refused, alone: ResourceSpans{scope_spans{spans{trace_id, span_id}}}.
  const std::string span = "\x0a\x10" + std::string(16, '\0') + "\x12\x08" + std::string(8, '\0');
  const std::string request = "\x0a\x20\x12\x1e\x12\x1c" + span;
  const auto partial = client.call(k_traces, request);
  EXPECT_TRUE(partial.status.ok()) << partial.status.error_message();
  EXPECT_EQ(partial.body, send("POST", "/v1/traces", "application/x-protobuf", request).body);
  EXPECT_NE(partial.body, "") << "partial success says what was refused";
}

TEST(ServerOverload, AFullQueueTellsBothTransportsWhenToComeBack) {
  auto store = *store::open_sqlite({.path = ":memory:"});
  ingest::Pipeline pipeline(*store, {.queue_bytes_max = 1});
  auto server = *Server::start({}, pipeline);
  std::promise<void> held;
  std::promise<void> release;
  ingest::Submission slow;
  slow.batch.body = std::make_shared<const std::string>("what is being written");
  slow.done = [&](const Result<ingest::Acknowledgement>&) {
    held.set_value();
    release.get_future().wait();
  };
  ASSERT_TRUE(pipeline.submit(slow));
  held.get_future().wait();
  const auto refused = net::http_request({.method = "POST",
                                          .port = server->port(),
                                          .target = "/v1/traces",
                                          .content_type = "application/json",
                                          .body = k_span});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  const int seconds = std::stoi(refused->headers.at("retry-after"));
  EXPECT_TRUE(seconds >= 1 && seconds <= 30) << seconds;
  net::GrpcTestClient client(server->grpc_port() != 0 ? server->grpc_port() : server->port());
  const auto unavailable = client.call(k_traces, std::string("\x0a\x00", 2));
  EXPECT_EQ(unavailable.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_NE(unavailable.status.error_details().find("google.rpc.RetryInfo"), std::string::npos);
  release.set_value();
  server->stop(0);
  pipeline.stop();
  EXPECT_EQ(pipeline.stats().refused, 2u);
}

TEST_F(ServerTest, MetricsTellTheTransportsApart) {
  net::GrpcTestClient client(server_->port());
  client.call(k_traces, "");
  client.call("/no.Such/Method", "1234");
  const std::string text = send("GET", "/metrics", "", "").body;
  for (const char* line :
       {"strobe_grpc_calls_total{method=\"TraceService/Export\",status=\"OK\"} 1\n",
        "strobe_grpc_calls_total{method=\"other\",status=\"UNIMPLEMENTED\"} 1\n",
        "strobe_received_bytes_total{transport=\"grpc\"} 4\n", "strobe_received_bytes_total{transport=\"http\"} 0\n",
        "strobe_grpc_connections_total 1\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

// What is answered 503 or UNAVAILABLE clients send again; what is answered 500 or INTERNAL they drop.
TEST(FullQueueTest, IsToldInWordsThatClientsComeBackFor) {
  const auto store = *store::open_sqlite({.path = ":memory:"});
  ingest::Pipeline pipeline(*store, {.queue_bytes_max = 1});
  const auto server = *Server::start({}, pipeline);
  std::promise<void> held;
  std::promise<void> released;
  ingest::Submission submission;
  submission.batch.spans.reserve(1);  // so that it weighs something
  submission.done = [&](const Result<ingest::Acknowledgement>&) {
    held.set_value();
    released.get_future().wait();
  };
  ASSERT_TRUE(pipeline.submit(submission));
  held.get_future().wait();
  const auto answer = net::http_request({.method = "POST",
                                         .port = server->port(),
                                         .target = "/v1/traces",
                                         .content_type = "application/json",
                                         .headers = {},
                                         .body = k_span});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(answer->headers.contains("retry-after"));
  net::GrpcTestClient client(server->port());
  EXPECT_EQ(client.call(k_traces, "").status.error_code(), grpc::StatusCode::UNAVAILABLE);
  released.set_value();
  server->stop(0);
  pipeline.stop();
}

TEST_F(ServerTest, SaysItIsWell) {
  EXPECT_EQ(send("GET", "/healthz", "", "").body, "ok\n");
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(server_->port()));
}

}  // namespace
}  // namespace strobe::server
