#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "context/piece.h"
#include "store/sqlite/core.h"
#include "store/sqlite/hint_map.h"
#include "store/sqlite/kin.h"

namespace strobe::store {

// The table of blobs: exact bytes, each once, named by their hash and referred to by number.
class Blobs {
 public:
  explicit Blobs(Core& core);

  void begin_writing() { next_.reset(); }
  // Forgets what is remembered: after a rollback, and when numbers became void.
  void forget();

  // Stores a piece unless it is there already. Error conflict: it refers to a piece that is not there.
  Result<void> write(const context::Piece& piece);
  // 0: not stored.
  Result<uint64_t> number_of(const BlobId& id);
  // The same; error conflict when it is not stored.
  Result<uint64_t> stored_number(const BlobId& id);
  // A blob that has to do with `text`, kin.h; or null.
  Kin::BasePtr kin_of(std::string_view text) { return kin_.find(Kin::words_of(text)); }
  // The content, put together. Errors: not_found, corrupt.
  Result<std::string> content(uint64_t number);
  // Its literal bytes, without what a recipe inserts. Errors: the same.
  Result<std::string> literal(uint64_t number);
  // The blobs that its recipe inserts. Errors: the same.
  Result<std::vector<uint64_t>> inserted_into(uint64_t number);

 private:
  struct Row {
    std::string data;
    std::string recipe;
    bool has_recipe = false;
    uint64_t base = 0;
  };
  Result<Row> read(uint64_t number);
  Result<std::string> literal_of(const Row& row);
  Result<std::string> content_at_depth(uint64_t number, int depth, size_t& rows_left);
  Result<std::string> encode_recipe(const context::Piece& piece, uint64_t number);
  // The literal compressed, against something like it if there is one; `base` gets that blob's number, else none.
  Result<codec::Compressed> compress(const context::Piece& piece, uint64_t number, std::optional<uint64_t>& base);
  Result<bool> load_prefix(const BlobId& similar_to);

  Core& core_;
  NextNumber next_;
  HintMap<std::unordered_map<BlobId, uint64_t>> hints_;
  // The literal that was last used as a compression prefix: versions of one text come in a row.
  uint64_t prefix_number_ = 0;
  std::string prefix_;
  Kin kin_;
};

// The blobs that the recipe of blob `number` inserts. Errors: corrupt.
Result<std::vector<uint64_t>> recipe_targets(std::string_view recipe, uint64_t number);

}  // namespace strobe::store
