#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "codec/sha256.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

// Batches built by hand, and a folder of its own for each test.

namespace strobe::store {

inline BlobId blob_id(std::string_view content) { return *BlobId::from_bytes(codec::sha256(content).view()); }

inline context::Piece plain(std::string_view content) {
  context::Piece piece;
  piece.id = blob_id(content);
  piece.size = content.size();
  piece.literal = content;
  return piece;
}

inline std::shared_ptr<context::Sequence> sequence_of(const std::vector<std::string>& contents,
                                                      std::shared_ptr<context::Sequence> base = nullptr) {
  auto sequence = std::make_shared<context::Sequence>();
  for (const auto& content : contents) sequence->items.push_back(blob_id(content));
  sequence->base = std::move(base);
  return sequence;
}

inline TraceId trace_id(uint8_t n) {
  TraceId id;
  id.bytes.fill(n);
  return id;
}

inline SpanId span_id(uint64_t n) {
  SpanId id;
  for (size_t i = 0; i < 8; ++i) id.bytes[7 - i] = static_cast<uint8_t>(n >> (8 * i));
  return id;
}

inline SessionId session_id(uint8_t n) {
  SessionId id;
  id.bytes.fill(n);
  return id;
}

inline SpanRecord span(uint8_t trace, uint64_t id, std::string packed = "packed") {
  SpanRecord record;
  record.facts.trace_id = trace_id(trace);
  record.facts.span_id = span_id(id);
  record.facts.start = {1'700'000'000'000'000'000 + static_cast<int64_t>(id % 1'000'000)};
  record.facts.end = {record.facts.start.ns + 1000};
  record.facts.name = "span";
  record.packed.bytes = std::move(packed);
  record.resource = "resource";
  record.scope = "scope";
  record.hash = codec::sha256(record.packed.bytes);
  return record;
}

inline SessionPart part(uint8_t session, uint8_t trace, int64_t start = 100) {
  SessionPart made;
  made.session = session_id(session);
  made.trace_id = trace_id(trace);
  made.key = "key-" + std::to_string(session);
  made.start = {start};
  made.end = {start + 50};
  return made;
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    static std::atomic<int> count = 0;
    folder_ = testing::TempDir() + "strobe_store_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    std::filesystem::create_directories(folder_);
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/strobe.db"; }
  std::unique_ptr<Store> open(OpenMode mode = OpenMode::read_write) const {
    auto opened = open_sqlite({.path = path(), .mode = mode, .clock = &clock_});
    if (!opened) ADD_FAILURE() << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  // The only column of the only row.
  static std::string ask(Store& store, std::string_view sql) {
    auto result = store.query(sql, 10);
    if (!result) return "error: " + result.error().message;
    if (result->rows.size() != 1) return std::to_string(result->rows.size()) + " rows";
    return result->rows[0][0].value_or("null");
  }
  static int64_t count_of(Store& store, std::string_view name) {
    const auto counts = store.counts().value();
    for (const auto& count : counts) {
      if (count.name == name) return count.by;
    }
    return 0;
  }
  static void commit_one(Store& store, const SpanRecord& record) {
    Batch batch;
    batch.spans.push_back(record);
    auto done = store.commit(batch);
    ASSERT_TRUE(done) << done.error().message;
  }

  std::string folder_;
  FixedClock clock_{{1'000'000}};
};

}  // namespace strobe::store
