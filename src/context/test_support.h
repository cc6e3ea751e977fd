#pragma once

#include <random>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "context/pack.h"
#include "model/raw.h"

// What the tests of this room share.
namespace strobe::context::test {

class NoReferences : public ReferenceSource {
 public:
  Result<std::string_view> blob(uint64_t) override { return fail(ErrorCode::corrupt, "no such reference"); }
  Result<std::vector<std::string_view>> sequence(uint64_t) override {
    return fail(ErrorCode::corrupt, "no such reference");
  }
};

// Equal in every field but resource and scope.
bool identical_spans(const RawSpan& a, const RawSpan& b);
bool identical_logs(const RawLog& a, const RawLog& b);

// Any bytes, often none, sometimes long.
std::string_view random_text(std::mt19937_64& random, Arena& arena);
Value random_value(std::mt19937_64& random, Arena& arena, int depth);
std::span<const KeyValue> random_attributes(std::mt19937_64& random, Arena& arena);
RawSpan random_span(std::mt19937_64& random, Arena& arena);
RawLog random_log(std::mt19937_64& random, Arena& arena);

}  // namespace strobe::context::test
