#include "ingest/pipeline.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <set>

#include "ingest/otlp_door.h"
#include "otlp/otlp.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::ingest {
namespace {

std::shared_ptr<const std::string> shared(std::string body) {
  return std::make_shared<const std::string>(std::move(body));
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() { open({}); }

  void open(PipelineOptions options) {
    close();
    path_ = std::filesystem::temp_directory_path() / ("strobe_pipeline_" + std::to_string(::getpid()) + ".db");
    for (auto* opened : {&store_, &questions_}) {
      auto store = store::open_sqlite({.path = path_});
      EXPECT_TRUE(store) << store.error().message;
      *opened = *std::move(store);
    }
    options.verify = true;
    options.derive_delay_ms = 1;
    pipeline_ = std::make_unique<Pipeline>(*store_, options);
  }

  void close() {
    pipeline_.reset();
    store_.reset();
    questions_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  }
  ~PipelineTest() override { close(); }

  OtlpAnswer send(Signal signal, std::string body) {
    std::promise<OtlpAnswer> promise;
    receive_otlp({.signal = signal, .encoding = Encoding::json, .body = shared(std::move(body))}, *pipeline_,
                 [&promise](OtlpAnswer answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }
  std::string one(const std::string& sql) {
    pipeline_->drain();
    const auto result = questions_->query(sql, 10);
    EXPECT_TRUE(result) << result.error().message;
    return result && !result->rows.empty() ? result->rows[0][0].value_or("null") : "none";
  }

  // One of the store's counters.
  int64_t count_of(std::string_view name) {
    pipeline_->drain();
    const auto counts = questions_->counts();
    EXPECT_TRUE(counts);
    for (const store::Count& count : *counts) {
      if (count.name == name) return count.by;
    }
    return 0;
  }

  std::string path_;
  std::unique_ptr<store::Store> store_;      // the pipeline's
  std::unique_ptr<store::Store> questions_;  // ours: a store object belongs to one thread
  std::unique_ptr<Pipeline> pipeline_;
};

std::string trace_request(const std::string& span_id, const std::string& more = "") {
  return R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},"scopeSpans":[{"spans":[)"
         R"({"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":")" +
         span_id + R"(","name":"chat m","startTimeUnixNano":"1000","endTimeUnixNano":"2000")" + more + "}]}]}]}";
}

TEST_F(PipelineTest, WhatIsAcknowledgedIsStored) {
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000001")).outcome, OtlpOutcome::taken);
  EXPECT_EQ(one("SELECT count(*) FROM spans"), "1");
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000001")).outcome, OtlpOutcome::taken) << "a retry";
  EXPECT_EQ(one("SELECT count(*) FROM spans"), "1");
}

TEST_F(PipelineTest, SpansWithoutUsableIdsAreRefusedAndCounted) {
  const OtlpAnswer answer = send(Signal::traces, trace_request("0000000000000000"));
  EXPECT_EQ(answer.outcome, OtlpOutcome::taken);
  EXPECT_NE(answer.body.find("rejectedSpans"), std::string::npos) << answer.body;
  EXPECT_EQ(pipeline_->stats().rejected, 1u);
  EXPECT_EQ(count_of("spans.refused_bad_id"), 1);
}

// Messages as attributes of their own, in an order that nobody can rebuild from their numbers.
TEST_F(PipelineTest, ValuesThatCannotBeTakenApartAreCounted) {
  const auto with_messages = [](std::initializer_list<int> order) {
    std::string attributes = R"(,"attributes":[{"key":"openinference.span.kind","value":{"stringValue":"LLM"}})";
    for (const int number : order) {
      const std::string key = "llm.input_messages." + std::to_string(number) + ".message.";
      attributes += R"(,{"key":")" + key + R"(role","value":{"stringValue":"user"}},{"key":")" + key +
                    R"(content","value":{"stringValue":"question )" + std::to_string(number) + R"("}})";
    }
    return attributes + "]";
  };
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000001", with_messages({0, 1, 2, 3}))).outcome,
            OtlpOutcome::taken);
  EXPECT_EQ(count_of("values.kept_raw"), 0);
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000002", with_messages({2, 0, 3, 1}))).outcome,
            OtlpOutcome::taken);
  EXPECT_EQ(count_of("values.kept_raw"), 1);
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000003")).outcome, OtlpOutcome::taken);
  EXPECT_EQ(count_of("values.kept_raw"), 1) << "each batch adds its own";
}

