#include "server/memory_plan.h"

#include <gtest/gtest.h>

#include "ingest/pipeline.h"
#include "net/http.h"
#include "server/api.h"
#include "store/sqlite/connection.h"

namespace strobe::server {
namespace {

constexpr size_t k_mib = size_t{1} << 20;

// The parts together, as the page configuration.md adds them up.
size_t sum(const MemoryPlan& plan, size_t body_bytes_max) {
  return 416 * k_mib + 2 * body_bytes_max + plan.arriving_bytes + plan.answers_bytes + plan.queue_bytes +
         plan.request_bytes;
}

TEST(MemoryPlan, PartsNeverExceedTheLimit) {
  for (const size_t body_mib : {1, 16, 64, 100, 4096}) {
    const size_t body = body_mib * k_mib;
    for (const size_t more : {size_t{0}, size_t{1}, 100 * k_mib, 10'000 * k_mib}) {
      const size_t limit = memory_min(body) + more;
      const MemoryPlan plan = plan_memory(limit, body);
      EXPECT_LE(sum(plan, body), limit);
      EXPECT_GE(plan.arriving_bytes, 2 * body) << "the largest request must be possible";
      EXPECT_GE(plan.request_bytes, 4 * body);
    }
  }
}

TEST(MemoryPlan, WhatIsKeptAllTheTimeLeavesRoomInItsShare) {
  const size_t readers = ReadersOptions().threads + 1;  // session logs are written by one more
  const size_t caches = store::k_writer_cache_bytes + readers * store::k_reader_cache_bytes;
  const size_t splitter = 128 * k_mib;  // context::SplitOptions
  const size_t kept = caches + ApiOptions().outlines_bytes_max + splitter;
  EXPECT_LE(kept + 64 * k_mib, 416 * k_mib) << "the program, and what the heap holds without using it";
}

TEST(MemoryPlan, DefaultsOfThePartsAreThoseOfTheDefaultLimit) {
  const MemoryPlan plan = plan_memory(k_memory_default_bytes, net::HttpServerOptions().body_bytes_max);
  EXPECT_EQ(plan.arriving_bytes, net::HttpServerOptions().receiving_bytes_max);
  EXPECT_EQ(plan.answers_bytes, net::HttpServerOptions().sending_bytes_max);
  EXPECT_EQ(plan.queue_bytes, ingest::PipelineOptions().queue_bytes_max);
  EXPECT_EQ(plan.request_bytes, ingest::PipelineOptions().request_bytes_max);
}

TEST(MemoryPlan, KnowsWhatTheProcessHolds) {
  const size_t before = resident_bytes();
  EXPECT_GT(before, k_mib);
  EXPECT_FALSE(is_memory_short(before + 1'000 * k_mib));
  EXPECT_TRUE(is_memory_short(k_mib));
}

}  // namespace
}  // namespace strobe::server
