#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/assert.h"
#include "context/element.h"
#include "context/join.h"
#include "context/pack.h"
#include "model/raw.h"
#include "store/sqlite/blobs.h"
#include "store/sqlite/references.h"
#include "store/sqlite/sealed.h"
#include "store/sqlite/sequence_ops.h"

// Any bytes as what a damaged store holds: packed records, items, sealed columns, edits of lists, recipes. They are
// read or called corrupt. What was read as a record packs to something that reads as the same.

namespace strobe::store {
namespace {

// Gives every reference the same few contents, which are themselves any bytes.
class AnySource final : public context::ReferenceSource {
 public:
  explicit AnySource(std::string_view bytes) : bytes_(bytes) {}
  Result<std::string_view> blob(uint64_t number) override {
    if (number > 100) return fail(ErrorCode::corrupt, "no such blob");
    return bytes_;
  }
  Result<std::vector<std::string_view>> sequence(uint64_t number) override {
    if (number > 100) return fail(ErrorCode::corrupt, "no such sequence");
    return std::vector<std::string_view>(number % 5, bytes_);
  }

 private:
  std::string_view bytes_;
};

void check_corrupt(const Error& error) { STROBE_ASSERT(error.code == ErrorCode::corrupt); }

void check_span(std::string_view bytes, std::string_view referenced) {
  for (const auto fetch : {context::Fetch::everything, context::Fetch::without_sequences}) {
    Arena arena;
    AnySource source(referenced);
    const auto span = context::unpack_span(bytes, source, fetch, arena);
    if (!span) {
      check_corrupt(span.error());
      continue;
    }
    if (fetch != context::Fetch::everything) continue;
    const std::string packed = context::pack_span(*span, nullptr);
    const auto again = context::unpack_span(packed, source, fetch, arena);
    STROBE_ASSERT(again && context::pack_span(*again, nullptr) == packed);
  }
}

void check_other_records(std::string_view bytes, std::string_view referenced) {
  Arena arena;
  AnySource source(referenced);
  if (const auto log = context::unpack_log(bytes, source, context::Fetch::everything, arena)) {
    const std::string packed = context::pack_log(*log, nullptr);
    const auto again = context::unpack_log(packed, source, context::Fetch::everything, arena);
    STROBE_ASSERT(again && context::pack_log(*again, nullptr) == packed);
  }
  if (const auto resource = context::unpack_resource(bytes, arena)) (void)context::pack_resource(*resource);
  if (const auto scope = context::unpack_scope(bytes, arena)) (void)context::pack_scope(*scope);
}

void check_items(std::string_view bytes) {
  Arena arena;
  if (const auto value = context::unpack_value_item(bytes, arena)) {
    std::string again;
    context::append_value_item(again, *value);
    const auto back = context::unpack_value_item(again, arena);
    STROBE_ASSERT(back && identical(*back, *value));
  }
  if (const auto pairs = context::unpack_flat_item(bytes, arena)) {
    std::string again;
    context::append_flat_item(again, *pairs);
    const auto back = context::unpack_flat_item(again, arena);
    STROBE_ASSERT(back && identical(*back, *pairs));
  }
  for (const std::string_view text : context::long_strings_of_item(bytes, 4)) {
    STROBE_ASSERT(text.data() >= bytes.data() && text.data() + text.size() <= bytes.data() + bytes.size());
  }
  (void)context::element_node(bytes, arena);
}

void check_sealed(std::string_view bytes) {
  codec::BlobCodec codec;
  if (const auto head = parse_sealed(bytes); head && head->size > size_t{1} << 24) return;  // allowed, but slow to try
  const auto content = unseal(codec, bytes, bytes);
  if (!content) return check_corrupt(content.error());
  const auto again = unseal(codec, seal(codec, *content));
  STROBE_ASSERT(again && *again == *content);
}

void check_lists(std::string_view bytes) {
  const std::vector<uint64_t> base = {1, 2, 3, 500, 501};
  const auto items = apply_ops(bytes, base);
  if (!items) check_corrupt(items.error());
  // Literals are items that no base has.
  if (const auto literals = literals_of(bytes); items) STROBE_ASSERT(literals && literals->size() <= items->size());
  const auto numbers = read_references(bytes);
  if (!numbers) check_corrupt(numbers.error());
  (void)recipe_targets(bytes, 1000);
}

void check_join(std::string_view bytes, std::string_view inserted) {
  std::vector<context::FilledRef> refs;
  while (bytes.size() >= 3 && refs.size() < 16) {
    refs.push_back({.offset = static_cast<unsigned char>(bytes[0]),
                    .style = static_cast<context::EscapeStyle>(static_cast<unsigned char>(bytes[1]) % 8),
                    .content = inserted.substr(0, static_cast<unsigned char>(bytes[2]))});
    bytes.remove_prefix(3);
  }
  const auto joined = context::join(inserted, refs);
  if (joined) {
    STROBE_ASSERT(joined->size() >= inserted.size());
  } else {
    check_corrupt(joined.error());
  }
}

void check(const uint8_t* data, size_t size) {
  if (size < 2) return;
  // The second byte says how much of the end is what references refer to.
  const std::string_view all(reinterpret_cast<const char*>(data) + 2, size - 2);
  const size_t cut = all.size() - all.size() * data[1] / 256;
  const std::string_view bytes = all.substr(0, cut);
  const std::string_view rest = all.substr(cut);
  switch (data[0] % 6) {
    case 0: check_span(bytes, rest); break;
    case 1: check_other_records(bytes, rest); break;
    case 2: check_items(bytes); break;
    case 3: check_sealed(bytes); break;
    case 4: check_lists(bytes); break;
    default: check_join(bytes, rest);
  }
}

}  // namespace
}  // namespace strobe::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::store::check(data, size);
  return 0;
}
