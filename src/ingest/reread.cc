#include "ingest/reread.h"

#include "ingest/stages.h"

namespace strobe::ingest {

namespace {
constexpr size_t k_raw_bytes_max = size_t{32} << 20;  // kept at one time: every call repeats its history
}  // namespace

Reread::Reread(store::Store& store, context::Splitter& splitter) : store_(store), splitter_(splitter) { begin(); }

void Reread::begin() {
  if (reader_) read_bytes_before_ += reader_->fetched_bytes();
  reader_.reset();
  batch_ = std::make_unique<RawBatch>();
  reader_ = std::make_unique<store::RecordReader>(store_, *batch_->arena);
}

size_t Reread::read_bytes() const { return read_bytes_before_ + reader_->fetched_bytes(); }

Result<store::SpanRecord> Reread::span(const store::StoredSpan& stored, std::span<const store::StoredLog> logs) {
  if (batch_->arena->held_bytes() >= k_raw_bytes_max) begin();
  const RawSpan* raw = TRY(reader_->span(stored, context::Fetch::everything));
  const std::vector<RawLog> raw_logs = TRY(reader_->logs(logs, context::Fetch::everything));
  return prepare_again(*batch_, *raw, raw_logs, splitter_);
}

bool is_of_the_store(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::io || error.code == ErrorCode::timeout;
}

}  // namespace strobe::ingest
