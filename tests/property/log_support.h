#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "context/split.h"
#include "property/support.h"

namespace strobe::property {

// Spans whose content stands in log records, in whole or in part, with the memory they point into.
struct ToldSample {
  std::shared_ptr<Arena> arena = std::make_shared<Arena>(size_t{1} << 16);
  std::vector<RawSpan> spans;
  std::vector<RawLog> logs;
};

// How the calls of a sample say what was said.
enum class Telling {
  on_spans,     // attributes of the span
  details,      // a details log record, JSON texts
  values,       // the same as arrays and maps
  role_events,  // a log record for each message
  mixed,        // all of these, and log records of no GenAI kind between them
};
// `traces` conversations of some turns each; the same numbers give the same conversations, however they are told.
ToldSample told_sample(Telling telling, int traces, int turns);

// One process that writes to a store: what arrives is prepared and committed, nothing is derived until settle().
class Writer {
 public:
  explicit Writer(const std::string& path);
  void commit(const std::vector<RawSpan>& spans, const std::vector<RawLog>& logs);
  // Attaches and derives until there is nothing left to do.
  void settle();
  store::Store& store() { return *store_; }

 private:
  FixedClock clock_{{1'800'000'000'000'000'000}};
  std::unique_ptr<store::Store> store_;
  context::Splitter splitter_;
};

// The path of a file that is not there yet; it goes with what stands beside it.
class NewFile {
 public:
  NewFile();
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What one process makes of all of it in one batch.
std::map<SessionId, std::string> shown_at_once(const ToldSample& sample);

}  // namespace strobe::property
