#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "property/support.h"

namespace strobe::property {

// What `show --json`, `show --view transcript --json` and `export` print, by session.
std::map<SessionId, std::string> shown_by_session(store::Store& store);

// Copies of random samples, each a trace of its own, an hour after the one before. Two neighbours share a session; all
// share contents, for there are only a few samples.
class SharedSessions {
 public:
  explicit SharedSessions(uint32_t seed);
  // The spans of trace `number`. `key` becomes the name of the sessions that the sample names.
  std::vector<RawSpan> spans(int number, const std::string& key);

 private:
  std::span<const KeyValue> renamed(std::span<const KeyValue> attributes, const std::string& key);

  std::mt19937 random_;
  std::vector<Sample> samples_;
  Arena arena_;
};

// Every session of `part` is in `whole`, and the same.
void expect_part_of(const std::map<SessionId, std::string>& part, const std::map<SessionId, std::string>& whole);

// Rows of a table.
int64_t rows_of(store::Store& store, const std::string& table);
// What a thorough look finds wrong, a line each.
std::string problems_of(store::Store& store);

}  // namespace strobe::property
