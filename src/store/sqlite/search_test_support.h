#pragma once

#include <memory>
#include <string>
#include <vector>

#include "context/pack.h"
#include "store/sqlite/test_support.h"

// Spans that hold texts, and questions to the text index.

namespace strobe::store {

class StoreSearch : public StoreTest {
 protected:
  // A span of a session; its record refers to the texts, and to a list of them when there is one.
  static SpanRecord span_with(uint8_t trace, uint64_t id, const std::vector<std::string>& texts,
                              std::shared_ptr<context::Sequence> list = nullptr) {
    SpanRecord record = span(trace, id, empty_packed());
    for (const std::string& text : texts) record.packed.refs.emplace_back(blob_id(text));
    if (list) record.packed.refs.emplace_back(std::move(list));
    record.hash = codec::sha256(std::to_string(trace) + "/" + std::to_string(id));
    return record;
  }
  // A packed span without anything in it.
  static std::string empty_packed() {
    static const std::string bytes = [] {
      RawSpan raw;
      return context::pack_span(raw, nullptr);
    }();
    return bytes;
  }
  // As span_with(), but a later version, and `own` stands in the record itself.
  static SpanRecord version_with(uint8_t trace, uint64_t id, int64_t version, const std::vector<std::string>& texts,
                                 const std::string& own = {}) {
    SpanRecord record = span_with(trace, id, texts);
    RawSpan raw;
    raw.status_message = own;
    record.packed.bytes = context::pack_span(raw, nullptr);
    record.facts.end.ns += version;
    record.hash = codec::sha256(record.hash.hex() + std::to_string(version));
    return record;
  }
  static void commit(Store& store, const std::vector<std::string>& texts, const std::vector<SpanRecord>& spans) {
    Batch batch;
    for (const std::string& text : texts) batch.content.pieces.push_back(plain(text));
    batch.spans = spans;
    const auto done = store.commit(batch);
    ASSERT_TRUE(done) << done.error().message;
  }
  // Every span of the trace belongs to the session.
  static void derive(Store& store, uint8_t trace, uint8_t session, int64_t start = 100) {
    Store::DerivedTrace derived{.trace_id = trace_id(trace)};
    const auto facts = store.facts_of_trace(derived.trace_id).value();
    derived.span_count = facts.size();
    derived.parts.push_back(part(session, trace, start));
    for (const SpanFacts& one : facts) derived.spans.push_back({one.span_id, session_id(session), 0, false});
    ASSERT_TRUE(store.save_derived({derived}));
  }
  static void index_all(Store& store) {
    for (int round = 0; round < 1000; ++round) {
      const auto done = store.index_some(100);
      ASSERT_TRUE(done) << done.error().message;
      if (*done == 0) return;
    }
    FAIL() << "indexing does not end";
  }
  static SearchAnswer find(Store& store, const std::string& text, const SearchRequest& like = {}) {
    SearchRequest request = like;
    request.text = text;
    const auto answer = store.search(request);
    if (!answer) ADD_FAILURE() << text << ": " << answer.error().message;
    return answer.value_or(SearchAnswer());
  }
  // Session and span of each hit: "1/10 2/20".
  static std::string where(const SearchAnswer& answer) {
    std::string all;
    for (const SearchHit& hit : answer.hits) {
      all += (all.empty() ? "" : " ") + std::to_string(hit.session.bytes[0]) + "/" +
             std::to_string(number_of_span(hit.span_id));
    }
    return all;
  }
  static uint64_t number_of_span(const SpanId& id) {
    uint64_t number = 0;
    for (const uint8_t byte : id.bytes) number = number << 8 | byte;
    return number;
  }
};

}  // namespace strobe::store
