#include "store/sqlite/sequence_ops.h"

#include <gtest/gtest.h>

#include <random>

namespace strobe::store {
namespace {

BlobId id_of(uint64_t number) {
  BlobId id;
  for (size_t i = 0; i < 8; ++i) id.bytes[i] = id.bytes[31 - i] = static_cast<uint8_t>(number >> (8 * i));
  return id;
}

std::vector<BlobId> ids_of(const std::vector<uint64_t>& numbers) {
  std::vector<BlobId> ids;
  for (const uint64_t number : numbers) ids.push_back(id_of(number));
  return ids;
}

std::string encode(const std::vector<uint64_t>& items, const std::vector<SequenceOp>& ops) {
  SequenceOpsWriter writer;
  for (const auto& op : ops) {
    if (op.copy) {
      writer.copy(op.from, op.count);
      continue;
    }
    writer.begin_literals(op.count);
    for (size_t i = 0; i < op.count; ++i) writer.literal(items[op.from + i]);
  }
  return writer.take();
}

std::vector<uint64_t> played(const SequenceEdit& edit, const std::vector<uint64_t>& base) {
  std::vector<uint64_t> items;
  for (const SequenceEdit::Run& run : edit.runs) {
    const auto& from = run.is_of_base ? base : edit.own;
    for (uint64_t i = run.from; i < run.from + run.count; ++i) items.push_back(from.at(i));
  }
  return items;
}

// The stored size of the edit; checks that it gives the items back.
size_t check(const std::vector<uint64_t>& items, const std::vector<uint64_t>& base) {
  const std::string ops = encode(items, difference(ids_of(items), ids_of(base)));
  const auto applied = apply_ops(ops, base);
  EXPECT_TRUE(applied && *applied == items);
  const auto edit = read_ops(ops);
  EXPECT_TRUE(edit && played(*edit, base) == items);
  return ops.size();
}

std::vector<uint64_t> counting(uint64_t from, uint64_t to) {
  std::vector<uint64_t> numbers;
  for (; from < to; ++from) numbers.push_back(from);
  return numbers;
}

TEST(SequenceOps, UsualShapesCostAFewBytes) {
  const auto base = counting(1'000'000, 1'000'400);
  auto appended = base;
  appended.push_back(1'000'400);
  appended.push_back(1'000'401);
  EXPECT_LE(check(appended, base), 10u);

  EXPECT_LE(check(counting(1'000'002, 1'000'402), base), 12u) << "sliding window";

  auto changed_head = appended;
  changed_head[0] = 999;
  EXPECT_LE(check(changed_head, base), 16u) << "a clock in the first element";

  auto cleared = appended;
  cleared[10] = cleared[12] = 7;  // old tool results replaced by one short text
  EXPECT_LE(check(cleared, base), 24u);

  EXPECT_LE(check(base, base), 4u);
}

TEST(SequenceOps, EmptyListsWork) {
  check({}, {});
  check({}, {1, 2});
  check({1, 2}, {});
}

TEST(SequenceOps, AnyListComesBackFromAnyBase) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<uint64_t> base, items;
    const uint64_t alphabet = 1 + random() % 20;
    for (size_t n = random() % 30; n > 0; --n) base.push_back(random() % alphabet);
    for (size_t n = random() % 30; n > 0; --n) items.push_back(random() % alphabet);
    check(items, base);
  }
}

TEST(SequenceOps, DamagedBytesAreCorruptNotACrash) {
  const std::vector<uint64_t> base = {1, 2, 3};
  std::mt19937_64 random(2);
  const std::string good = encode({1, 2, 3, 4, 5}, difference(ids_of({1, 2, 3, 4, 5}), ids_of(base)));
  for (int round = 0; round < 20000; ++round) {
    std::string bad = good;
    for (int i = 0; i < 3; ++i) bad[random() % bad.size()] = static_cast<char>(random());
    const auto applied = apply_ops(bad, base);
    if (!applied) {
      EXPECT_EQ(applied.error().code, ErrorCode::corrupt);
    }
    const auto edit = read_ops(bad);
    if (!edit) {
      EXPECT_EQ(edit.error().code, ErrorCode::corrupt);
    }
    // What can be applied can be read, and is the same.
    EXPECT_TRUE(!applied || (edit && played(*edit, base) == *applied));
  }
  // A copy of three items, again and again, cannot grow without end: each needs two bytes.
  SequenceOpsWriter writer;
  writer.copy(0, uint64_t{1} << 40);
  const std::string endless = writer.take();
  EXPECT_FALSE(apply_ops(endless, base));
  EXPECT_FALSE(read_ops(endless));
}

}  // namespace
}  // namespace strobe::store
