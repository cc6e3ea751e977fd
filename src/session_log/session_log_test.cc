#include "session_log/session_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/clock.h"
#include "base/file.h"
#include "ingest/otlp_door.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/sqlite_store_class.h"

namespace strobe::session_log {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What came, came two hours ago.
class EarlierClock : public Clock {
 public:
  TimeNs now() const override { return {system_clock().now().ns - 2 * k_ns_per_hour}; }
  static constexpr int64_t k_ns_per_hour = 3600 * int64_t{1'000'000'000};
};

// Tells when a session is read, and waits.
class WatchedStore : public store::SqliteStore {
 public:
  using SqliteStore::SqliteStore;
  Result<std::vector<store::StoredSpan>> spans_of_session(const SessionId& id) override {
    if (on_read) on_read();
    return SqliteStore::spans_of_session(id);
  }
  std::function<void()> on_read;
};

class SessionLogs : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "session-logs-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto store = store::open_sqlite({.path = path("strobe.db"), .clock = &clock_});
    ASSERT_TRUE(store) << store.error().message;
    store_ = *std::move(store);
    pipeline_ = std::make_unique<ingest::Pipeline>(*store_, ingest::PipelineOptions{.derive_delay_ms = 1});
  }
  void TearDown() override {
    pipeline_.reset();
    store_.reset();
    fs::remove_all(folder_);
  }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  // A session of three calls. The second one's parent has not arrived, nor has the first one's: it may be a sub-agent.
  void send_session(int number) {
    std::string spans;
    for (int i = 1; i <= 3; ++i) {
      char text[600];
      std::snprintf(text, sizeof text,
                    R"(%s{"traceId":"%032x","spanId":"%016x","parentSpanId":"%016x","name":"chat m",)"
                    R"("startTimeUnixNano":"%d000000000","endTimeUnixNano":"%d500000000","attributes":[)"
                    R"({"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},)"
                    R"({"key":"gen_ai.request.model","value":{"stringValue":"m"}},)"
                    R"({"key":"gen_ai.conversation.id","value":{"stringValue":"session %d"}}]})",
                    i > 1 ? "," : "", number, i, i == 2 ? 91 : 90, 1'700'000'000 + i, 1'700'000'000 + i, number);
      spans += text;
    }
    std::promise<ingest::OtlpOutcome> outcome;
    const auto body =
        std::make_shared<const std::string>(R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans + "]}]}]}");
    receive_otlp({.encoding = ingest::Encoding::json, .body = body}, *pipeline_,
                 [&outcome](const ingest::OtlpAnswer& answer) { outcome.set_value(answer.outcome); });
    ASSERT_EQ(outcome.get_future().get(), ingest::OtlpOutcome::taken);
  }

  std::vector<SessionId> sessions() {
    pipeline_->drain();
    const auto store = store::open_sqlite({.path = path("strobe.db")});
    EXPECT_TRUE(store);
    const auto rows = (*store)->sessions({.filter = {}, .after = {}, .limit = 1000});
    EXPECT_TRUE(rows);
    std::vector<SessionId> ids;
    for (const auto& row : *rows) ids.push_back(row.summary.id);
    return ids;
  }

  // `on_read`: on the log's thread.
  std::unique_ptr<SessionLog> log(seconds look_back, std::function<void()> on_read = {}) const {
    SessionLogOptions options;
    options.folder = log_folder(path("logs"), SessionLogFormat::attocode);
    options.look_back = look_back;
    const auto open = [path = path("strobe.db"), on_read]() -> Result<std::unique_ptr<store::Store>> {
      const store::OpenOptions how{.path = path};
      auto store = std::make_unique<WatchedStore>(TRY(store::open_connection(path, store::OpenMode::read_only)), how);
      store->on_read = on_read;
      return store;
    };
    return std::make_unique<SessionLog>(open, std::move(options));
  }

  // Of all files, by name.
  std::map<std::string, std::string> written() const {
    std::map<std::string, std::string> texts;
    std::error_code error;
    for (fs::directory_iterator at(path("logs"), error), end; !error && at != end; at.increment(error)) {
      texts[at->path().string()] = *read_file(at->path().string());
    }
    return texts;
  }
  static int64_t requests_in(const std::string& text) {
    int64_t found = 0;
    for (size_t at = 0; (at = text.find("\"llm.request\"", at)) != std::string::npos; ++at) ++found;
    return found;
  }

  EarlierClock clock_;
  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
};

}  // namespace

TEST_F(SessionLogs, WhoEndsItWhileASessionIsReadGetsTheLastLinesToo) {
  send_session(1);
  const auto ids = sessions();
  ASSERT_EQ(ids.size(), 1u);
  std::promise<void> is_reading, goes_on;
  bool is_first = true;
  const auto log = this->log(seconds(0), [&] {
    if (!std::exchange(is_first, false)) return;
    is_reading.set_value();
    goes_on.get_future().wait();
  });
  log->note(ids);
  is_reading.get_future().wait();
  auto finished = std::async(std::launch::async, [&] { log->finish(seconds(10)); });
  EXPECT_EQ(finished.wait_for(milliseconds(100)), std::future_status::timeout);
  goes_on.set_value();
  finished.get();
  const auto files = written();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(requests_in(files.begin()->second), 3) << files.begin()->second;
  EXPECT_EQ(log->stats().lines, std::ranges::count(files.begin()->second, '\n'));
}

TEST_F(SessionLogs, MoreSessionsThanOpenFilesWaitNoLonger) {
  constexpr size_t k_sessions = k_log_files_max + 6;
  for (size_t i = 1; i <= k_sessions; ++i) send_session(static_cast<int>(i));
  const auto ids = sessions();
  ASSERT_EQ(ids.size(), k_sessions);
  const auto log = this->log(seconds(0));
  log->note(ids);
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  size_t whole = 0;
  while (whole < k_sessions && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(100));
    const auto files = written();
    whole = static_cast<size_t>(
        std::ranges::count_if(files, [](const auto& file) { return requests_in(file.second) == 3; }));
  }
  EXPECT_EQ(whole, k_sessions);
  EXPECT_EQ(log->stats().files, static_cast<int64_t>(k_sessions));
  log->finish(seconds(10));
}

TEST_F(SessionLogs, WhatAKilledOneLeftIsMendedHoweverMuchLater) {
  send_session(1);
  const auto ids = sessions();
  auto first = log(seconds(0));
  first->note(ids);
  first->finish(seconds(10));
  first.reset();  // its files are locked
  const auto whole = written();
  ASSERT_EQ(whole.size(), 1u);
  const auto& [file, text] = *whole.begin();
  ASSERT_EQ(requests_in(text), 3);
  fs::resize_file(file, text.size() * 2 / 3);
  const time_t two_hours_ago = ::time(nullptr) - 7200;
  const timespec times[] = {{.tv_sec = two_hours_ago, .tv_nsec = 0}, {.tv_sec = two_hours_ago, .tv_nsec = 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  log(std::chrono::minutes(10))->finish(seconds(10));
  EXPECT_EQ(requests_in(written()[file]), 3) << written()[file];
}

}  // namespace strobe::session_log
