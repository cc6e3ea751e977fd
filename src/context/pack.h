#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "context/piece.h"
#include "model/raw.h"

namespace strobe::context {

// The packed form: our lossless binary of a raw record. Version byte first. Attribute order, duplicate keys, empty
// values, invalid UTF-8 and every OTLP field survive. Big values are references (see split.h); resource and scope are
// packed on their own, because they are stored once.
std::string pack_resource(const RawResource& resource);
std::string pack_scope(const RawScope& scope);
Result<RawResource> unpack_resource(std::string_view packed, Arena& arena);
Result<RawScope> unpack_scope(std::string_view packed, Arena& arena);

// Fetches reference n of a record: the joined content of a blob, or of a sequence's items one by one.
class ReferenceSource {
 public:
  virtual ~ReferenceSource() = default;
  // Content of the blob that reference `number` names; lives as long as the arena given to unpack.
  virtual Result<std::string_view> blob(uint64_t number) = 0;
  // Contents of the items of the sequence that reference `number` names.
  virtual Result<std::vector<std::string_view>> sequence(uint64_t number) = 0;
};

enum class Fetch {
  everything,        // the record is exactly as it arrived
  without_sequences  // values stored as sequences come back as Value{type stored}: cheap, for views
};

// Views point into `packed` and the arena. A flat group that is not fetched comes back as one attribute
// {prefix, stored}. Resource and scope are left null for the caller.
Result<RawSpan> unpack_span(std::string_view packed, ReferenceSource& source, Fetch fetch, Arena& arena);
Result<RawLog> unpack_log(std::string_view packed, ReferenceSource& source, Fetch fetch, Arena& arena);

}  // namespace strobe::context
