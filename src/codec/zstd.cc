#include "codec/zstd.h"

// The frame format without magic number counts as experimental in zstd's headers, which only means that it may be
// missing from a shared library; Debian's has it.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "codec/dictionary.h"

namespace strobe::codec {

namespace {

constexpr int k_level = 3;
constexpr int k_prefix_level = 4;  // prefixes are short: searching them more costs little
// Shorter content is stored as it is: no frame can win more than a byte or two.
constexpr size_t k_compressible_bytes_min = 16;
// From this size on a prefix is also searched for matches that are far apart, which the usual tables would have lost.
constexpr size_t k_long_distance_bytes_min = 256 * 1024;
// A zstd block of 4 bytes can stand for 128 KiB; a row that promises more than that per byte is corrupt. Keeps a
// damaged size field from becoming a huge allocation.
constexpr size_t k_ratio_max = 64 * 1024;

struct FreeCompression {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
};
struct FreeDecompression {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};

void check(size_t status) { STROBE_ASSERT(!ZSTD_isError(status)); }

std::unique_ptr<ZSTD_CCtx, FreeCompression> new_compression(int level) {
  std::unique_ptr<ZSTD_CCtx, FreeCompression> context(ZSTD_createCCtx());
  STROBE_ASSERT(context != nullptr);
  check(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level));
  check(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_format, ZSTD_f_zstd1_magicless));
  check(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0));
  check(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 0));
  check(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_dictIDFlag, 0));
  return context;
}

}  // namespace

// Everything is made at first use: a reader never pays for the compressor's tables.
struct BlobCodec::State {
  std::unique_ptr<ZSTD_CDict, FreeCompression> write_dictionary;
  std::unique_ptr<ZSTD_CCtx, FreeCompression> with_dictionary;
  std::unique_ptr<ZSTD_CCtx, FreeCompression> with_prefix;
  std::unique_ptr<ZSTD_DDict, FreeDecompression> read_dictionary;
  std::unique_ptr<ZSTD_DCtx, FreeDecompression> reading;
  std::string buffer;

  // Compresses into `buffer`.
  std::string_view compress(ZSTD_CCtx* context, std::string_view bytes) {
    const size_t bound = ZSTD_compressBound(bytes.size());
    if (buffer.size() < bound) buffer.resize(bound);
    const size_t size = ZSTD_compress2(context, buffer.data(), buffer.size(), bytes.data(), bytes.size());
    check(size);
    return {buffer.data(), size};
  }
  ZSTD_CCtx* dictionary_context() {
    if (!with_dictionary) {
      const std::string_view dictionary = dictionary_1();
      write_dictionary.reset(ZSTD_createCDict_byReference(dictionary.data(), dictionary.size(), k_level));
      with_dictionary = new_compression(k_level);
      check(ZSTD_CCtx_refCDict(with_dictionary.get(), write_dictionary.get()));
    }
    return with_dictionary.get();
  }
  ZSTD_CCtx* prefix_context(std::string_view bytes, std::string_view prefix) {
    if (!with_prefix) with_prefix = new_compression(k_prefix_level);
    ZSTD_CCtx* context = with_prefix.get();
    // The window must reach from the end of the content back to the beginning of the prefix.
    const size_t span = bytes.size() + prefix.size();
    const int log = std::clamp(static_cast<int>(std::bit_width(span)), ZSTD_WINDOWLOG_MIN, ZSTD_WINDOWLOG_MAX);
    const auto far = span >= k_long_distance_bytes_min ? ZSTD_ps_enable : ZSTD_ps_disable;
    check(ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, log));
    check(ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, far));
    // Holds for the next frame only.
    check(ZSTD_CCtx_refPrefix(context, prefix.data(), prefix.size()));
    return context;
  }
  ZSTD_DCtx* reading_context() {
    if (!reading) {
      reading.reset(ZSTD_createDCtx());
      STROBE_ASSERT(reading != nullptr);
      check(ZSTD_DCtx_setParameter(reading.get(), ZSTD_d_format, ZSTD_f_zstd1_magicless));
    }
    return reading.get();
  }
  const ZSTD_DDict* reading_dictionary() {
    if (!read_dictionary) {
      const std::string_view dictionary = dictionary_1();
      read_dictionary.reset(ZSTD_createDDict_byReference(dictionary.data(), dictionary.size()));
      STROBE_ASSERT(read_dictionary != nullptr);
    }
    return read_dictionary.get();
  }
};

BlobCodec::BlobCodec() : state_(std::make_unique<State>()) {}
BlobCodec::~BlobCodec() = default;

Compressed BlobCodec::compress(std::string_view bytes) {
  if (bytes.size() >= k_compressible_bytes_min) {
    const std::string_view frame = state_->compress(state_->dictionary_context(), bytes);
    if (frame.size() < bytes.size()) return {Compression::zstd_dictionary_1, std::string(frame)};
  }
  return {Compression::none, std::string(bytes)};
}

Compressed BlobCodec::compress_like(std::string_view bytes, std::string_view prefix, const PrefixTerms& terms) {
  const bool is_possible = !prefix.empty() && bytes.size() >= k_compressible_bytes_min &&
                           bytes.size() + prefix.size() < size_t{1} << ZSTD_WINDOWLOG_MAX;
  if (!is_possible) return compress(bytes);
  const std::string_view frame = state_->compress(state_->prefix_context(bytes, prefix), bytes);
  Compressed like{Compression::zstd_prefix, std::string(frame)};
  const auto is_within = [&like](int percent, size_t size) {
    return like.bytes.size() * 100 <= size * static_cast<size_t>(percent);
  };
  if (is_within(terms.sure_percent, bytes.size())) return like;
  Compressed plain = compress(bytes);
  const bool is_shorter = like.bytes.size() < plain.bytes.size();
  return is_shorter && is_within(terms.worth_percent, plain.bytes.size()) ? like : plain;
}

Result<std::string> BlobCodec::decompress(Compression how, std::string_view bytes, size_t size,
                                          std::string_view prefix) {
  const auto corrupt = [](const char* why) {
    return fail(ErrorCode::corrupt, std::string("stored bytes do not decompress: ") + why);
  };
  if (how == Compression::none) {
    if (bytes.size() != size) return corrupt("wrong size");
    return std::string(bytes);
  }
  if (size / k_ratio_max > bytes.size()) return corrupt("impossible size");
  std::string content;
  content.resize_and_overwrite(size, [size](char*, size_t) { return size; });
  ZSTD_DCtx* const context = state_->reading_context();
  size_t got = 0;
  switch (how) {
    case Compression::zstd_dictionary_1:
      got = ZSTD_decompress_usingDDict(context, content.data(), size, bytes.data(), bytes.size(),
                                       state_->reading_dictionary());
      break;
    case Compression::zstd_plain:
    case Compression::zstd_prefix: {
      // A prefix holds for one frame, but a frame that fails early does not use it up: so it is always set, if to none.
      const std::string_view used = how == Compression::zstd_prefix ? prefix : std::string_view();
      check(ZSTD_DCtx_reset(context, ZSTD_reset_session_only));
      check(ZSTD_DCtx_refPrefix(context, used.data(), used.size()));
      got = ZSTD_decompressDCtx(context, content.data(), size, bytes.data(), bytes.size());
      check(ZSTD_DCtx_reset(context, ZSTD_reset_session_only));
      break;
    }
    default: return corrupt("unknown compression");
  }
  if (ZSTD_isError(got)) return corrupt(ZSTD_getErrorName(got));
  if (got != size) return corrupt("wrong size");
  return content;
}

}  // namespace strobe::codec
