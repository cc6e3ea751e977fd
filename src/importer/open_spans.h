#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "importer/trace_writer.h"

namespace strobe::importer {

// What has begun and not ended, by a name. Bounded: when too much is open, what began first is written as it stands,
// without an end.
class OpenSpans {
 public:
  static constexpr size_t k_bytes_max = size_t{64} << 20;

  explicit OpenSpans(TraceWriter& writer) : writer_(writer) {}

  // Another one of that name is written as it stands. The reference holds until the next add().
  Draft& add(const std::string& name, Draft draft);
  Draft* find(const std::string& name);
  const Draft* find(const std::string& name) const;
  std::optional<Draft> take(const std::string& name);
  // Of all of them, roughly.
  size_t bytes() const { return bytes_; }
  // Writes all that is left, in the order it began.
  void write_all();

 private:
  struct Open {
    std::string name;
    Draft draft;
    size_t bytes = 0;
  };
  void write_first();

  TraceWriter& writer_;
  std::map<uint64_t, Open> open_;              // by order of beginning
  std::map<std::string, uint64_t> number_of_;  // names come from the file: somebody may choose those that hash alike
  uint64_t next_ = 0;
  size_t bytes_ = 0;
};

}  // namespace strobe::importer