TEST_F(PipelineTest, BadBytesAreTheClientsFault) {
  const OtlpAnswer answer = send(Signal::traces, "{\"resourceSpans\": [");
  EXPECT_EQ(answer.outcome, OtlpOutcome::bad_data);
  EXPECT_FALSE(answer.message.empty());
}

TEST_F(PipelineTest, LogsAndMetricsAreKeptOnce) {
  const std::string logs =
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","body":{"stringValue":"hi"},"eventName":"e"}]}]}]})";
  EXPECT_EQ(send(Signal::logs, logs).outcome, OtlpOutcome::taken);
  EXPECT_EQ(send(Signal::logs, logs).outcome, OtlpOutcome::taken);
  const std::string metrics =
      R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","sum":{"dataPoints":[{"timeUnixNano":"7","asInt":"3"},{"timeUnixNano":"8","asInt":"4"}]}}]}]}]})";
  EXPECT_EQ(send(Signal::metrics, metrics).outcome, OtlpOutcome::taken);
  EXPECT_EQ(send(Signal::metrics, metrics).outcome, OtlpOutcome::taken);
  EXPECT_EQ(one("SELECT count(*) FROM log"), "1");
  EXPECT_EQ(one("SELECT count(*) FROM metric_point"), "2");
}

constexpr const char* k_failed_status = R"(,"status":{"code":2,"message":"the quiet needle"})";

TEST_F(PipelineTest, TextsAreIndexedBehindTheAcknowledgement) {
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000001", k_failed_status)).outcome, OtlpOutcome::taken);
  pipeline_->stop();
  EXPECT_EQ(questions_->index_state()->spans_waiting, 0u);
  EXPECT_EQ(questions_->search({.text = "needle"})->hits.size(), 1u);
}

TEST_F(PipelineTest, TextsThatNobodyIndexedWaitAndAreNotLost) {
  open({.index_texts = false});
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000001", k_failed_status)).outcome, OtlpOutcome::taken);
  pipeline_->stop();
  EXPECT_EQ(questions_->index_state()->spans_waiting, 1u);
  EXPECT_TRUE(questions_->search({.text = "needle"})->hits.empty());
  // The next pipeline on this store, in another process perhaps.
  pipeline_ = std::make_unique<Pipeline>(*store_, PipelineOptions());
  pipeline_->stop();
  EXPECT_EQ(questions_->search({.text = "needle"})->hits.size(), 1u);
}

// Keeps the pipeline's thread busy answering one request until it is released.
class Hold {
 public:
  explicit Hold(Pipeline& pipeline) {
    receive_otlp({.encoding = Encoding::json, .body = shared(trace_request("00000000000000ff"))}, pipeline,
                 [this](OtlpAnswer) {
                   held_.set_value();
                   released_.get_future().wait();
                 });
    held_.get_future().wait();
  }
  void release() { released_.set_value(); }

 private:
  std::promise<void> held_;
  std::promise<void> released_;
};

TEST_F(PipelineTest, AFullQueueRefusesAtOnce) {
  open({.queue_bytes_max = 1});
  Hold hold(*pipeline_);
  std::atomic<int> refused{0};
  std::atomic<int> accepted{0};
  for (int i = 0; i < 5; ++i) {
    const std::string span_id = "000000000000000" + std::to_string(i + 1);
    receive_otlp({.encoding = Encoding::json, .body = shared(trace_request(span_id)), .source = 7}, *pipeline_,
                 [&](OtlpAnswer answer) { ++(answer.outcome == OtlpOutcome::busy ? refused : accepted); });
  }
  EXPECT_EQ(refused, 5) << "one is being worked on, the queue is full";
  hold.release();
  pipeline_->drain();
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000009")).outcome, OtlpOutcome::taken);
  EXPECT_EQ(accepted, 0);
  EXPECT_EQ(one("SELECT count(*) FROM spans"), "2");
  EXPECT_EQ(pipeline_->stats().refused, 5u);
}

TEST_F(PipelineTest, WhoIsRefusedIsToldWhenToComeBackAndNotAllTheSame) {
  open({.queue_bytes_max = 1});
  Hold hold(*pipeline_);
  std::set<std::chrono::milliseconds> told;
  for (int i = 0; i < 8; ++i) {
    receive_otlp({.encoding = Encoding::json, .body = shared(trace_request("0000000000000001")), .source = 7},
                 *pipeline_, [&](OtlpAnswer answer) { told.insert(answer.retry_after); });
  }
  hold.release();
  EXPECT_GE(*told.begin(), std::chrono::seconds(1));
  EXPECT_LE(*told.rbegin(), std::chrono::seconds(30));
  EXPECT_GE(told.size(), 4u);
}

