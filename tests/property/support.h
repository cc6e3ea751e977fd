#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "ingest/pipeline.h"
#include "model/raw.h"
#include "otlp/otlp.h"
#include "store/store.h"

namespace strobe::property {

// Spans of any origin, with the memory they point into.
struct Sample {
  std::string name;
  std::vector<std::shared_ptr<RawBatch>> batches;
  std::vector<RawSpan> spans;
};

// What real SDKs sent: every file in tests/data/captured that holds spans.
std::vector<Sample> captured_samples();

// Made-up spans with everything a hostile client could think of: odd attribute values, duplicate keys, cut and oddly
// spaced JSON, invalid UTF-8, cycles, missing parents, clocks running backwards, several sessions, histories that grow.
Sample random_sample(uint32_t seed);
// How many of them a test tries, with seeds from 1 on: 30, or what STROBE_RANDOM_SAMPLES says.
uint32_t random_samples_max();

// A store in a temporary file with a pipeline in front; the clock stands still.
class TestStore {
 public:
  explicit TestStore(bool verify = true);
  ~TestStore();

  // Sends the spans as one protobuf request, through the whole pipeline, and expects success with nothing refused.
  void send(const std::vector<RawSpan>& spans);
  void send(otlp::Signal signal, std::string request);
  // As they are; what they point into must live until they are answered, and so it does.
  void send_logs(const std::vector<RawLog>& logs);
  // Everything derived. Every session as `show --json` and `--view transcript --json` print it, in the order of their
  // ids.
  std::string everything_shown();
  // What `export` gives for all sessions together, decoded again.
  enum class Format { protobuf, json };
  Sample exported(Format format);
  // Everything sent is in the file and derived; it may be read there, or by this store.
  store::Store& settled();
  const std::string& path() const { return path_; }

 private:
  void submit(RawBatch batch);
  std::vector<SessionId> session_ids();

  FixedClock clock_{{1'800'000'000'000'000'000}};
  std::string path_;
  std::unique_ptr<store::Store> store_;      // the pipeline's
  std::unique_ptr<store::Store> questions_;  // ours: a store object belongs to one thread
  std::unique_ptr<ingest::Pipeline> pipeline_;
};

// Equal in every field, attribute order included.
bool identical(const RawSpan& a, const RawSpan& b);

}  // namespace strobe::property
