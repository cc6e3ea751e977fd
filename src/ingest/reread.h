#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "context/split.h"
#include "model/raw.h"
#include "store/read_record.h"
#include "store/store.h"

namespace strobe::ingest {

// Reads stored spans anew, as they arrived, each with the log records that tell of it: redacts, normalises and splits
// them once more. One thread; belongs into one read scope, for the numbers it is given are valid no longer.
class Reread {
 public:
  Reread(store::Store& store, context::Splitter& splitter);

  // Errors: corrupt, and what the store says.
  Result<store::SpanRecord> span(const store::StoredSpan& stored, std::span<const store::StoredLog> logs);
  // Bytes of content and records that were brought from the store so far.
  size_t read_bytes() const;

 private:
  void begin();

  store::Store& store_;
  context::Splitter& splitter_;
  // Renewed now and then: a trace read back can be a hundred times as large as it is stored.
  std::unique_ptr<RawBatch> batch_;
  std::unique_ptr<store::RecordReader> reader_;
  size_t read_bytes_before_ = 0;
};

// Not the fault of what was read: another time will do.
bool is_of_the_store(const Error& error);

}  // namespace strobe::ingest
