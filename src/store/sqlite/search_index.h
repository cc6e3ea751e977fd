#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/sqlite/counters.h"
#include "store/sqlite/hint_map.h"
#include "store/sqlite/references.h"
#include "store/sqlite/search_source.h"
#include "store/sqlite/sequences.h"

namespace strobe::store {

// Writes the text index, some time after spans are acknowledged. A text is in it once; search_place says in which
// sessions it stands, and by which span it came there first. The caller holds a write transaction.
class SearchIndex {
 public:
  // A slice ends when so much text was indexed, so that nobody waits long for the lock.
  static constexpr size_t k_slice_text_bytes = size_t{384} << 10;

  SearchIndex(Core& core, Sequences& sequences, SearchSource& source, Counters& counters);
  // After a rollback, and when numbers became void.
  void forget();

  // How many spans were looked at; at least one while some are waiting, though it may take several calls until the
  // index is done with one that is big.
  Result<size_t> index_some(size_t spans_max);

 private:
  struct Span {
    uint64_t number = 0;
    uint64_t session = 0;
    int64_t start_ns = 0;
    std::string packed;
    std::vector<StoredReference> references;
  };
  // What a number (of a text, a sequence, or a hash) is in which session.
  struct Key {
    uint64_t number = 0;
    uint64_t session = 0;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  // The earliest start of a span for which it was placed.
  using Placed = HintMap<std::unordered_map<Key, int64_t, KeyHash>>;
  enum class Progress { done, slice_is_full };

  Result<uint64_t> next_span(uint64_t until, bool& is_again);
  Result<std::optional<Span>> read_span(uint64_t number);
  Result<Progress> index_span(uint64_t number, bool is_again);
  Result<Progress> index_sequence(uint64_t sequence, const Span& span);
  Result<Progress> index_list(const std::vector<uint64_t>& blobs, const Span& span);
  Result<Progress> index_blob(uint64_t blob, const Span& span);
  Result<void> index_own_text(const Span& span, bool is_again);
  Result<std::optional<int64_t>> placed_since(uint64_t text, uint64_t session);
  Result<bool> write_text(uint64_t text, const SearchText& content);
  Result<void> place(uint64_t text, const Span& span);
  static bool is_known(Placed& placed, const Key& key, int64_t start_ns);

  Core& core_;
  Sequences& sequences_;
  SearchSource& source_;
  Counters& counters_;
  // Blobs that were placed or hold no text, sequences all of whose items were, and hashes of what stood in spans.
  Placed blobs_, sequences_placed_, own_texts_;
  size_t text_bytes_left_ = 0;
};

}  // namespace strobe::store
