#include "codec/inflate.h"

#include <gtest/gtest.h>
#include <libdeflate.h>
#include <zstd.h>

#include <random>
#include <vector>

namespace strobe::codec {
namespace {

std::string text_of(size_t size) {
  std::string text;
  std::minstd_rand random(9);
  while (text.size() < size) text += "line " + std::to_string(random() % 1000) + " of the body\n";
  text.resize(size);
  return text;
}

using DeflateFunction = size_t (*)(libdeflate_compressor*, const void*, size_t, void*, size_t);
std::string deflated(DeflateFunction compress, std::string_view bytes) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string out(bytes.size() + 1000, '\0');
  out.resize(compress(compressor, bytes.data(), bytes.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

std::string zstd(std::string_view bytes, int level = 3, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  // In a stream nobody says the size, as most HTTP clients do it.
  std::string out(ZSTD_compressBound(bytes.size()) + 100, '\0');
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  if (window_log != 0) ZSTD_compressStream2(context, &to, &in, ZSTD_e_flush);
  while (ZSTD_compressStream2(context, &to, &in, ZSTD_e_end) != 0) {
  }
  ZSTD_freeCCtx(context);
  out.resize(to.pos);
  return out;
}

struct Form {
  const char* name;
  ContentCoding coding;
  std::string (*encode)(std::string_view);
};
const Form k_forms[] = {
    {"gzip", ContentCoding::gzip, [](std::string_view bytes) { return gzip(bytes); }},
    {"zlib", ContentCoding::deflate, [](std::string_view bytes) { return deflated(libdeflate_zlib_compress, bytes); }},
    {"raw", ContentCoding::deflate,
     [](std::string_view bytes) { return deflated(libdeflate_deflate_compress, bytes); }},
    {"zstd", ContentCoding::zstd, [](std::string_view bytes) { return zstd(bytes); }},
    {"identity", ContentCoding::identity, [](std::string_view bytes) { return std::string(bytes); }},
};

ErrorCode error_of(ContentCoding coding, std::string_view body, size_t bytes_max = 1 << 20) {
  const auto result = decode_content(coding, body, bytes_max);
  return result ? ErrorCode::not_found : result.error().code;
}

TEST(Inflate, RoundTripsUpToTheExactLimit) {
  for (const Form& form : k_forms) {
    for (const size_t size : {0, 1, 100, 20'000, 1'000'000}) {
      const std::string text = text_of(size);
      const std::string body = form.encode(text);
      for (const size_t bytes_max : {size, size + 1, size_t{1} << 30}) {
        const auto result = decode_content(form.coding, body, bytes_max);
        ASSERT_TRUE(result) << form.name << " " << size << ": " << result.error().message;
        EXPECT_TRUE(*result == text) << form.name << " " << size;
      }
      if (size > 0) {
        EXPECT_EQ(error_of(form.coding, body, size - 1), ErrorCode::too_large) << form.name;
      }
    }
  }
}

TEST(Inflate, ABombStopsAtTheLimit) {
  for (const Form& form : k_forms) {
    const std::string bomb = form.encode(std::string(64 << 20, '\0'));
    if (form.coding != ContentCoding::identity) {
      EXPECT_LT(bomb.size(), 100'000u) << form.name;
    }
    EXPECT_EQ(error_of(form.coding, bomb, 1 << 20), ErrorCode::too_large) << form.name;
  }
}

TEST(Inflate, AHugeZstdWindowIsRefused) {
  const std::string body = zstd(text_of(1000), 3, 27);
  EXPECT_EQ(error_of(ContentCoding::zstd, body), ErrorCode::invalid);
  EXPECT_TRUE(decode_content(ContentCoding::zstd, zstd(text_of(1000), 3, 23), 1 << 20));
}

TEST(Inflate, ALyingSizeFieldIsOnlyAHint) {
  const std::string text = text_of(50'000);
  for (const std::string_view size : {std::string_view("\xff\xff\xff\xff"), std::string_view("\0\0\0\0", 4)}) {
    std::string body = gzip(text);
    body.replace(body.size() - 4, 4, size);
    EXPECT_EQ(error_of(ContentCoding::gzip, body, size_t{1} << 40), ErrorCode::invalid);
  }
}

TEST(Inflate, TakesSeveralMembersAndFrames) {
  const std::string first = text_of(30'000);
  const std::string second = text_of(70'000);
  EXPECT_EQ(*decode_content(ContentCoding::gzip, gzip(first) + gzip("") + gzip(second), 100'000), first + second);
  EXPECT_EQ(*decode_content(ContentCoding::zstd, zstd(first) + zstd("") + zstd(second), 100'000), first + second);
  EXPECT_EQ(error_of(ContentCoding::gzip, gzip(first) + gzip(second), 99'999), ErrorCode::too_large);
  EXPECT_EQ(error_of(ContentCoding::zstd, zstd(first) + zstd(second), 99'999), ErrorCode::too_large);
}

TEST(Inflate, ManyTinyMembersTakeLinearTime) {
  std::string body;
  const std::string member = gzip("x");
  for (int i = 0; i < 100'000; ++i) body += member;
  EXPECT_EQ(decode_content(ContentCoding::gzip, body, 1 << 20)->size(), 100'000u);
}

TEST(Inflate, RefusesBrokenBodies) {
  const std::string text = text_of(5000);
  for (const Form& form : k_forms) {
    if (form.coding == ContentCoding::identity) continue;
    const std::string body = form.encode(text);
    EXPECT_EQ(error_of(form.coding, ""), ErrorCode::invalid) << form.name;
    EXPECT_EQ(error_of(form.coding, body + "more"), ErrorCode::invalid) << form.name;
    for (size_t size = 1; size < body.size(); size += 37) {
      EXPECT_EQ(error_of(form.coding, body.substr(0, size)), ErrorCode::invalid) << form.name << " cut at " << size;
    }
  }
}

TEST(Inflate, RandomDamageNeverCrashesAndNeverExceedsTheLimit) {
  std::minstd_rand random(4);
  const std::string text = text_of(20'000);
  for (const Form& form : k_forms) {
    const std::string body = form.encode(text);
    for (int round = 0; round < 300; ++round) {
      std::string damaged = body;
      for (auto i = 1 + random() % 8; i > 0; --i) damaged[random() % damaged.size()] = static_cast<char>(random());
      const auto result = decode_content(form.coding, damaged, 30'000);
      if (result) {
        EXPECT_LE(result->size(), 30'000u);
      }
    }
  }
}

}  // namespace
}  // namespace strobe::codec
