#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "net/grpc_test_client.h"
#include "net/http.h"
#include "server/server.h"
#include "store/sqlite/sqlite_store.h"

// Everything at once on a store in a file: clients over HTTP and gRPC, some of whom hang up, the pipeline's thread, and
// readers. What the thread sanitizer is to look at; the counts at the end hold in every build.

namespace strobe::server {
namespace {

constexpr int k_senders_of_a_kind = 3;
constexpr int k_requests_each = 25;
constexpr char k_export[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

std::string field(int number, std::string_view bytes) {
  EXPECT_LT(bytes.size(), 128u) << "a length of one byte";
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + std::string(bytes);
}

// One span as OTLP protobuf: ResourceSpans{scope_spans{spans{trace_id, span_id, name}}}. Ids that no other has.
std::string protobuf_span(int sender, int request) {
  std::string trace(16, static_cast<char>(0x40 + sender));
  trace[0] = static_cast<char>(1 + request % 3);
  std::string id(8, static_cast<char>(0x40 + sender));
  id[0] = static_cast<char>(1 + request);
  return field(1, field(2, field(2, field(1, trace) + field(2, id) + field(5, "over gRPC"))));
}

// The same as JSON, with a text that the index takes.
std::string json_span(int sender, int request) {
  char ids[100];
  std::snprintf(ids, sizeof ids, R"("traceId":"%032x","spanId":"%016x")", 1 + sender * 10 + request % 3,
                1 + sender * 1000 + request);
  return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"over HTTP",)" + std::string(ids) +
         R"(,"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000005","attributes":[)" +
         R"({"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},)" +
         R"({"key":"gen_ai.prompt","value":{"stringValue":"which word is it"}}]}]}]}]})";
}

class ConcurrencyTest : public testing::Test {
 protected:
  ConcurrencyTest() : folder_(testing::TempDir() + "/concurrency_test_" + std::to_string(getpid())) {
    std::filesystem::create_directory(folder_);
    store_ = *store::open_sqlite({.path = folder_ + "/strobe.db"});
    pipeline_ = std::make_unique<ingest::Pipeline>(*store_, ingest::PipelineOptions{.derive_delay_ms = 1});
    ServerOptions options;
    options.api.open_store = [this] {
      return store::open_sqlite({.path = folder_ + "/strobe.db", .mode = store::OpenMode::read_only});
    };
    auto server = Server::start(std::move(options), *pipeline_);
    EXPECT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  ~ConcurrencyTest() override {
    server_->stop(0);
    pipeline_->stop();
    server_.reset();
    pipeline_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  int status_of(std::string method, std::string target, std::string body = {}) const {
    const auto response = net::http_request({.method = std::move(method),
                                             .port = server_->port(),
                                             .target = std::move(target),
                                             .content_type = "application/json",
                                             .body = std::move(body),
                                             .timeout_ms = 30'000});
    return response ? response->status : 0;
  }
  void send_http(int sender) {
    for (int request = 0; request < k_requests_each; ++request) {
      while (status_of("POST", "/v1/traces", json_span(sender, request)) == 503) {
      }
    }
  }
  void send_grpc(int sender) {
    net::GrpcTestClient client(server_->port());
    for (int request = 0; request < k_requests_each; ++request) {
      EXPECT_TRUE(client.call(k_export, protobuf_span(sender, request)).status.ok());
    }
  }
  // Clients that go before the answer comes: the answer finds nobody.
  void hang_up() const {
    for (int i = 0; i < k_requests_each; ++i) {
      (void)net::http_request({.method = "POST",
                               .port = server_->port(),
                               .target = "/v1/traces",
                               .content_type = "application/json",
                               .body = json_span(99, 1),
                               .timeout_ms = i % 3});
    }
  }
  void ask() {
    constexpr const char* k_questions[] = {"/api/sessions", "/api/stats",  "/api/search?q=word",
                                           "/api/traces",   "/api/health", "/metrics"};
    for (size_t i = 0; !are_sent_; ++i) {
      const char* question = k_questions[i % std::size(k_questions)];
      const int status = status_of("GET", question);
      EXPECT_TRUE(status == 200 || status == 503) << question << " " << status;
      ++answers_;
    }
  }

  const std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
  std::unique_ptr<Server> server_;
  std::atomic<bool> are_sent_ = false;
  std::atomic<int> answers_ = 0;
};

TEST_F(ConcurrencyTest, SendersAndReadersOverHttpAndGrpcAtOnce) {
  std::vector<std::thread> senders;
  for (int sender = 0; sender < k_senders_of_a_kind; ++sender) {
    senders.emplace_back([this, sender] { send_http(sender); });
    senders.emplace_back([this, sender] { send_grpc(sender); });
  }
  senders.emplace_back([this] { hang_up(); });
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) readers.emplace_back([this] { ask(); });
  for (std::thread& sender : senders) sender.join();
  are_sent_ = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(answers_, 0);
  server_->stop(1000);
  pipeline_->stop();
  const auto count = [&](const std::string& name) {
    const auto result = store_->query("SELECT count(*) FROM spans WHERE name = '" + name + "'", 10);
    return result ? result->rows[0][0].value_or("null") : result.error().message;
  };
  const int sent = k_senders_of_a_kind * k_requests_each;
  EXPECT_EQ(count("over gRPC"), std::to_string(sent));
  // One more may have come of those who hung up.
  const std::string over_http = count("over HTTP");
  EXPECT_TRUE(over_http == std::to_string(sent) || over_http == std::to_string(sent + 1)) << over_http;
}

}  // namespace
}  // namespace strobe::server
