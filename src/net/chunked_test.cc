#include "net/chunked.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace strobe::net {
namespace {

struct Outcome {
  ChunkedDecoder::State state = ChunkedDecoder::State::need_more;
  std::string data;
  std::string rest;
  bool operator==(const Outcome&) const = default;
};

// Feeds `input` in pieces of `piece` bytes.
Outcome decode(std::string_view input, size_t piece) {
  ChunkedDecoder decoder;
  Outcome out;
  while (!input.empty()) {
    std::string_view part = input.substr(0, piece);
    input.remove_prefix(part.size());
    for (;;) {
      out.state = decoder.read_framing(part);
      if (out.state != ChunkedDecoder::State::data || part.empty()) break;
      const size_t size = std::min<size_t>(decoder.data_left(), part.size());
      out.data += part.substr(0, size);
      part.remove_prefix(size);
      decoder.data_taken(size);
    }
    if (out.state == ChunkedDecoder::State::malformed) return {out.state, {}, {}};
    if (out.state == ChunkedDecoder::State::done) {
      out.rest = std::string(part) + std::string(input);
      return out;
    }
  }
  return out;
}

TEST(Chunked, GivesTheSameBodyHoweverItIsCut) {
  const std::string input =
      "5\r\nhello\r\n1;name=\"v\"\r\n \r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\nGET / HTTP/1.1";
  for (size_t piece = 1; piece <= input.size(); ++piece) {
    const Outcome out = decode(input, piece);
    EXPECT_EQ(out.state, ChunkedDecoder::State::done) << piece;
    EXPECT_EQ(out.data, "hello 0123456789") << piece;
    EXPECT_EQ(out.rest, "GET / HTTP/1.1") << piece;
  }
}

TEST(Chunked, EmptyBodyIsOneLastChunk) {
  EXPECT_EQ(decode("0\r\n\r\n", 100), (Outcome{ChunkedDecoder::State::done, "", ""}));
}

TEST(Chunked, WaitsForWhatIsMissing) {
  const std::string whole = "3\r\nabc\r\n0\r\n\r\n";
  for (size_t size = 1; size < whole.size(); ++size) {
    const auto state = decode(whole.substr(0, size), 1).state;
    EXPECT_TRUE(state == ChunkedDecoder::State::need_more || state == ChunkedDecoder::State::data) << size;
  }
}

TEST(Chunked, RefusesWhatOtherReadersReadDifferently) {
  for (const std::string_view input : {
           "\r\n",
           "x\r\n",
           "-1\r\n",
           "+1\r\na\r\n",
           " 1\r\na\r\n",
           "0x1\r\na\r\n",
           "1\na\r\n",
           "1\r\na\n0\r\n\r\n",
           "1\r\nab\r\n",
           "1;a\nb\r\n",
           "1;a\rb\r\n",
           "1;\x01\r\n",
           "0\r\n\n",
           "0\r\nA: b\n\r\n",
           "0\r\n\rX",
           "ffffffffffffffff\r\n",
           "10000000000000000\r\n",
           "1 x\ra",
           "1g\r\na\r\n",
       }) {
    EXPECT_EQ(decode(input, 1).state, ChunkedDecoder::State::malformed) << input;
    EXPECT_EQ(decode(input, 100).state, ChunkedDecoder::State::malformed) << input;
  }
}

TEST(Chunked, BoundsExtensionsZerosAndTrailers) {
  EXPECT_EQ(decode("1;" + std::string(2000, 'a'), 7).state, ChunkedDecoder::State::malformed);
  EXPECT_EQ(decode(std::string(2000, '0'), 7).state, ChunkedDecoder::State::malformed);
  EXPECT_EQ(decode("0\r\n" + std::string(9000, 'a'), 7).state, ChunkedDecoder::State::malformed);
  std::string lines = "0\r\n";
  for (int i = 0; i < 3000; ++i) lines += "a:b\r\n";
  EXPECT_EQ(decode(lines, 100).state, ChunkedDecoder::State::malformed);
}

}  // namespace
}  // namespace strobe::net
