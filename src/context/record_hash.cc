#include "context/record_hash.h"

#include "base/bytes.h"
#include "codec/sha256.h"

namespace strobe::context {

Hash256 record_hash(const Packed& packed, std::string_view resource, std::string_view scope) {
  std::string lengths;
  ByteWriter writer(lengths);
  writer.varint(packed.bytes.size());
  writer.varint(resource.size());
  writer.varint(scope.size());
  writer.varint(packed.refs.size());
  thread_local codec::Sha256 sha;
  sha.update(lengths);
  sha.update(packed.bytes);
  sha.update(resource);
  sha.update(scope);
  for (const Reference& reference : packed.refs) {
    if (const auto* blob = std::get_if<BlobId>(&reference)) {
      sha.update(blob->view());
    } else {
      const auto& items = std::get<std::shared_ptr<Sequence>>(reference)->items;
      sha.update({reinterpret_cast<const char*>(items.data()), items.size() * BlobId::k_size});
    }
  }
  return sha.finish();
}

}  // namespace strobe::context
