#include "store/sqlite/references.h"

#include "base/bytes.h"

namespace strobe::store {

Result<std::string> write_references(const context::Packed& packed, Blobs& blobs, Sequences& sequences) {
  std::string column;
  ByteWriter writer(column);
  uint64_t last[2] = {0, 0};
  for (const context::Reference& reference : packed.refs) {
    const auto* sequence = std::get_if<SequencePtr>(&reference);
    const uint64_t number =
        sequence != nullptr ? TRY(sequences.write(*sequence)) : TRY(blobs.stored_number(std::get<BlobId>(reference)));
    uint64_t& before = last[sequence != nullptr ? 1 : 0];
    const auto difference = static_cast<int64_t>(number - before);
    const uint64_t zigzag = static_cast<uint64_t>(difference) << 1 ^ static_cast<uint64_t>(difference >> 63);
    writer.varint(zigzag << 1 | (sequence != nullptr ? 1 : 0));
    before = number;
  }
  return column;
}

Result<std::vector<uint64_t>> read_references(std::string_view column) {
  std::vector<uint64_t> numbers;
  for (const StoredReference& reference : TRY(read_reference_list(column))) numbers.push_back(reference.number);
  return numbers;
}

Result<std::vector<StoredReference>> read_reference_list(std::string_view column) {
  std::vector<StoredReference> references;
  ByteReader reader(column);
  uint64_t last[2] = {0, 0};
  while (reader.ok() && !reader.at_end()) {
    const uint64_t head = reader.varint();
    const uint64_t zigzag = head >> 1;
    uint64_t& number = last[head & 1];
    number += zigzag >> 1 ^ (~(zigzag & 1) + 1);
    references.push_back({(head & 1) != 0, number});
  }
  if (!reader.ok()) return fail(ErrorCode::corrupt, "the references of a record end early");
  return references;
}

}  // namespace strobe::store
