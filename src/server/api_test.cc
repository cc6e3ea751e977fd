#include "server/api.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>

#include "server/api_routes.h"
#include "server/server.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::server {
namespace {

using std::chrono::milliseconds;

// A server over a store in a file, so that readers have connections of their own.
class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    folder_ = testing::TempDir() + "/api_test_" + std::to_string(getpid()) + "_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directory(folder_);
    store_ = *store::open_sqlite({.path = path()});
    pipeline_ = std::make_unique<ingest::Pipeline>(*store_, ingest::PipelineOptions{.derive_delay_ms = 1});
  }
  ~ApiTest() override {
    if (server_) server_->stop(0);
    pipeline_->stop();
    server_.reset();
    pipeline_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return folder_ + "/strobe.db"; }
  Result<std::unique_ptr<store::Store>> open() const {
    return store::open_sqlite({.path = path(), .mode = store::OpenMode::read_only});
  }
  void start(ApiOptions api) {
    auto server = Server::start({.api = std::move(api), .version = "1.2.3", .store_path = path()}, *pipeline_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  void start() {
    start({.open_store = [this] { return open(); }});
  }

  net::ClientResponse send(std::string method, std::string target,
                           std::vector<std::pair<std::string, std::string>> headers = {}) {
    auto response = net::http_request({.method = std::move(method),
                                       .port = server_->port(),
                                       .target = std::move(target),
                                       .headers = std::move(headers)});
    EXPECT_TRUE(response) << response.error().message;
    return response.value_or(net::ClientResponse{});
  }
  net::ClientResponse get(std::string target) { return send("GET", std::move(target)); }
  int post_span(const std::string& attributes = "") {
    auto response = net::http_request(
        {.method = "POST",
         .port = server_->port(),
         .target = "/v1/traces",
         .content_type = "application/json",
         .body =
             R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708",)"
             R"("name":"a","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000005","attributes":[)" +
             attributes + "]}]}]}]}"});
    pipeline_->drain();
    return response ? response->status : 0;
  }

  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
  std::unique_ptr<Server> server_;
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_F(ApiTest, AnswersWhatWasRecorded) {
  start();
  ASSERT_EQ(post_span(), 200);
  const auto sessions = get("/api/sessions");
  EXPECT_EQ(sessions.status, 200) << sessions.body;
  EXPECT_EQ(sessions.content_type, "application/json");
  EXPECT_EQ(sessions.headers.at("cache-control"), "no-store");
  EXPECT_EQ(sessions.headers.at("x-content-type-options"), "nosniff");
  EXPECT_FALSE(sessions.headers.contains("access-control-allow-origin"));
  EXPECT_TRUE(holds(sessions.body, "0102030405060708090a0b0c0d0e0f10")) << sessions.body;
  const auto spans = get("/api/sessions/last/spans");
  EXPECT_TRUE(holds(spans.body, R"("span_id":"0102030405060708")")) << spans.body;
  EXPECT_TRUE(holds(spans.body, R"("next_cursor":null)")) << spans.body;
}

TEST_F(ApiTest, EveryErrorIsJson) {
  start();
  const std::vector<std::pair<std::string, int>> cases = {
      {"/api/nowhere", 404},
      {"/api", 404},
      {"/api/sessions?nobody=1", 400},
      {"/api/sessions?limit=1001", 400},
      {"/api/sessions/%zz", 400},
      {"/api/sessions/last", 404},
      {"/api/sessions?cursor=bad", 400},
      {"/api/sessions?since=never", 400},
      {"/api/contexts/" + std::string(64, 'a'), 404},
      {"/api/sessions/" + std::string(10'000, 'a'), 400},
      {"/api/search", 400},
  };
  for (const auto& [target, status] : cases) {
    const auto response = get(target);
    EXPECT_EQ(response.status, status) << target << ": " << response.body;
    EXPECT_EQ(response.content_type, "application/json") << target;
    EXPECT_TRUE(response.body.starts_with(R"({"error":{"code":")")) << target << ": " << response.body;
    EXPECT_TRUE(holds(response.body, R"("hint":)")) << target;
  }
}

TEST_F(ApiTest, IsOnlyRead) {
  start();
  for (const char* target : {"/api/sessions", "/metrics", "/healthz", "/api/openapi.json"}) {
    const auto response = send("POST", target);
    EXPECT_EQ(response.status, 405) << target;
    EXPECT_EQ(response.headers.at("allow"), "GET, HEAD") << target;
    const auto head = send("HEAD", target);
    EXPECT_EQ(head.status, 200) << target;
    EXPECT_EQ(head.body, "") << target;
    EXPECT_NE(head.headers.at("content-length"), "0") << target;
  }
}

TEST_F(ApiTest, AServerThatOnlyReceivesSaysSo) {
  start(ApiOptions{});
  const auto response = get("/api/sessions");
  EXPECT_EQ(response.status, 404);
  EXPECT_TRUE(holds(response.body, "only receives")) << response.body;
  EXPECT_EQ(get("/metrics").status, 200);
}

TEST_F(ApiTest, LongValuesAreReferredToAndHadOnDemand) {
  start();
  const std::string text(10'000, 'x');
  ASSERT_EQ(post_span(R"({"key":"a/b \"c\"\r\nX: y","value":{"stringValue":")" + text +
                      R"("}},{"key":"short","value":{"intValue":"9007199254740993"}})"),
            200);
  const auto spans = get("/api/sessions/last/spans");
  EXPECT_FALSE(holds(spans.body, text));
  EXPECT_TRUE(holds(spans.body, R"("bytes":10000)")) << spans.body;
  const std::string url = "/api/spans/0102030405060708090a0b0c0d0e0f10/0102030405060708/attributes/";
  EXPECT_TRUE(holds(spans.body, url)) << spans.body;
  EXPECT_EQ(get(url + "short").body, "\"9007199254740993\"");
  // Line breaks in a key never reach a header; here they do not even get in.
  EXPECT_EQ(get(url + "a%2Fb%20%22c%22%0D%0AX%3A%20y").status, 400);
  EXPECT_EQ(get(url + "nothing").status, 404);
}

TEST_F(ApiTest, AValueAsTextAndAsJson) {
  start();
  ASSERT_EQ(
      post_span(
          R"({"key":"k","value":{"stringValue":"<script>\u00e4"}},{"key":"group.0.a","value":{"boolValue":true}})"),
      200);
  const std::string url = "/api/spans/0102030405060708090a0b0c0d0e0f10/0102030405060708/attributes/";
  EXPECT_EQ(get(url + "k").body, "\"<script>\xC3\xA4\"");
  const auto text = send("GET", url + "k", {{"Accept", "text/plain"}});
  EXPECT_EQ(text.body, "<script>\xC3\xA4");
  EXPECT_EQ(text.content_type, "text/plain; charset=utf-8");
  EXPECT_TRUE(text.headers.at("content-disposition").starts_with("attachment"));
  EXPECT_EQ(text.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(get(url + "group").body, R"({"0.a":true})");
}

TEST_F(ApiTest, ReceivingGoesOnWhileReadersAreStuck) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  start({.open_store =
             [this, released] {
               released.wait();
               return open();
             },
         .readers = {.threads = 1, .waiting_max = 1}});
  auto stuck = std::async(std::launch::async, [&] { return get("/api/sessions").status; });
  auto waiting = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(milliseconds(100));
    return get("/api/sessions").status;
  });
  std::this_thread::sleep_for(milliseconds(300));
  const auto refused = get("/api/sessions");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(post_span(), 200);
  EXPECT_EQ(get("/healthz").status, 200);
  const auto metrics = get("/metrics");
  EXPECT_TRUE(holds(metrics.body, "strobe_api_refused_total 2\n")) << metrics.body;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << "nobody waits for a reader";
  release.set_value();
  EXPECT_EQ(stuck.get(), 200);
  EXPECT_EQ(waiting.get(), 200);
}

TEST_F(ApiTest, SpansComeInPages) {
  start();
  std::string spans;
  for (int i = 1; i <= 25; ++i) {
    const std::string digits = (i < 10 ? "0" : "") + std::to_string(i);
    spans += (i > 1 ? "," : "") +
             std::string(R"({"traceId":"0102030405060708090a0b0c0d0e0f10","name":"s","spanId":"01020304050607)") +
             digits + R"(","startTimeUnixNano":"17000000000000000)" + digits +
             R"(","endTimeUnixNano":"1700000000000000100"})";
  }
  const auto sent = net::http_request({.method = "POST",
                                       .port = server_->port(),
                                       .target = "/v1/traces",
                                       .content_type = "application/json",
                                       .body = R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans + "]}]}]}"});
  ASSERT_TRUE(sent && sent->status == 200);
  pipeline_->drain();
  std::string cursor;
  std::vector<std::string> seen;
  for (int page = 0; page < 10; ++page) {
    const auto response = get("/api/sessions/last/spans?limit=10" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(response.status, 200) << response.body;
    constexpr std::string_view k_id = "\"span_id\":\"";
    for (size_t at = response.body.find(k_id); at != std::string::npos; at = response.body.find(k_id, at + 1)) {
      seen.push_back(response.body.substr(at + k_id.size(), 16));
    }
    constexpr std::string_view k_next = "\"next_cursor\":\"";
    const size_t next = response.body.find(k_next);
    if (next == std::string::npos) break;
    const size_t begin = next + k_next.size();
    cursor = response.body.substr(begin, response.body.find('"', begin) - begin);
  }
  ASSERT_EQ(seen.size(), 25u);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
  EXPECT_TRUE(holds(get("/api/sessions/last/spans?to_unix_ns=1700000000000000003").body, "0102030405060702"));
  EXPECT_FALSE(holds(get("/api/sessions/last/spans?to_unix_ns=1700000000000000003").body, "0102030405060703"));
  EXPECT_FALSE(holds(get("/api/sessions/last/spans?from_unix_ns=1700000000000000100").body, "span_id"));
}

TEST_F(ApiTest, ABadCursorIsRefusedBeforeTheSessionIsWorkedOut) {
  start();
  ASSERT_EQ(post_span(), 200);
  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  const Figures figures;
  query::OutlineCache outlines(size_t{1} << 20);
  Arguments arguments;
  const auto ask = [&] { return list_spans({**store, arguments, "", TimeNs{1}, figures, outlines}); };
  ASSERT_TRUE(arguments.set({.name = "session", .description = ""}, "last"));
  ASSERT_TRUE(arguments.set({.name = "cursor", .description = ""}, "bad"));
  const auto refused = ask();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  EXPECT_EQ(outlines.bytes(), 0u);
  arguments = {};
  ASSERT_TRUE(arguments.set({.name = "session", .description = ""}, "last"));
  EXPECT_TRUE(ask());
  EXPECT_GT(outlines.bytes(), 0u);
}

}  // namespace
}  // namespace strobe::server
