#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "model/raw.h"
#include "store/store.h"

namespace strobe::cli {

// What `strobe run` itself knows of a run, recorded as a span of its own: when, what, how it ended.
struct RunRecord {
  std::string run_id;
  TraceId trace_id;
  SpanId span_id;
  std::vector<std::string> command;
  TimeNs start, end;
  int exit_code = 0;
  int signal = 0;
  bool cancelled = false;
  // The session that the run's own spans name, when they name exactly one: the run belongs to it then.
  std::string session_key;
  std::string session_namespace;
};

// 16 random bytes as hex, and ids, from the kernel.
RunRecord new_run();

// The span as a batch. Owns its memory.
RawBatch to_batch(const RunRecord& record);

// Fills session_key from what the run's spans say.
Result<void> find_named_session(store::Store& store, RunRecord& record);

// The sessions that spans of this run belong to, the one with most LLM calls first.
Result<std::vector<SessionId>> sessions_of_run(store::Store& store, const std::string& run_id);

}  // namespace strobe::cli
