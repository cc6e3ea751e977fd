#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/hint_map.h"

namespace strobe::store {

// The table of traces, and what the running transaction does to them: each trace is written once per transaction.
class Traces {
 public:
  // A trace that the running transaction touched.
  struct Touched {
    uint64_t number = 0;
    bool is_new = false;
    int64_t spans_added = 0;
    int64_t changes = 0;  // spans added or replaced
  };
  struct State {
    uint64_t number = 0;
    uint64_t spans = 0;
    int64_t changes = 0;
  };

  explicit Traces(Core& core);
  void begin_writing();
  void forget();

  // Valid until flush().
  Result<Touched*> touch(const TraceId& id);
  // Writes what was touched: heard of now, and waiting for derivation where spans changed.
  Result<void> flush(TimeNs now, int normaliser_version);

  Result<std::vector<TraceId>> dirty(size_t limit);
  Result<std::optional<State>> state(const TraceId& id);
  // 0: no such trace.
  Result<uint64_t> number_of(const TraceId& id);

 private:
  Core& core_;
  NextNumber next_;
  // Trees, because clients choose trace ids.
  HintMap<std::map<TraceId, uint64_t>> hints_;
  std::map<TraceId, Touched> touched_;
  // Spans of one trace come together.
  std::pair<const TraceId, Touched>* last_ = nullptr;
};

}  // namespace strobe::store
