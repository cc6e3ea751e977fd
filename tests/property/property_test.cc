#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "property/support.h"

// The promises of context.md section 7 on the whole product: what came in comes back, and order never matters.

namespace strobe::property {
namespace {

std::vector<Sample> all_samples() {
  std::vector<Sample> samples = captured_samples();
  EXPECT_GE(samples.size(), 4u) << "tests/data/captured is empty";
  for (uint32_t seed = 1; seed <= random_samples_max(); ++seed) samples.push_back(random_sample(seed));
  return samples;
}

// The spans in any order, some twice, in any batches.
std::vector<std::vector<RawSpan>> shuffled(const Sample& sample, std::mt19937& random) {
  std::vector<RawSpan> spans = sample.spans;
  const size_t repeats = random() % (spans.size() + 1);
  for (size_t i = 0; i < repeats; ++i) spans.push_back(sample.spans[random() % sample.spans.size()]);
  std::shuffle(spans.begin(), spans.end(), random);
  std::vector<std::vector<RawSpan>> batches(1);
  for (const RawSpan& span : spans) {
    if (random() % 3 == 0 && !batches.back().empty()) batches.emplace_back();
    batches.back().push_back(span);
  }
  return batches;
}

void expect_all(const Sample& sample, const Sample& exported) {
  ASSERT_EQ(exported.spans.size(), sample.spans.size());
  std::map<std::pair<std::string_view, std::string_view>, const RawSpan*> by_id;
  for (const RawSpan& span : exported.spans) by_id[{span.trace_id, span.span_id}] = &span;
  for (const RawSpan& span : sample.spans) {
    const auto found = by_id.find({span.trace_id, span.span_id});
    ASSERT_NE(found, by_id.end());
    EXPECT_TRUE(identical(*found->second, span)) << span.name;
  }
}

TEST(LosslessTest, ExportGivesBackWhatWasSent) {
  for (const Sample& sample : all_samples()) {
    SCOPED_TRACE(sample.name);
    TestStore store;
    store.send(sample.spans);
    expect_all(sample, store.exported(TestStore::Format::protobuf));
  }
}

// What real SDKs send is UTF-8, so JSON can hold it.
TEST(LosslessTest, ExportAsJsonGivesBackWhatSdksSent) {
  for (const Sample& sample : captured_samples()) {
    SCOPED_TRACE(sample.name);
    TestStore store;
    store.send(sample.spans);
    expect_all(sample, store.exported(TestStore::Format::json));
  }
}

TEST(OrderTest, PermutationDuplicationAndBatchingNeverChangeAnAnswer) {
  std::mt19937 random(20261121);
  for (const Sample& sample : all_samples()) {
    SCOPED_TRACE(sample.name);
    TestStore reference;
    reference.send(sample.spans);
    const std::string expected = reference.everything_shown();
    ASSERT_FALSE(expected.empty());
    for (int round = 0; round < 3; ++round) {
      TestStore store;
      for (const auto& batch : shuffled(sample, random)) store.send(batch);
      ASSERT_EQ(store.everything_shown(), expected) << "round " << round;
    }
  }
}

// The test above must be able to fail: another span is another answer.
TEST(OrderTest, AMissingSpanDoesChangeTheAnswer) {
  const Sample sample = captured_samples().front();
  TestStore whole;
  whole.send(sample.spans);
  TestStore partial;
  partial.send({sample.spans.begin(), sample.spans.end() - 1});
  EXPECT_NE(whole.everything_shown(), partial.everything_shown());
}

}  // namespace
}  // namespace strobe::property
