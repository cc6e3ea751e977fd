#include "property/support.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>

#include "base/file.h"
#include "export/otlp.h"
#include "otlp/otlp.h"
#include "query/query.h"
#include "store/sqlite/sqlite_store.h"
#include "view/session_json.h"

namespace strobe::property {

namespace {

std::string new_path() {
  static std::atomic<int> counter{0};
  return std::filesystem::temp_directory_path() /
         ("strobe_property_" + std::to_string(::getpid()) + "_" + std::to_string(counter++) + ".db");
}

bool identical_events(std::span<const RawEvent> a, std::span<const RawEvent> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const RawEvent& x, const RawEvent& y) {
    return x.time_unix_nano == y.time_unix_nano && x.name == y.name && identical(x.attributes, y.attributes) &&
           x.dropped_attributes_count == y.dropped_attributes_count;
  });
}

bool identical_links(std::span<const RawLink> a, std::span<const RawLink> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const RawLink& x, const RawLink& y) {
    return x.trace_id == y.trace_id && x.span_id == y.span_id && x.trace_state == y.trace_state && x.flags == y.flags &&
           identical(x.attributes, y.attributes) && x.dropped_attributes_count == y.dropped_attributes_count;
  });
}

bool identical_origin(const RawSpan& a, const RawSpan& b) {
  return identical(a.resource->attributes, b.resource->attributes) &&
         a.resource->schema_url == b.resource->schema_url &&
         a.resource->dropped_attributes_count == b.resource->dropped_attributes_count &&
         a.scope->name == b.scope->name && a.scope->version == b.scope->version &&
         identical(a.scope->attributes, b.scope->attributes) && a.scope->schema_url == b.scope->schema_url &&
         a.scope->dropped_attributes_count == b.scope->dropped_attributes_count;
}

}  // namespace

bool identical(const RawSpan& a, const RawSpan& b) {
  return identical_origin(a, b) && a.trace_id == b.trace_id && a.span_id == b.span_id &&
         a.parent_span_id == b.parent_span_id && a.trace_state == b.trace_state && a.name == b.name &&
         a.kind == b.kind && a.start_time_unix_nano == b.start_time_unix_nano &&
         a.end_time_unix_nano == b.end_time_unix_nano && identical(a.attributes, b.attributes) &&
         a.dropped_attributes_count == b.dropped_attributes_count && identical_events(a.events, b.events) &&
         a.dropped_events_count == b.dropped_events_count && identical_links(a.links, b.links) &&
         a.dropped_links_count == b.dropped_links_count && a.status_message == b.status_message &&
         a.status_code == b.status_code && a.flags == b.flags;
}

std::vector<Sample> captured_samples() {
  std::vector<Sample> samples;
  for (const auto& entry : std::filesystem::directory_iterator(STROBE_CAPTURED_DIR)) {
    if (entry.path().extension() != ".pb") continue;
    auto batch =
        otlp::decode_protobuf(otlp::Signal::traces, std::make_shared<const std::string>(*read_file(entry.path())));
    if (!batch || batch->spans.empty()) continue;
    Sample sample{.name = entry.path().filename()};
    sample.batches.push_back(std::make_shared<RawBatch>(*std::move(batch)));
    sample.spans = sample.batches.back()->spans;
    samples.push_back(std::move(sample));
  }
  return samples;
}

TestStore::TestStore(bool verify) : path_(new_path()) {
  for (auto* opened : {&store_, &questions_}) {
    auto store = store::open_sqlite({.path = path_, .clock = &clock_});
    EXPECT_TRUE(store) << store.error().message;
    *opened = *std::move(store);
  }
  pipeline_ =
      std::make_unique<ingest::Pipeline>(*store_, ingest::PipelineOptions{.derive_delay_ms = 1, .verify = verify});
}

TestStore::~TestStore() {
  pipeline_->stop();
  pipeline_.reset();
  store_.reset();
  questions_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
}

void TestStore::send(const std::vector<RawSpan>& spans) { send(otlp::Signal::traces, otlp::encode_protobuf(spans)); }

void TestStore::send(otlp::Signal signal, std::string request) {
  auto batch = otlp::decode_protobuf(signal, std::make_shared<const std::string>(std::move(request)));
  ASSERT_TRUE(batch) << batch.error().message;
  submit(*std::move(batch));
}

void TestStore::send_logs(const std::vector<RawLog>& logs) {
  RawBatch batch;
  batch.logs = logs;
  submit(std::move(batch));
}

void TestStore::submit(RawBatch batch) {
  std::promise<Result<ingest::Acknowledgement>> done;
  ingest::Submission submission{.batch = std::move(batch)};
  submission.done = [&done](Result<ingest::Acknowledgement> result) { done.set_value(std::move(result)); };
  ASSERT_TRUE(pipeline_->submit(submission));
  const auto result = done.get_future().get();
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->rejected, 0) << result->message;
}

store::Store& TestStore::settled() {
  pipeline_->drain();
  return *questions_;
}

std::vector<SessionId> TestStore::session_ids() {
  pipeline_->drain();
  const auto summaries = query::list_sessions(*questions_, {}, clock_.now());
  EXPECT_TRUE(summaries);
  std::vector<SessionId> ids;
  for (const SessionSummary& summary : *summaries) ids.push_back(summary.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string TestStore::everything_shown() {
  std::string shown;
  for (const SessionId& id : session_ids()) {
    const auto view = query::load_session(*questions_, id, query::Content::everything, clock_.now());
    EXPECT_TRUE(view) << view.error().message;
    if (!view) return shown;
    const auto transcript = query::read_transcript(*questions_, *view);
    EXPECT_TRUE(transcript) << transcript.error().message;
    if (!transcript) return shown;
    shown += view::session_json(*view) + view::transcript_json(*view, *transcript);
  }
  return shown;
}

Sample TestStore::exported(Format format) {
  Sample sample;
  for (const SessionId& id : session_ids()) {
    const auto view = query::load_session(*questions_, id, query::Content::everything, clock_.now());
    EXPECT_TRUE(view) << view.error().message;
    if (!view) return sample;
    const bool is_json = format == Format::json;
    const auto bytes = std::make_shared<const std::string>(is_json ? exporter::to_otlp_json(*view)
                                                                   : exporter::to_otlp_protobuf(*view));
    auto batch =
        is_json ? otlp::decode_json(otlp::Signal::traces, bytes) : otlp::decode_protobuf(otlp::Signal::traces, bytes);
    EXPECT_TRUE(batch);
    sample.spans.insert(sample.spans.end(), batch->spans.begin(), batch->spans.end());
    sample.batches.push_back(std::make_shared<RawBatch>(*std::move(batch)));
  }
  return sample;
}

}  // namespace strobe::property
