#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "context/hole.h"
#include "context/piece.h"
#include "model/raw.h"

namespace strobe::context {

// The packed form: our lossless binary of a raw record. Version byte first. Attribute order, duplicate keys, empty
// values, invalid UTF-8 and every OTLP field survive. Big values are references (see split.h); resource and scope are
// packed on their own, because they are stored once.
std::string pack_resource(const RawResource& resource);
std::string pack_scope(const RawScope& scope);
// Records. `extractor` may be null: nothing is taken out then. Resource and scope are not part of it. Links keep their
// values. Values nested deeper than k_value_depth_max become empty; decoders refuse such.
std::string pack_span(const RawSpan& span, Extractor* extractor);
std::string pack_log(const RawLog& log, Extractor* extractor);

inline constexpr int k_value_depth_max =
    200;  // of nested values: well above what decoders let in, well below the stack
inline constexpr uint64_t k_joined_bytes_max = uint64_t{1} << 31;  // of one value put together again

// Items of value sequences: a Value, and the (rest of key, Value) pairs of one index of a flat group. Self-describing:
// each begins with a zero byte and a letter, which no JSON text does.
void append_value_item(std::string& out, const Value& value);
void append_flat_item(std::string& out, std::span<const KeyValue> rest_pairs);
bool is_value_item(std::string_view item);
bool is_flat_item(std::string_view item);
// Errors: corrupt. Views into `item` and the arena.
Result<Value> unpack_value_item(std::string_view item, Arena& arena);
Result<std::span<const KeyValue>> unpack_flat_item(std::string_view item, Arena& arena);
// Strings and bytes of at least `bytes_min` inside an item, in order, as views into it. Nothing for other bytes.
std::vector<std::string_view> long_strings_of_item(std::string_view item, size_t bytes_min);

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