TEST_F(PipelineTest, ARequestThatWeighsTooMuchDecodedIsBadAndOneThatMayFitLaterIsNot) {
  open({.request_bytes_max = size_t{1} << 20});
  std::string spans = "{}";
  for (int i = 0; i < 5'000; ++i) spans += ",{}";
  const std::string body = R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans + "]}]}]}";
  EXPECT_EQ(send(Signal::traces, body).outcome, OtlpOutcome::bad_data);
  open({.queue_bytes_max = size_t{1} << 20});
  Hold hold(*pipeline_);
  std::vector<OtlpOutcome> outcomes;
  // The first stands beside the queue while nothing else does.
  for (const uint64_t source : {7, 8}) {
    receive_otlp({.encoding = Encoding::json, .body = shared(body), .source = source}, *pipeline_,
                 [&](OtlpAnswer answer) { outcomes.push_back(answer.outcome); });
  }
  EXPECT_EQ(outcomes, std::vector{OtlpOutcome::busy});
  hold.release();
  pipeline_->drain();
}

TEST_F(PipelineTest, ManyRequestsShareACommit) {
  Hold hold(*pipeline_);
  constexpr int k_requests = 300;
  std::atomic<int> answered{0};
  for (int i = 0; i < k_requests; ++i) {
    char span_id[17];
    std::snprintf(span_id, sizeof span_id, "%016x", i + 0x1000);
    receive_otlp({.encoding = Encoding::json, .body = shared(trace_request(span_id))}, *pipeline_,
                 [&](OtlpAnswer) { ++answered; });
  }
  hold.release();
  pipeline_->drain();
  EXPECT_EQ(answered, k_requests);
  EXPECT_LE(pipeline_->stats().commits, 3u) << "the held one, and the others together";
}

TEST_F(PipelineTest, TheTaskOfASessionIsWhatTheUserFirstAsked) {
  const std::string attributes =
      R"(,"attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.input.messages","value":{"stringValue":)"
      R"("[{\"role\":\"system\",\"parts\":[{\"type\":\"text\",\"content\":\"be good\"}]},{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"mend it\"}]}]"}}])";
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000001", attributes)).outcome, OtlpOutcome::taken);
  EXPECT_EQ(one("SELECT task FROM sessions"), "mend it");
  EXPECT_EQ(one("SELECT count(*) FROM messages"), "2");
}

TEST_F(PipelineTest, TheTaskOfASessionWithoutCallsIsWhatItsAgentWasAsked) {
  const std::string attributes =
      R"(,"attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"invoke_agent"}},{"key":"gen_ai.input.messages","value":{"stringValue":)"
      R"("[{\"role\":\"system\",\"parts\":[{\"type\":\"text\",\"content\":\"be good\"}]},{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"mend it\"}]}]"}}])";
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000001", attributes)).outcome, OtlpOutcome::taken);
  EXPECT_EQ(one("SELECT task FROM sessions"), "mend it");
}

TEST_F(PipelineTest, CallsOfKnownModelsArePriced) {
  const auto attribute = [](const std::string& key, const std::string& value) {
    return R"({"key":")" + key + R"(","value":)" + value + "}";
  };
  const std::string attributes = R"(,"attributes":[)" +
                                 attribute("gen_ai.operation.name", R"({"stringValue":"chat"})") + "," +
                                 attribute("gen_ai.provider.name", R"({"stringValue":"anthropic"})") + "," +
                                 attribute("gen_ai.request.model", R"({"stringValue":"claude-3-haiku-20240307"})") +
                                 "," + attribute("gen_ai.usage.input_tokens", R"({"intValue":"1000000"})") + "," +
                                 attribute("gen_ai.usage.output_tokens", R"({"intValue":"1000000"})") + "]";
  EXPECT_EQ(send(Signal::traces, trace_request("0000000000000001", attributes)).outcome, OtlpOutcome::taken);
  // 0.25 and 1.25 dollars for a million tokens; the model has had no other price since it came out.
  EXPECT_EQ(one("SELECT cost_usd || ' ' || cost_kind FROM spans"), "1.5 computed");
  EXPECT_EQ(one("SELECT cost_usd || ' ' || cost_kind FROM sessions"), "1.5 computed");
  EXPECT_EQ(one("SELECT value > 20260000 FROM meta WHERE name = 'prices_day'"), "1");
}

}  // namespace
}  // namespace strobe::ingest
