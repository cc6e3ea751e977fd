#include "codec/inflate.h"

#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "base/assert.h"

namespace strobe::codec {

namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};
struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};
struct FreeStream {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// The window that RFC 9659 lets a zstd content coding ask for: 8 MiB. More would be memory for the asking.
constexpr int k_zstd_window_log_max = 23;
// First output buffer, as a multiple of the body, and its least size. JSON usually shrinks four to ten times.
constexpr size_t k_first_factor = 8;
constexpr size_t k_first_bytes_min = 16 * 1024;
// DEFLATE cannot do better than 1:1032, so no hint may promise more.
constexpr size_t k_deflate_ratio_max = 1032;

std::unexpected<Error> too_large(size_t bytes_max) {
  return fail(ErrorCode::too_large, "decompressed body is larger than " + std::to_string(bytes_max) + " bytes");
}

// Output that grows in steps and is never longer than the limit. Growing does not initialise the new bytes.
class Output {
 public:
  Output(size_t first, size_t bytes_max) : bytes_max_(bytes_max) { resize(std::min(first, bytes_max)); }

  char* free_begin() { return bytes_.data() + used_; }
  size_t free_size() const { return bytes_.size() - used_; }
  void use(size_t size) { used_ += size; }
  // False at the limit.
  bool grow() {
    if (bytes_.size() == bytes_max_) return false;
    const size_t wanted = bytes_.size() > bytes_max_ / 4 ? bytes_max_ : bytes_.size() * 4;
    // With nothing to keep the old buffer goes first, so that the two are never there together.
    if (used_ == 0) std::string().swap(bytes_);
    resize(std::max(wanted, size_t{1}));
    return true;
  }
  std::string take() {
    resize(used_);
    // Bodies wait in queues that count their size: a buffer much too big would be memory that nobody counts.
    if (bytes_.capacity() > 2 * bytes_.size()) bytes_.shrink_to_fit();
    return std::move(bytes_);
  }

