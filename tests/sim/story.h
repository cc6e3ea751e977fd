#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ingest/otlp_door.h"
#include "sim/model.h"
#include "sim/world.h"

namespace strobe::sim {

// One OTLP request and what it asks for.
struct Request {
  ingest::Signal signal = ingest::Signal::traces;
  ingest::Encoding encoding = ingest::Encoding::protobuf;
  std::shared_ptr<const std::string> body;
  std::vector<Record> records;
  int64_t refused = 0;         // spans that have no place in a store: the answer has to say so many
  bool is_unreadable = false;  // the answer has to be: bad data
};

// Everything one agent process has to tell: a few conversations whose history grows with each turn, their logs and
// metric points, cut into requests, out of order, some of them twice. Two processes share prompts and tools, so that
// what one session leaves behind another one needs. `teller` makes ids of different processes differ.
std::vector<Request> tell_story(Random random, int teller);

// Sessions that ended before this may be pruned: half of all conversations.
inline constexpr int64_t k_old_until_ns = 1'600'000'000'000'000'000;

// A word that only one call of the story contains, to search for; and the call's key. Empty for other spans.
std::string word_of(const std::string& span_key);

}  // namespace strobe::sim
