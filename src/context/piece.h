#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "model/span.h"

namespace strobe::context {

// Named limits of context.md.
inline constexpr size_t k_payload_bytes_min = 256;     // strings of this size inside an element are pieces of their own
inline constexpr size_t k_big_value_bytes_min = 4096;  // values of this size become sequences

// How a referenced piece appears inside its owner. Stored: values never change meaning.
enum class EscapeStyle : uint8_t {
  verbatim = 0,      // as it is
  json_minimal = 1,  // as JSON.stringify escapes: \" \\ \b \f \n \r \t, other controls as \u00xx, the rest as is
  json_ascii = 2,    // as Python's json.dumps: the same, and everything beyond ASCII as \uxxxx (lower-case hex)
  json_slash = 3,    // json_minimal with \/ for /
  json_html = 4,     // as Go's encoding/json: json_minimal with \u003c \u003e \u0026 and \u2028 \u2029
};

struct PieceRef {
  uint32_t offset = 0;  // where in the owner's literal bytes it is inserted; refs are in order
  BlobId id;
  EscapeStyle style = EscapeStyle::verbatim;
};

// One blob to store. Its content is `literal` with the refs inserted; id = SHA-256 of that content. A plain blob has no
// refs. Refs point only to plain blobs or to recipes of verbatim refs (chunks), never deeper: depth is at most 3.
struct Piece {
  BlobId id;
  uint64_t size = 0;  // of the content
  std::string literal;
  std::vector<PieceRef> refs;
  // A hint: an earlier version, good as compression prefix. Believed to be plain and no difference itself, which the
  // store has to check: the same content may have reached it in another form before.
  std::optional<BlobId> similar_to;
};

// A big value's elements in order. Shared between the memo and the batches on their way to the store; the store
// notes the number it gave so that the next value can be written as a difference. Belongs to the pipeline thread.
struct Sequence {
  std::vector<BlobId> items;
  std::shared_ptr<Sequence> base;  // the value this one continues, or null; only read until stored
  uint64_t number = 0;             // the store's, 0: not stored yet
  uint64_t epoch = 0;              // the store's when it gave the number; a stale one means the number is void

  Sequence() = default;
  Sequence(const Sequence&) = delete;
  Sequence& operator=(const Sequence&) = delete;
  // A batch may chain a hundred thousand values of one trace: let go of them one by one, not by recursion.
  ~Sequence() {
    while (base != nullptr && base.use_count() == 1) base = std::shared_ptr<Sequence>(std::move(base->base));
  }
};

// A reference from a packed record to something stored outside it.
using Reference = std::variant<BlobId, std::shared_ptr<Sequence>>;

// A record (span, log) with its big values taken out: context/pack.h has the form. Reference n of the bytes is refs[n].
struct Packed {
  std::string bytes;
  std::vector<Reference> refs;
};

// A message seen as an element of some context.
struct MessageRecord {
  MessageId id;
  BlobId element;
  ElementFormat format = ElementFormat::none;
};

// A context as one call saw it. The body are the elements of `input` after the first `leading` ones, which were
// leading system and developer messages and belong to the head.
struct ContextRecord {
  ContextId id;
  std::shared_ptr<Sequence> tools, system, input;  // null where the call had none
  ElementFormat tools_format = ElementFormat::none;
  ElementFormat system_format = ElementFormat::none;
  ElementFormat input_format = ElementFormat::none;
  uint32_t leading = 0;
  uint32_t messages = 0;  // head and body together, tool definitions not counted
};

}  // namespace strobe::context