 private:
  void resize(size_t size) {
    // libstdc++ 12 passes the capacity instead of the size asked for, so the argument is not used.
    bytes_.resize_and_overwrite(size, [size](char*, size_t) { return size; });
  }
  const size_t bytes_max_;
  std::string bytes_;
  size_t used_ = 0;
};

size_t first_size(std::string_view body, size_t hint) {
  const size_t believable = std::min(hint, body.size() * k_deflate_ratio_max);
  // A small body with a big promise is a bomb more often than not: such a hint is worth no more than a few steps.
  const size_t usual = std::max(body.size() * k_first_factor, k_first_bytes_min);
  return believable == 0 ? usual : std::min(believable, usual * 8);
}

// Undoes one gzip member, zlib stream or raw stream at the start of `body`. libdeflate cannot go on where its buffer
// ended, so each step starts again; steps of four keep the work below a third more. Returns the bytes it consumed.
template <typename Decompress>
Result<size_t> inflate_one(Decompress decompress, std::string_view body, Output& output, size_t bytes_max) {
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(libdeflate_alloc_decompressor());
  STROBE_ASSERT(decompressor != nullptr);
  while (true) {
    size_t consumed = 0;
    size_t produced = 0;
    switch (decompress(decompressor.get(), body.data(), body.size(), output.free_begin(), output.free_size(), &consumed,
                       &produced)) {
      case LIBDEFLATE_SUCCESS: output.use(produced); return consumed;
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if (!output.grow()) return too_large(bytes_max);
        break;
      default: return fail(ErrorCode::invalid, "body is not valid deflate data");
    }
  }
}

Result<std::string> gunzip(std::string_view body, size_t bytes_max) {
  size_t hint = 0;
  if (body.size() >= 18) {
    // The last member's size modulo 2^32, if it is honest.
    for (size_t i = 0; i < 4; ++i) hint |= size_t{static_cast<uint8_t>(body[body.size() - 4 + i])} << (8 * i);
  }
  Output output(first_size(body, hint), bytes_max);
  do {
    const size_t consumed = TRY(inflate_one(libdeflate_gzip_decompress_ex, body, output, bytes_max));
    body.remove_prefix(consumed);
  } while (!body.empty());
  return output.take();
}

bool looks_like_zlib(std::string_view body) {
  if (body.size() < 2) return false;
  const unsigned first = static_cast<uint8_t>(body[0]);
  const unsigned second = static_cast<uint8_t>(body[1]);
  return (first & 0x0f) == 8 && (first >> 4) <= 7 && (first << 8 | second) % 31 == 0;
}

template <typename Decompress>
Result<std::string> inflate_all(Decompress decompress, std::string_view body, size_t bytes_max) {
  Output output(first_size(body, 0), bytes_max);
  const size_t consumed = TRY(inflate_one(decompress, body, output, bytes_max));
  if (consumed != body.size()) return fail(ErrorCode::invalid, "bytes behind the end of the deflate data");
  return output.take();
}

Result<std::string> inflate(std::string_view body, size_t bytes_max) {
  if (looks_like_zlib(body)) {
    auto result = inflate_all(libdeflate_zlib_decompress_ex, body, bytes_max);
    // A raw stream can look like a zlib header by chance.
    if (result || result.error().code != ErrorCode::invalid) return result;
  }
  return inflate_all(libdeflate_deflate_decompress_ex, body, bytes_max);
}

Result<std::string> unzstd(std::string_view body, size_t bytes_max) {
  if (body.empty()) return fail(ErrorCode::invalid, "body is not valid zstd data: it is empty");
  const std::unique_ptr<ZSTD_DCtx, FreeStream> stream(ZSTD_createDCtx());
  STROBE_ASSERT(stream != nullptr);
  const size_t set = ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, k_zstd_window_log_max);
  STROBE_ASSERT(!ZSTD_isError(set));
  const unsigned long long said = ZSTD_getFrameContentSize(body.data(), body.size());
  const bool unknown = said == ZSTD_CONTENTSIZE_UNKNOWN || said == ZSTD_CONTENTSIZE_ERROR;
  Output output(first_size(body, unknown ? 0 : static_cast<size_t>(said)), bytes_max);
  ZSTD_inBuffer in{body.data(), body.size(), 0};
  while (true) {
    char beyond = 0;  // takes the one byte too many that tells a full buffer from a finished frame
    const bool full = output.free_size() == 0 && !output.grow();
    ZSTD_outBuffer out{full ? &beyond : output.free_begin(), full ? 1 : output.free_size(), 0};
    const size_t status = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(status)) {
      return fail(ErrorCode::invalid, std::string("body is not valid zstd data: ") + ZSTD_getErrorName(status));
    }
    if (full && out.pos != 0) return too_large(bytes_max);
    if (!full) output.use(out.pos);
    if (in.pos < in.size) continue;
    if (status == 0) return output.take();
    // All input is in; as long as output comes out there may be more inside.
    if (out.pos == 0) return fail(ErrorCode::invalid, "body is not valid zstd data: it ends too early");
  }
}

}  // namespace

Result<std::string> decode_content(ContentCoding coding, std::string_view body, size_t bytes_max) {
  switch (coding) {
    case ContentCoding::identity:
      if (body.size() > bytes_max) return too_large(bytes_max);
      return std::string(body);
    case ContentCoding::gzip: return gunzip(body, bytes_max);
    case ContentCoding::deflate: return inflate(body, bytes_max);
    case ContentCoding::zstd: return unzstd(body, bytes_max);
  }
  return fail(ErrorCode::invalid, "unknown content coding");
}

std::string gzip(std::string_view bytes) {
  constexpr int k_level = 6;
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(libdeflate_alloc_compressor(k_level));
  STROBE_ASSERT(compressor != nullptr);
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  STROBE_ASSERT(!out.empty());
  return out;
}

}  // namespace strobe::codec
