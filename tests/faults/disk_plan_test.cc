#include "disk_plan.h"

#include <gtest/gtest.h>

namespace strobe::faults {
namespace {

std::string fates(const std::string& text, const std::vector<Call>& calls) {
  auto plan = DiskPlan::parse(text);
  if (!plan) return plan.error().message;
  std::string story;
  for (const Call& call : calls) story += std::to_string(static_cast<int>((*plan)(call).damage));
  return story;
}

const Call k_write{.operation = Operation::write, .file = FileKind::log, .bytes = 1000};
const Call k_read{.operation = Operation::read, .file = FileKind::database};

TEST(DiskPlanTest, RulesChooseByFileAndOperationAndCount) {
  EXPECT_EQ(fates("write disk_full", {k_write, k_read, k_write}), "202");
  EXPECT_EQ(fates("database.write disk_full\nlog.any io_error  # why\n\n", {k_write, k_read}), "10");
  EXPECT_EQ(fates("any kill at=3", {k_write, k_read, k_write, k_write}), "0040");
  EXPECT_EQ(fates("write io_error every=2", {k_write, k_read, k_write, k_write, k_write}), "00101");
  EXPECT_EQ(fates("write short_write times=1", {k_write, k_write}), "30");
  EXPECT_EQ(fates("write io_error at=1\nany disk_full", {k_write, k_write}), "12");
}

TEST(DiskPlanTest, DelaysAddUp) {
  auto plan = DiskPlan::parse("write delay_ms=5\nany bytes_per_second=100000").value();
  EXPECT_EQ(plan(k_write).delay, std::chrono::milliseconds(15));
  EXPECT_EQ(plan(k_read).delay, std::chrono::milliseconds(0));
}

TEST(DiskPlanTest, WhatCannotBeReadIsSaid) {
  EXPECT_EQ(fates("sleep io_error", {}), "no such operation: sleep");
  EXPECT_EQ(fates("disk.write io_error", {}), "no such file: disk.write");
  EXPECT_EQ(fates("write ioerror", {}), "cannot read: ioerror");
  EXPECT_EQ(fates("write io_error every=0", {}), "cannot read: every=0");
  EXPECT_EQ(fates("write io_error every=3x", {}), "cannot read: every=3x");
}

}  // namespace
}  // namespace strobe::faults
