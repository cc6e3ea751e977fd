#include "context/piece_map.h"

#include "context/join.h"

namespace strobe::context {

const Piece* PieceMap::find(const BlobId& id) const {
  const auto found = pieces_.find(id);
  return found == pieces_.end() ? nullptr : &found->second;
}

Result<std::string> PieceMap::content(const BlobId& id, int depth) const {
  const Piece* piece = find(id);
  if (piece == nullptr) return fail(ErrorCode::corrupt, "piece " + id.hex() + " is missing");
  if (depth > k_join_depth_max) return fail(ErrorCode::corrupt, "pieces refer to each other without end");
  std::vector<std::string> contents;
  contents.reserve(piece->refs.size());
  std::vector<FilledRef> refs;
  for (const PieceRef& ref : piece->refs) {
    contents.push_back(TRY(content(ref.id, depth + 1)));
    refs.push_back({ref.offset, ref.style, contents.back()});
  }
  return join(piece->literal, refs);
}

Result<std::string_view> PieceMapSource::blob(uint64_t number) {
  const auto* id = number < refs_.size() ? std::get_if<BlobId>(&refs_[number]) : nullptr;
  if (id == nullptr) return fail(ErrorCode::corrupt, "no such blob reference");
  return arena_.copy(TRY(pieces_.content(*id)));
}

Result<std::vector<std::string_view>> PieceMapSource::sequence(uint64_t number) {
  const auto* sequence = number < refs_.size() ? std::get_if<std::shared_ptr<Sequence>>(&refs_[number]) : nullptr;
  if (sequence == nullptr) return fail(ErrorCode::corrupt, "no such sequence reference");
  std::vector<std::string_view> contents;
  for (const BlobId& id : (*sequence)->items) contents.push_back(arena_.copy(TRY(pieces_.content(id))));
  return contents;
}

}  // namespace strobe::context
