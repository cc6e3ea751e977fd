#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "context/pack.h"
#include "context/piece.h"

namespace strobe::context {

// Pieces in memory, put together on demand: how a store does it, for checks and tests.
class PieceMap {
 public:
  // A piece that is there already stays as it is.
  void add(const Piece& piece) { pieces_.try_emplace(piece.id, piece); }
  // Errors: corrupt (a piece is missing, or references do not end).
  Result<std::string> content(const BlobId& id) const { return content(id, 0); }
  const Piece* find(const BlobId& id) const;
  size_t size() const { return pieces_.size(); }

 private:
  Result<std::string> content(const BlobId& id, int depth) const;
  std::unordered_map<BlobId, Piece> pieces_;
};

// The references of one packed record, fetched from a PieceMap.
class PieceMapSource : public ReferenceSource {
 public:
  PieceMapSource(const PieceMap& pieces, std::span<const Reference> refs, Arena& arena)
      : pieces_(pieces), refs_(refs), arena_(arena) {}
  Result<std::string_view> blob(uint64_t number) override;
  Result<std::vector<std::string_view>> sequence(uint64_t number) override;

 private:
  const PieceMap& pieces_;
  std::span<const Reference> refs_;
  Arena& arena_;
};

}  // namespace strobe::context
