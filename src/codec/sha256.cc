#include "codec/sha256.h"

#include <openssl/evp.h>

#include "base/assert.h"

namespace strobe::codec {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

}  // namespace

// Two contexts, so that hash() in the middle of a stream does not disturb it. Fetching the algorithm once is what makes
// short inputs fast: OpenSSL 3 otherwise looks it up in its providers at every start.
struct Sha256::State {
  std::unique_ptr<EVP_MD, FreeDigest> digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, FreeContext> once{EVP_MD_CTX_new()};
  std::unique_ptr<EVP_MD_CTX, FreeContext> stream{EVP_MD_CTX_new()};

  void start(EVP_MD_CTX* context) { STROBE_ASSERT(EVP_DigestInit_ex2(context, digest.get(), nullptr) == 1); }
  void update(EVP_MD_CTX* context, std::string_view bytes) {
    STROBE_ASSERT(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
  }
  Hash256 finish(EVP_MD_CTX* context) {
    Hash256 result;
    unsigned size = 0;
    STROBE_ASSERT(EVP_DigestFinal_ex(context, result.bytes.data(), &size) == 1 && size == Hash256::k_size);
    return result;
  }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  STROBE_ASSERT(state_->digest && state_->once && state_->stream);
  state_->start(state_->stream.get());
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Hash256 Sha256::hash(std::string_view bytes) {
  EVP_MD_CTX* context = state_->once.get();
  state_->start(context);
  state_->update(context, bytes);
  return state_->finish(context);
}

void Sha256::update(std::string_view bytes) { state_->update(state_->stream.get(), bytes); }

Hash256 Sha256::finish() {
  const Hash256 result = state_->finish(state_->stream.get());
  state_->start(state_->stream.get());
  return result;
}

Hash256 sha256(std::string_view bytes) {
  thread_local Sha256 hasher;
  return hasher.hash(bytes);
}

}  // namespace strobe::codec
