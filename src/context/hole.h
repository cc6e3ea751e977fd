#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "context/piece.h"
#include "model/raw.h"

// Holes: what stands in a packed record where a big value was taken out. Each names reference `reference` of the record
// and says how the value is built again from what the reference holds.

namespace strobe::context {

// A string or bytes value that is one blob. `quoted`: the value is the blob escaped in `style` between quotes.
struct BlobHole {
  uint64_t reference = 0;
  bool is_bytes = false;
  bool quoted = false;
  EscapeStyle style = EscapeStyle::verbatim;
};

// Either `items` items of the sequence with the separator between them, or literal text.
struct TextRun {
  uint64_t items = 0;
  std::string literal;  // only when items is 0
  bool operator==(const TextRun&) const = default;
};

// A string or bytes value that is a sequence: its runs one after the other.
struct TextHole {
  uint64_t reference = 0;
  bool is_bytes = false;
  std::string separator;
  std::vector<TextRun> runs;
};

// A value whose packed form is the only item of a sequence, or an array whose items' packed forms are the items.
struct ValueHole {
  uint64_t reference = 0;
  bool is_array = false;
};

// In which order the indices of a flat group followed each other. Stored: values never change meaning.
enum class IndexOrder : uint8_t { numeric = 0, as_text = 1 };

// A run of attributes `<prefix>.<index><rest>`: item i of the sequence holds the (rest, value) pairs of index
// `first` + i, indices in their canonical decimal spelling.
struct FlatHole {
  uint64_t reference = 0;
  std::string_view prefix;
  uint64_t first = 0;
  IndexOrder order = IndexOrder::numeric;
  size_t attributes = 0;  // how many the run has; not stored
};

using Hole = std::variant<std::monostate, BlobHole, TextHole, ValueHole>;

// Decides while a record is packed which values leave it.
class Extractor {
 public:
  virtual ~Extractor() = default;
  // Asked for every value of an attribute or body, nested ones included; `key` is that of the attribute. monostate:
  // the value stays (and its own parts are asked about).
  virtual Hole extract(std::string_view key, const Value& value) = 0;
  // Asked for every attribute of a list: whether a flat group to be taken out begins at `attributes[at]`.
  virtual std::optional<FlatHole> extract_flat(std::span<const KeyValue> attributes, size_t at) = 0;
};

// A flat key taken apart: "<prefix>.<index><rest>", where rest is empty or begins with a dot. Nothing when `key` is not
// of that form with a canonical decimal index.
struct FlatKey {
  uint64_t index = 0;
  std::string_view rest;
};
std::optional<FlatKey> parse_flat_key(std::string_view key, std::string_view prefix);
// The order in which `count` indices from `first` on follow each other.
std::vector<uint64_t> index_sequence(uint64_t first, size_t count, IndexOrder order);

}  // namespace strobe::context
