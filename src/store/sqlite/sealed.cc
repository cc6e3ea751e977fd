#include "store/sqlite/sealed.h"

#include "base/assert.h"
#include "base/bytes.h"

namespace strobe::store {

namespace {
constexpr int k_how_bits = 3;
}  // namespace

std::string seal(codec::BlobCodec& codec, std::string_view content) {
  return seal(codec.compress(content), content.size());
}

std::string seal(codec::Compressed compressed, size_t content_size) {
  const auto how = static_cast<uint64_t>(compressed.how);
  STROBE_ASSERT(how >> k_how_bits == 0);
  std::string column;
  column.reserve(compressed.bytes.size() + 5);
  ByteWriter writer(column);
  writer.varint(compressed.how == codec::Compression::none ? how : uint64_t{content_size} << k_how_bits | how);
  writer.raw(compressed.bytes);
  return column;
}

Result<Sealed> parse_sealed(std::string_view column) {
  ByteReader reader(column);
  const uint64_t head = reader.varint();
  if (!reader.ok()) return fail(ErrorCode::corrupt, "stored content without a head");
  Sealed sealed;
  sealed.how = static_cast<codec::Compression>(head & ((1 << k_how_bits) - 1));
  sealed.bytes = reader.rest();
  sealed.size = sealed.how == codec::Compression::none ? sealed.bytes.size() : head >> k_how_bits;
  if (sealed.size > k_content_bytes_max) return fail(ErrorCode::corrupt, "stored content claims an impossible size");
  return sealed;
}

Result<std::string> unseal(codec::BlobCodec& codec, std::string_view column, std::string_view prefix) {
  const Sealed sealed = TRY(parse_sealed(column));
  return codec.decompress(sealed.how, sealed.bytes, sealed.size, prefix);
}

}  // namespace strobe::store
