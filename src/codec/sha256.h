#pragma once

#include <memory>
#include <string_view>

#include "base/ids.h"

namespace strobe::codec {

// SHA-256 with a context that is reused (OpenSSL EVP): twice the speed of one-shot hashing on short inputs. Not
// thread-safe; one per thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Hash256 hash(std::string_view bytes);
  // Streaming: update any number of times, then finish, which also starts afresh.
  void update(std::string_view bytes);
  Hash256 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Convenience with a thread-local Sha256.
Hash256 sha256(std::string_view bytes);

}  // namespace strobe::codec
