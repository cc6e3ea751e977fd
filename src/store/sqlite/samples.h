#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/sqlite/blobs.h"
#include "store/sqlite/core.h"
#include "store/sqlite/hint_map.h"

namespace strobe::store {

// The blobs a packed column was compressed against; 0: none.
struct SampleNumbers {
  uint64_t sample = 0;
  uint64_t kin = 0;
};
// Errors: corrupt.
Result<SampleNumbers> sample_numbers(std::string_view column);

// Seals packed records (sealed.h). Records of one setting look much alike: the same keys, the same trace, the same
// session. So the first of them that this process sees becomes a blob, the sample, against which the others are
// compressed, together with the blob that kin.h finds: a tool's span repeats the message that asked for it. Such a
// column holds the sealed head, the numbers of both blobs as varints (the second may be 0), and the frame. Whoever
// removes blobs has to spare those.
class Samples {
 public:
  Samples(Core& core, Blobs& blobs) : core_(core), blobs_(blobs), samples_(k_settings_max), texts_(k_settings_max) {}
  void forget();

  Result<std::string> seal_like(uint64_t setting, std::string_view packed);
  Result<std::string> unseal_like(std::string_view column);

 private:
  static constexpr size_t k_settings_max = 2'000;
  static constexpr size_t k_sample_bytes_max = size_t{16} << 10;
  struct Sample {
    uint64_t number = 0;  // 0: not written, for nothing was like it yet
    std::string text;
  };
  Result<uint64_t> write(const std::string& text);

  Core& core_;
  Blobs& blobs_;
  HintMap<std::unordered_map<uint64_t, Sample>> samples_;     // by setting, to write
  HintMap<std::unordered_map<uint64_t, std::string>> texts_;  // by blob number, to read
};

}  // namespace strobe::store
