#include "codec/sha256.h"

#include <gtest/gtest.h>

#include <string>

namespace strobe::codec {
namespace {

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, StreamsAndStartsAfresh) {
  const std::string text(100'000, 'x');
  Sha256 hasher;
  for (size_t at = 0; at < text.size(); at += 777) {
    hasher.update(std::string_view(text).substr(at, 777));
    hasher.hash("in between");
  }
  EXPECT_EQ(hasher.finish(), sha256(text));
  hasher.update("abc");
  EXPECT_EQ(hasher.finish(), sha256("abc"));
  EXPECT_EQ(hasher.finish(), sha256(""));
}

TEST(Sha256, CanBeMoved) {
  Sha256 first;
  first.update("ab");
  Sha256 second = std::move(first);
  second.update("c");
  EXPECT_EQ(second.finish(), sha256("abc"));
}

}  // namespace
}  // namespace strobe::codec
