#include "cli/store_trouble.h"

#include <gtest/gtest.h>

namespace strobe::cli {
namespace {

constexpr std::chrono::steady_clock::time_point k_start{std::chrono::hours(1)};

TEST(StoreTroubleTest, OneLineWhenItBeginsAndOneWhenItEnds) {
  std::string said;
  StoreTrouble trouble("/x.db", [&](const std::string& line) { said += line + "\n"; });
  const Error full{ErrorCode::unavailable, "cannot write the store /x.db: no space left on device", "make room"};
  trouble.tell(nullptr, k_start);
  EXPECT_EQ(said, "");
  for (int i = 0; i < 5; ++i) trouble.tell(&full, k_start + std::chrono::minutes(i));
  EXPECT_EQ(
      said,
      "strobe: cannot write the store /x.db: no space left on device; senders are asked to come back (make room)\n");
  said.clear();
  trouble.tell(nullptr, k_start);
  trouble.tell(nullptr, k_start);
  EXPECT_EQ(said, "strobe: the store /x.db is written again\n");
}

TEST(StoreTroubleTest, WhatComesAndGoesIsNotToldEachTime) {
  int lines = 0;
  StoreTrouble trouble("/x.db", [&](const std::string&) { ++lines; });
  const Error error{ErrorCode::io, "input/output error", ""};
  for (int i = 0; i < 100; ++i) {
    trouble.tell(&error, k_start + std::chrono::milliseconds(i));
    trouble.tell(nullptr, k_start + std::chrono::milliseconds(i));
  }
  EXPECT_EQ(lines, 2);
}

}  // namespace
}  // namespace strobe::cli
