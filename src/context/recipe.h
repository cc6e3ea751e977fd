#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/arena.h"
#include "codec/sha256.h"
#include "context/piece_map.h"
#include "context/split.h"

namespace strobe::context {

// From this size on a payload is a recipe of content-defined chunks; smaller ones are plain, so that they compress in
// one piece and can be the prefix of later versions. How a blob is stored is no part of its identity.
inline constexpr size_t k_chunked_payload_bytes_min = size_t{64} << 10;

// How versions of a text that changes a little (a system prompt with a clock in it) went to the store, and so against
// which blob the next one may be compressed. Only hints: forgetting them costs space, never correctness.
class Versions {
 public:
  struct Version {
    BlobId base;           // a plain blob that is no difference itself
    size_t drift = 0;      // bytes changed since the base, added up
    bool has_base = true;  // false: stored in chunks
  };
  const Version* find(const BlobId& id) const;
  void note(const BlobId& id, const Version& version);
  void clear() { versions_.clear(); }

 private:
  static constexpr size_t k_versions_max = 65536;
  std::unordered_map<BlobId, Version> versions_;
};

// Where a string stands inside an element and how it decodes.
struct FoundPayload {
  size_t begin = 0;  // of the bytes that are replaced
  size_t end = 0;
  std::string_view decoded;
  EscapeStyle style = EscapeStyle::verbatim;
};

// How an element's bytes are read for strings worth being blobs.
enum class TextKind : uint8_t {
  plain,   // it is one payload
  json,    // strings between quotes, whatever surrounds them
  packed,  // strings of a packed item
};

// Strings of k_payload_bytes_min and more that one of the styles gives back exactly. Views into `text` and the arena.
std::vector<FoundPayload> find_payloads(std::string_view text, TextKind kind, Arena& arena);
// The style that gives back `raw`, the escaped form of `decoded`; false when none does.
bool find_style(std::string_view raw, std::string_view decoded, EscapeStyle& style);

// Makes pieces out of texts and collects them, each once per batch, a piece after those it refers to. Owned by the
// splitter; one thread.
class PieceMaker {
 public:
  // Copies of all pieces go to `copies`, unless it is null.
  PieceMaker(SplitStats& stats, PieceMap* copies) : stats_(stats), copies_(copies) {}

  // A blob for all of `text`: its own strings are taken out first. `earlier` is what stood at the same place before, or
  // empty.
  BlobId item(std::string_view text, TextKind kind, std::string_view earlier);
  // A blob that holds `text` as it is.
  BlobId payload(std::string_view text, std::string_view earlier);
  // One chunk of a bigger value.
  BlobId chunk(std::string_view text);

  std::vector<Piece> take();
  void forget() { versions_.clear(); }

 private:
  BlobId hash(std::string_view text);
  bool is_new(const BlobId& id) { return !in_batch_.contains(id); }
  void add(Piece piece);
  void add_plain(const BlobId& id, std::string_view text);
  void add_chunked(const BlobId& id, std::string_view text);
  bool add_similar(const BlobId& id, std::string_view text, std::string_view earlier);

  SplitStats& stats_;
  PieceMap* copies_;
  codec::Sha256 sha256_;
  std::vector<Piece> pieces_;
  std::unordered_set<BlobId> in_batch_;
  Versions versions_;
};

// How many bytes `a` and `b` have in common at their beginnings.
size_t common_prefix(std::string_view a, std::string_view b);

}  // namespace strobe::context
