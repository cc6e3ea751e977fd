#include "store/sqlite/samples.h"

#include "base/bytes.h"
#include "codec/sha256.h"
#include "store/sqlite/sealed.h"

namespace strobe::store {

void Samples::forget() {
  samples_.clear();
  texts_.clear();
}

Result<uint64_t> Samples::write(const std::string& text) {
  const BlobId id{codec::sha256(text).bytes};
  TRY_VOID(blobs_.write({.id = id, .size = text.size(), .literal = text, .refs = {}, .similar_to = std::nullopt}));
  return blobs_.stored_number(id);
}

Result<std::string> Samples::seal_like(uint64_t setting, std::string_view packed) {
  const Sample* known = samples_.find(setting);
  if (known == nullptr) {
    if (packed.size() <= k_sample_bytes_max) samples_.remember(setting, {.number = 0, .text = std::string(packed)});
    return seal(core_.codec, packed);
  }
  const Kin::BasePtr kin = blobs_.kin_of(packed);
  codec::Compressed compressed = core_.codec.compress_like(packed, kin ? known->text + kin->literal : known->text, {});
  if (compressed.how == codec::Compression::zstd_prefix) {
    Sample sample = *known;
    if (sample.number == 0) {
      sample.number = TRY(write(sample.text));
      samples_.remember(setting, sample);
    }
    std::string numbered;
    ByteWriter writer(numbered);
    writer.varint(sample.number);
    writer.varint(kin ? kin->number : 0);
    writer.raw(compressed.bytes);
    compressed.bytes = std::move(numbered);
  }
  return seal(std::move(compressed), packed.size());
}

Result<std::string> Samples::unseal_like(std::string_view column) {
  const Sealed sealed = TRY(parse_sealed(column));
  if (sealed.how != codec::Compression::zstd_prefix) return unseal(core_.codec, column);
  ByteReader reader(sealed.bytes);
  const uint64_t number = reader.varint();
  const uint64_t kin = reader.varint();
  if (!reader.ok()) return fail(ErrorCode::corrupt, "a record does not name its sample");
  const std::string* text = texts_.find(number);
  if (text == nullptr) {
    texts_.remember(number, TRY(blobs_.content(number)));
    text = texts_.find(number);
  }
  if (kin == 0) return core_.codec.decompress(sealed.how, reader.rest(), sealed.size, *text);
  return core_.codec.decompress(sealed.how, reader.rest(), sealed.size, *text + TRY(blobs_.literal(kin)));
}

Result<SampleNumbers> sample_numbers(std::string_view column) {
  const Sealed sealed = TRY(parse_sealed(column));
  if (sealed.how != codec::Compression::zstd_prefix) return SampleNumbers{};
  ByteReader reader(sealed.bytes);
  SampleNumbers numbers;
  numbers.sample = reader.varint();
  numbers.kin = reader.varint();
  if (!reader.ok()) return fail(ErrorCode::corrupt, "a record does not name its sample");
  return numbers;
}

}  // namespace strobe::store
