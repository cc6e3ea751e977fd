#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace strobe::codec {

// How stored bytes are compressed. Stored in rows: values never change meaning.
enum class Compression : uint8_t {
  none = 0,
  zstd_plain = 1,
  zstd_dictionary_1 = 2,  // with the dictionary that ships with the program, version 1
  zstd_prefix = 3,        // with another blob's content as prefix, named by the row
};

struct Compressed {
  Compression how = Compression::none;
  std::string bytes;
};

// When a prefix is worth it.
struct PrefixTerms {
  int sure_percent = 50;    // brings it the content to this part of its size, then nothing else is tried
  int worth_percent = 100;  // at most this part of what compress() makes of it
};

// Compresses blobs one by one with the built-in dictionary (level 3), contexts reused. Not thread-safe.
class BlobCodec {
 public:
  BlobCodec();
  ~BlobCodec();
  BlobCodec(const BlobCodec&) = delete;
  BlobCodec& operator=(const BlobCodec&) = delete;

  // The shortest of: as it is, with the dictionary. No frame header fields that the row knows already.
  Compressed compress(std::string_view bytes);
  // With `prefix` (an earlier version of the same text); falls back to compress() when the prefix is not worth it.
  Compressed compress_like(std::string_view bytes, std::string_view prefix, const PrefixTerms& terms);
  // `size` is the exact size of the content. Errors: corrupt. `prefix` only for zstd_prefix.
  Result<std::string> decompress(Compression how, std::string_view bytes, size_t size, std::string_view prefix = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace strobe::codec
