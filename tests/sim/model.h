#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "model/raw.h"

namespace strobe::sim {

// What one record is known by, and what it says; both as bytes that are compared. Two records with the same key and
// another text are versions of one span.
struct Record {
  enum class Kind : uint8_t { span, log, point };
  Kind kind = Kind::span;
  TraceId trace;        // of spans and logs
  std::string key;      // span: trace id and span id; log: what it says; point: name and time
  std::string text;     // span: as one OTLP message; log: print_log(); point: Metric message with one point
  uint64_t rank = 0;    // of two versions of one span the higher wins
  bool is_old = false;  // it belongs to a session that `prune` may remove
  auto operator<=>(const Record&) const = default;
};

std::string span_key(const TraceId& trace, const SpanId& span);
Record span_record(const RawSpan& span, bool is_old);
// Everything a log record says, on one line.
std::string print_log(const RawLog& log);

// What was promised, and nothing of how it is kept: maps and sets.
class Model {
 public:
  struct Known {
    std::set<std::string> sent;  // all texts that somebody sent
    std::string best;            // of those that were acknowledged
    uint64_t best_rank = 0;
    bool is_acknowledged = false;
    bool is_old = false;
  };
  using ByKey = std::map<std::string, Known>;

  void sent(const Record& record);
  void acknowledged(const Record& record);
  // `prune` was begun: old records may be gone from now on.
  void prune_begun() { pruned_ = true; }
  bool pruned() const { return pruned_; }

  const ByKey& spans() const { return known_[0]; }
  const ByKey& logs() const { return known_[1]; }
  const ByKey& points() const { return known_[2]; }
  // Whether a record may be missing from the store.
  bool may_be_missing(const Known& known) const { return !known.is_acknowledged || (known.is_old && pruned_); }
  size_t acknowledged_count() const { return acknowledged_count_; }
  // Trace ids of records, sorted.
  const std::map<TraceId, bool>& traces() const { return traces_; }  // whether it is old

 private:
  ByKey known_[3];
  std::map<TraceId, bool> traces_;
  bool pruned_ = false;
  size_t acknowledged_count_ = 0;
};

}  // namespace strobe::sim
