#include "store/sqlite/sequence_ops.h"

#include <algorithm>
#include <unordered_map>

#include "base/bytes.h"

namespace strobe::store {

namespace {
void add(std::vector<SequenceOp>& ops, const SequenceOp& op) {
  if (op.count == 0) return;
  if (!ops.empty() && ops.back().copy == op.copy && ops.back().from + ops.back().count == op.from) {
    ops.back().count += op.count;
    return;
  }
  ops.push_back(op);
}

// Runs of `items[first, last)` that stand somewhere in `base[first, base_last)`.
void add_middle(std::vector<SequenceOp>& ops, std::span<const BlobId> items, size_t first, size_t last,
                std::span<const BlobId> base, size_t base_last) {
  if (first == last) return;
  std::unordered_map<BlobId, size_t> places;
  places.reserve(base_last - first);
  for (size_t i = first; i < base_last; ++i) places.emplace(base[i], i);
  size_t expected = first;  // where the base goes on after the last copy
  for (size_t i = first; i < last;) {
    size_t place = expected;
    if (place >= base_last || base[place] != items[i]) {
      const auto found = places.find(items[i]);
      if (found == places.end()) {
        add(ops, {.copy = false, .from = i++, .count = 1});
        continue;
      }
      place = found->second;
    }
    size_t count = 1;
    while (i + count < last && place + count < base_last && items[i + count] == base[place + count]) ++count;
    add(ops, {.copy = true, .from = place, .count = count});
    i += count;
    expected = place + count;
  }
}
}  // namespace

std::vector<SequenceOp> difference(std::span<const BlobId> items, std::span<const BlobId> base) {
  const size_t common = std::min(items.size(), base.size());
  size_t prefix = 0;
  while (prefix < common && items[prefix] == base[prefix]) ++prefix;
  size_t suffix = 0;
  while (suffix < common - prefix && items[items.size() - 1 - suffix] == base[base.size() - 1 - suffix]) ++suffix;
  std::vector<SequenceOp> ops;
  add(ops, {.copy = true, .from = 0, .count = prefix});
  add_middle(ops, items, prefix, items.size() - suffix, base, base.size() - suffix);
  add(ops, {.copy = true, .from = base.size() - suffix, .count = suffix});
  return ops;
}

void SequenceOpsWriter::copy(uint64_t from, uint64_t count) {
  ByteWriter writer(bytes_);
  writer.varint(count << 1);
  writer.signed_varint(static_cast<int64_t>(from - copy_end_));
  copy_end_ = from + count;
}

void SequenceOpsWriter::begin_literals(uint64_t count) { ByteWriter(bytes_).varint(count << 1 | 1); }

void SequenceOpsWriter::literal(uint64_t number) {
  ByteWriter(bytes_).signed_varint(static_cast<int64_t>(number - last_literal_));
  last_literal_ = number;
}

Result<std::vector<uint64_t>> apply_ops(std::string_view ops, std::span<const uint64_t> base) {
  ByteReader reader(ops);
  std::vector<uint64_t> items;
  uint64_t copy_end = 0;
  uint64_t last_literal = 0;
  while (reader.ok() && !reader.at_end()) {
    const uint64_t head = reader.varint();
    const uint64_t count = head >> 1;
    if (count > k_sequence_items_max - items.size()) return fail(ErrorCode::corrupt, "a stored sequence is too long");
    if ((head & 1) != 0) {
      for (uint64_t i = 0; i < count && reader.ok(); ++i) {
        last_literal += static_cast<uint64_t>(reader.signed_varint());
        items.push_back(last_literal);
      }
      continue;
    }
    const uint64_t from = copy_end + static_cast<uint64_t>(reader.signed_varint());
    if (!reader.ok()) break;
    if (from > base.size() || count > base.size() - from) {
      return fail(ErrorCode::corrupt, "a stored sequence copies what its base does not have");
    }
    items.insert(items.end(), base.begin() + static_cast<ptrdiff_t>(from),
                 base.begin() + static_cast<ptrdiff_t>(from + count));
    copy_end = from + count;
  }
  if (!reader.ok()) return fail(ErrorCode::corrupt, "a stored sequence ends early");
  return items;
}

Result<SequenceEdit> read_ops(std::string_view ops) {
  ByteReader reader(ops);
  SequenceEdit edit;
  uint64_t items = 0;
  uint64_t copy_end = 0;
  uint64_t last_literal = 0;
  while (reader.ok() && !reader.at_end()) {
    const uint64_t head = reader.varint();
    const uint64_t count = head >> 1;
    if (count > k_sequence_items_max - items) return fail(ErrorCode::corrupt, "a stored sequence is too long");
    items += count;
    if ((head & 1) == 0) {
      const uint64_t from = copy_end + static_cast<uint64_t>(reader.signed_varint());
      edit.runs.push_back({.is_of_base = true, .from = from, .count = count});
      copy_end = from + count;
      continue;
    }
    edit.runs.push_back({.from = edit.own.size(), .count = count});
    for (uint64_t i = 0; i < count && reader.ok(); ++i) {
      last_literal += static_cast<uint64_t>(reader.signed_varint());
      edit.own.push_back(last_literal);
    }
  }
  if (!reader.ok()) return fail(ErrorCode::corrupt, "a stored sequence ends early");
  return edit;
}

Result<std::vector<uint64_t>> literals_of(std::string_view ops) {
  ByteReader reader(ops);
  std::vector<uint64_t> literals;
  uint64_t last_literal = 0;
  while (reader.ok() && !reader.at_end()) {
    const uint64_t head = reader.varint();
    if ((head & 1) == 0) {
      reader.signed_varint();
      continue;
    }
    for (uint64_t i = 0; i < head >> 1 && reader.ok(); ++i) {
      last_literal += static_cast<uint64_t>(reader.signed_varint());
      literals.push_back(last_literal);
    }
  }
  if (!reader.ok()) return fail(ErrorCode::corrupt, "a stored sequence ends early");
  return literals;
}

}  // namespace strobe::store
