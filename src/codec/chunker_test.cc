#include "codec/chunker.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "codec/sha256.h"

namespace strobe::codec {
namespace {

std::string random_text(size_t size, uint32_t seed) {
  std::minstd_rand random(seed);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

std::string joined(const std::vector<std::string_view>& chunks) {
  std::string text;
  for (const auto chunk : chunks) text += chunk;
  return text;
}

TEST(Chunker, LosesNothingAndKeepsItsBounds) {
  for (const size_t size : {0, 1, 1023, 1024, 1025, 4096, 16384, 16385, 100'000}) {
    for (const std::string& text : {random_text(size, 7), std::string(size, '\0'), std::string(size, 'x')}) {
      const auto chunks = chunk(text);
      EXPECT_EQ(joined(chunks), text);
      for (size_t i = 0; i < chunks.size(); ++i) {
        EXPECT_LE(chunks[i].size(), k_chunk_bytes_max);
        if (i + 1 < chunks.size()) {
          EXPECT_GE(chunks[i].size(), k_chunk_bytes_min);
        }
      }
    }
  }
}

TEST(Chunker, SizesGatherAroundTheMean) {
  const std::string text = random_text(4 << 20, 3);
  const size_t mean = text.size() / chunk(text).size();
  EXPECT_GT(mean, 3500u);
  EXPECT_LT(mean, 5500u);
}

TEST(Chunker, AnInsertionChangesFewChunks) {
  std::string text = random_text(400'000, 5);
  std::set<std::string> before;
  for (const auto piece : chunk(text)) before.emplace(piece);
  text.insert(150'000, "something new");
  int changed = 0;
  for (const auto piece : chunk(text)) changed += before.contains(std::string(piece)) ? 0 : 1;
  EXPECT_GE(changed, 1);
  EXPECT_LE(changed, 3);
}

// Cut points are stored: this test may never need a new expectation.
TEST(Chunker, CutPointsNeverChange) {
  const std::string text = random_text(1 << 20, 11);
  std::string sizes;
  for (const auto piece : chunk(text)) sizes += std::to_string(piece.size()) + " ";
  EXPECT_EQ(sizes.substr(0, 30), "6535 4747 3465 4245 1096 1408 ");
  EXPECT_EQ(sha256(sizes).hex().substr(0, 16), "d1cc4b775ef59792");
}

}  // namespace
}  // namespace strobe::codec
