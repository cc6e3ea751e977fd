#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "context/pack.h"
#include "model/raw.h"
#include "store/store.h"

namespace strobe::store {

// Of what log records tell of one span, read back.
inline constexpr size_t k_told_bytes_max = size_t{64} << 20;

// Makes raw spans and logs of stored ones, in an arena. What several records share (resources, scopes, contents) is
// fetched once. One thread; store and arena must outlive it. Belongs into one read scope: numbers are valid no longer.
class RecordReader {
 public:
  RecordReader(Store& store, Arena& arena);
  ~RecordReader();

  // With Fetch::everything exactly as it arrived. Errors: corrupt, and what the store says.
  Result<RawSpan*> span(const StoredSpan& stored, context::Fetch fetch);
  Result<RawLog> log(const StoredLog& stored, context::Fetch fetch);
  // Log records that tell of one span. Of more than k_told_bytes_max the rest is left out; which these are depends on
  // the records alone.
  Result<std::vector<RawLog>> logs(std::span<const StoredLog> stored, context::Fetch fetch);
  // Bytes of content and records that were brought from the store so far.
  size_t fetched_bytes() const;

 private:
  class Source;
  class Origins;
  Arena& arena_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<Origins> origins_;
  size_t packed_bytes_ = 0;
};

}  // namespace strobe::store
