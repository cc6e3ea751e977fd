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
  // After a rollback, when numbers became void, and when somebody removed what stood in the index.
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
    // Of its context. Mostly among the references, unless log records brought it.
    std::vector<uint64_t> sequences;
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

  // Forgets what is remembered if rows of the index went since, in whatever process.
  Result<void> notice_removals();
  // What a changed span brought into the index goes, so that nothing stale is left, and what others have of it can be
  // lost with it: their sessions become suspect, and the span one to look at again. False: no span is waiting for it.
  Result<bool> forget_changed();
  // Spans of a suspect session are to be looked at again. False: none is suspect.
  Result<bool> follow_suspects();
  Result<uint64_t> next_span(uint64_t until, bool& is_again);
  Result<std::optional<Span>> read_span(uint64_t number);
  Result<Progress> index_span(uint64_t number);
  Result<Progress> index_sequence(uint64_t sequence, const Span& span);
  Result<Progress> index_list(const std::vector<uint64_t>& blobs, const Span& span);
  Result<Progress> index_blob(uint64_t blob, const Span& span);
  Result<void> index_own_text(const Span& span);
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
  uint64_t removals_ = 0;  // that the memory knows of; 0: none yet
  // The span was indexed before: that a blob is placed does not say that what it inserts still is.
  bool is_again_ = false;
};

}  // namespace strobe::store
