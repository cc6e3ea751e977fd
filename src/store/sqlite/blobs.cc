#include "store/sqlite/blobs.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "context/join.h"
#include "store/sqlite/sealed.h"

namespace strobe::store {

namespace {
// About 20 MB. More than the elements of the sessions that are open at one time.
constexpr size_t k_hints_max = 200'000;
// A damaged file could make a content of many empty parts; honest recipes have a few hundred.
constexpr size_t k_rows_per_content_max = 1'000'000;
constexpr int k_style_bits = 3;
// What is only like something else is worth more as a base itself unless it gains by that.
constexpr codec::PrefixTerms k_kin_terms{.sure_percent = 12, .worth_percent = 85};

// Recipe: varint content size; then per reference varint(offset delta << 3 | style) and the varint of how far back in
// the table the referred blob stands: always at least one, so recipes cannot go in circles.
struct RecipeEntry {
  uint64_t offset = 0;
  context::EscapeStyle style = context::EscapeStyle::verbatim;
  uint64_t number = 0;
};

Error damaged(uint64_t number, std::string_view what) {
  return {ErrorCode::corrupt, "stored piece " + std::to_string(number) + ": " + std::string(what)};
}
}  // namespace

Blobs::Blobs(Core& core) : core_(core), next_(core, Sql::blob_last), hints_(k_hints_max) {}

void Blobs::forget() {
  hints_.clear();
  prefix_number_ = 0;
  prefix_.clear();
  kin_.clear();
}

Result<uint64_t> Blobs::number_of(const BlobId& id) {
  if (const uint64_t* hint = hints_.find(id)) return *hint;
  auto statement = TRY(core_.sql.use(Sql::blob_find));
  statement->bind_all(index_bytes(id), blob_of(id));
  const uint64_t number = TRY(first_number(std::move(statement)));
  if (number != 0) hints_.remember(id, number);
  return number;
}

Result<uint64_t> Blobs::stored_number(const BlobId& id) {
  const uint64_t number = TRY(number_of(id));
  if (number == 0) return fail(ErrorCode::conflict, "piece " + id.hex() + " is not in the store");
  return number;
}

Result<std::string> Blobs::encode_recipe(const context::Piece& piece, uint64_t number) {
  std::string recipe;
  ByteWriter writer(recipe);
  writer.varint(piece.size);
  uint64_t at = 0;
  for (const context::PieceRef& ref : piece.refs) {
    STROBE_ASSERT(ref.offset >= at && ref.offset <= piece.literal.size());
    const uint64_t target = TRY(stored_number(ref.id));
    if (target >= number) return std::unexpected(damaged(number, "refers to what comes after it"));
    writer.varint((ref.offset - at) << k_style_bits | static_cast<uint64_t>(ref.style));
    writer.varint(number - target);
    at = ref.offset;
  }
  return recipe;
}

Result<bool> Blobs::load_prefix(const BlobId& similar_to) {
  uint64_t number = TRY(number_of(similar_to));
  if (number == 0) return false;
  if (number == prefix_number_) return true;
  Row row = TRY(read(number));
  // One level only: what was itself compressed with a prefix lends us that one.
  if (row.base != 0) {
    number = row.base;
    if (number == prefix_number_) return true;
    row = TRY(read(number));
  }
  prefix_ = TRY(literal_of(row));
  prefix_number_ = number;
  return true;
}

Result<codec::Compressed> Blobs::compress(const context::Piece& piece, uint64_t number, std::optional<uint64_t>& base) {
  constexpr auto k_prefix = codec::Compression::zstd_prefix;
  if (piece.similar_to && TRY(load_prefix(*piece.similar_to))) {
    auto compressed = core_.codec.compress_like(piece.literal, prefix_, {});
    if (compressed.how == k_prefix) base = prefix_number_;
    return compressed;
  }
  const Kin::Words words = Kin::words_of(piece.literal);
  const Kin::BasePtr kin = kin_.find(words);
  auto compressed =
      kin ? core_.codec.compress_like(piece.literal, kin->literal, k_kin_terms) : core_.codec.compress(piece.literal);
  if (compressed.how == k_prefix) {
    base = kin->number;
    kin_.remember(words, kin);
  } else if (piece.literal.size() <= Kin::k_literal_bytes_max) {
    kin_.remember(words, std::make_shared<const Kin::Base>(Kin::Base{number, piece.literal}));
  }
  return compressed;
}

Result<void> Blobs::write(const context::Piece& piece) {
  if (TRY(number_of(piece.id)) != 0) return {};
  const uint64_t number = TRY(next_.take());
  std::optional<std::string> recipe;
  if (!piece.refs.empty()) recipe = TRY(encode_recipe(piece, number));
  std::optional<uint64_t> base;
  auto compressed = TRY(compress(piece, number, base));
  const std::string data = seal(std::move(compressed), piece.literal.size());
  auto statement = TRY(core_.sql.use(Sql::blob_add));
  statement->bind_all(number, blob_of(piece.id), sqlite::Blob{data});
  if (recipe) statement->bind(4, sqlite::Blob{*recipe});
  statement->bind(5, base);
  TRY_VOID(statement->run());
  hints_.remember(piece.id, number);
  return {};
}

Result<Blobs::Row> Blobs::read(uint64_t number) {
  auto statement = TRY(core_.sql.use(Sql::blob_read));
  statement->bind_all(number);
  if (!TRY(statement->step())) return fail(ErrorCode::not_found, "no piece " + std::to_string(number));
  Row row;
  row.data = statement->blob(0);
  row.has_recipe = !statement->is_null(1);
  row.recipe = statement->blob(1);
  row.base = static_cast<uint64_t>(statement->int64(2));
  return row;
}

Result<std::string> Blobs::literal_of(const Row& row) {
  if (row.base == 0) return unseal(core_.codec, row.data);
  const Row base = TRY(read(row.base));
  if (base.base != 0) return fail(ErrorCode::corrupt, "a compression prefix has a prefix itself");
  const std::string prefix = TRY(unseal(core_.codec, base.data));
  return unseal(core_.codec, row.data, prefix);
}

Result<std::string> Blobs::literal(uint64_t number) { return literal_of(TRY(read(number))); }

Result<std::vector<uint64_t>> Blobs::inserted_into(uint64_t number) {
  const Row row = TRY(read(number));
  if (!row.has_recipe) return std::vector<uint64_t>();
  return recipe_targets(row.recipe, number);
}

Result<std::string> Blobs::content(uint64_t number) {
  size_t rows_left = k_rows_per_content_max;
  return content_at_depth(number, 0, rows_left);
}

Result<std::string> Blobs::content_at_depth(uint64_t number, int depth, size_t& rows_left) {
  if (depth > context::k_join_depth_max || rows_left-- == 0) return std::unexpected(damaged(number, "nested too deep"));
  const Row row = TRY(read(number));
  std::string literal = TRY(literal_of(row));
  if (!row.has_recipe) return literal;
  ByteReader reader(row.recipe);
  const uint64_t size = reader.varint();
  if (size > k_content_bytes_max) return std::unexpected(damaged(number, "impossible size"));
  std::vector<std::string> contents;
  std::vector<RecipeEntry> entries;
  uint64_t offset = 0;
  uint64_t sum = literal.size();
  while (reader.ok() && !reader.at_end()) {
    const uint64_t head = reader.varint();
    const uint64_t back = reader.varint();
    if (!reader.ok() || back == 0 || back >= number) return std::unexpected(damaged(number, "wrong reference"));
    offset += head >> k_style_bits;
    if (offset > literal.size()) return std::unexpected(damaged(number, "wrong offset"));
    entries.push_back({offset, static_cast<context::EscapeStyle>(head & ((1 << k_style_bits) - 1)), number - back});
    contents.push_back(TRY(content_at_depth(number - back, depth + 1, rows_left)));
    // Escaping never makes anything shorter.
    sum += contents.back().size();
    if (sum > size) return std::unexpected(damaged(number, "its parts are larger than the whole"));
  }
  std::vector<context::FilledRef> filled;
  for (size_t i = 0; i < entries.size(); ++i) {
    filled.push_back({static_cast<uint32_t>(entries[i].offset), entries[i].style, contents[i]});
  }
  std::string joined = TRY(context::join(literal, filled));
  if (joined.size() != size) return std::unexpected(damaged(number, "its size is not what was stored"));
  return joined;
}

Result<std::vector<uint64_t>> recipe_targets(std::string_view recipe, uint64_t number) {
  ByteReader reader(recipe);
  reader.varint();
  std::vector<uint64_t> targets;
  while (reader.ok() && !reader.at_end()) {
    reader.varint();
    const uint64_t back = reader.varint();
    if (!reader.ok() || back == 0 || back >= number) return std::unexpected(damaged(number, "wrong reference"));
    targets.push_back(number - back);
  }
  if (!reader.ok()) return std::unexpected(damaged(number, "its recipe ends early"));
  return targets;
}

}  // namespace strobe::store
