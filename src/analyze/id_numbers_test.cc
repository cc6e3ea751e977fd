#include "analyze/id_numbers.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <unordered_map>

namespace strobe::analyze {
namespace {

TEST(IdNumbers, AgreeWithAMapHoweverManyThereAre) {
  std::mt19937 random(9);
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) texts.push_back(std::string(random() % 3, 'x') + std::to_string(random() % 2000));
  IdNumbers ids;
  std::unordered_map<std::string_view, int32_t> expected;
  EXPECT_EQ(ids.find("x"), -1);
  for (const std::string& text : texts) {
    const auto known = expected.find(text);
    ASSERT_EQ(ids.find(text), known == expected.end() ? -1 : known->second) << text;
    const auto [at, is_new] = expected.try_emplace(text, static_cast<int32_t>(expected.size()));
    ASSERT_EQ(ids.add(text), at->second) << text;
    if (expected.size() == 100) ids.reserve(1000);
  }
  EXPECT_EQ(ids.size(), expected.size());
}

}  // namespace
}  // namespace strobe::analyze
