#include "codec/zstd.h"

#include <gtest/gtest.h>

#include <random>

#include "codec/dictionary.h"
#include "codec/sha256.h"

namespace strobe::codec {
namespace {

std::string text_of(size_t size, uint32_t seed = 1) {
  static constexpr const char* k_words[] = {"the ",       "agent ", "calls ",   "read_file ",       "with ",
                                            "arguments ", "and ",   "returns ", "{\"path\":\"src/", "main.cc\"}",
                                            "\n",         "error ", "stream "};
  std::minstd_rand random(seed);
  std::string text;
  while (text.size() < size) text += k_words[random() % std::size(k_words)];
  text.resize(size);
  return text;
}

std::string noise(size_t size) {
  std::mt19937 random(5);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// Blobs on disk need these bytes: this test may never need a new expectation.
TEST(Dictionary, NeverChanges) {
  EXPECT_EQ(dictionary_1().size(), 112640u);
  EXPECT_EQ(sha256(dictionary_1()).hex(), "168747075ac9fb32d3aaee7b54238f18051650291a4dfb421c96c5e94f4b06a5");
}

TEST(BlobCodec, RoundTrips) {
  BlobCodec codec;
  BlobCodec reader;
  for (const size_t size : {0, 1, 15, 16, 100, 3000, 70'000, 1'000'000, 5'000'000}) {
    for (const std::string& content : {text_of(size), noise(size), std::string(size, 'x')}) {
      const Compressed stored = codec.compress(content);
      EXPECT_LE(stored.bytes.size(), content.size());
      const auto back = reader.decompress(stored.how, stored.bytes, size);
      ASSERT_TRUE(back) << size << ": " << back.error().message;
      EXPECT_TRUE(*back == content) << size;
    }
  }
}

TEST(BlobCodec, KeepsNoiseAsItIs) {
  BlobCodec codec;
  EXPECT_EQ(codec.compress(noise(2000)).how, Compression::none);
  EXPECT_EQ(codec.compress("short").how, Compression::none);
  EXPECT_EQ(codec.compress(text_of(2000)).how, Compression::zstd_dictionary_1);
}

TEST(BlobCodec, TheDictionaryKnowsTheFramings) {
  BlobCodec codec;
  const std::string message =
      R"({"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"read_file","arguments":{"path":"a.py"}}]})";
  EXPECT_LT(codec.compress(message).bytes.size() * 2, message.size());
}

TEST(BlobCodec, APrefixMakesAnEditCheap) {
  BlobCodec codec;
  for (const size_t size : {2000, 100'000, 3'000'000, 12'000'000}) {
    const std::string before = noise(size / 2) + text_of(size / 2);
    std::string after = before;
    after.insert(size / 3, "a changed line\n");
    const Compressed stored = codec.compress_like(after, before, {});
    EXPECT_EQ(stored.how, Compression::zstd_prefix);
    EXPECT_LT(stored.bytes.size(), 60 + size / 1000) << size;
    EXPECT_TRUE(*codec.decompress(stored.how, stored.bytes, after.size(), before) == after);
  }
}

TEST(BlobCodec, AUselessPrefixIsNotUsed) {
  BlobCodec codec;
  EXPECT_EQ(codec.compress_like(text_of(3000), "", {}).how, Compression::zstd_dictionary_1);
  EXPECT_EQ(codec.compress_like(noise(3000), text_of(100), {}).how, Compression::none);
}

TEST(BlobCodec, NoPrefixLeaksIntoTheNextBlob) {
  BlobCodec codec;
  const std::string before = noise(5000);
  const Compressed like = codec.compress_like(before + "x", before, {});
  ASSERT_EQ(like.how, Compression::zstd_prefix);
  EXPECT_EQ(codec.compress(before).how, Compression::none);
  // Reading with the wrong prefix, or none, fails or gives something else; and it leaves nothing behind.
  const auto without = codec.decompress(like.how, like.bytes, 5001);
  EXPECT_FALSE(without && *without == before + "x");
  const Compressed text = codec.compress(text_of(4000));
  EXPECT_EQ(*codec.decompress(text.how, text.bytes, 4000), text_of(4000));
  const auto plain = codec.decompress(Compression::zstd_plain, like.bytes, 5001);
  EXPECT_FALSE(plain && *plain == before + "x");
  EXPECT_EQ(*codec.decompress(like.how, like.bytes, 5001, before), before + "x");
}

TEST(BlobCodec, CorruptRowsAreErrors) {
  BlobCodec codec;
  const std::string content = text_of(3000);
  const Compressed stored = codec.compress(content);
  const auto code_of = [&](Compression how, std::string_view bytes, size_t size) {
    const auto result = codec.decompress(how, bytes, size);
    return result ? ErrorCode::not_found : result.error().code;
  };
  EXPECT_EQ(code_of(stored.how, stored.bytes, 2999), ErrorCode::corrupt);
  EXPECT_EQ(code_of(stored.how, stored.bytes, 3001), ErrorCode::corrupt);
  EXPECT_EQ(code_of(stored.how, stored.bytes, SIZE_MAX / 2), ErrorCode::corrupt);
  EXPECT_EQ(code_of(stored.how, stored.bytes.substr(0, stored.bytes.size() / 2), 3000), ErrorCode::corrupt);
  EXPECT_EQ(code_of(stored.how, "", 3000), ErrorCode::corrupt);
  EXPECT_EQ(code_of(Compression::none, "abc", 4), ErrorCode::corrupt);
  EXPECT_EQ(code_of(static_cast<Compression>(77), "abc", 3), ErrorCode::corrupt);
  std::minstd_rand random(8);
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = stored.bytes;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    const Compression how = round % 2 == 0 ? stored.how : Compression::zstd_prefix;
    const auto result = codec.decompress(how, damaged, 3000, content);
    if (result) {
      EXPECT_EQ(result->size(), 3000u);
    }
  }
  EXPECT_EQ(*codec.decompress(stored.how, stored.bytes, 3000), content);
}

}  // namespace
}  // namespace strobe::codec
