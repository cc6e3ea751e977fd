#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "context/memo.h"
#include "context/recipe.h"
#include "context/split.h"

namespace strobe::context {

// Framing text up to this size stands in the record; longer framing of `parts` is an item of its own.
inline constexpr size_t k_framing_bytes_max = 64;
// Offsets inside a value are 32 bits; bigger values are kept whole in the record.
inline constexpr size_t k_split_bytes_max = size_t{1} << 31;

// Longer lists are one item: each item costs the store a row and us some 200 bytes, a "0," only two on the wire.
inline constexpr size_t k_items_max = size_t{1} << 16;

// How a value falls into items. Part of the memo's key.
enum class ListMode : char {
  json_list = 'l',   // CutMode::list: items are elements with a meaning
  json_parts = 'p',  // CutMode::parts: items have no meaning of their own
  whole = 'w',       // one element with a meaning
  packed = 'v',      // packed items, whose ends are given
  chunks = 'c',      // content-defined chunks
  single = 's',      // one blob, without meaning
};

struct ListRequest {
  std::string_view trace_id;
  std::string_view key;  // the attribute's
  ListMode mode = ListMode::single;
  ElementFormat format = ElementFormat::none;  // none: nobody reads the elements
  std::string_view text;                       // at most k_split_bytes_max
  std::span<const uint32_t> item_ends;         // packed only
};

// Splits values into items, with the help of what it kept of earlier values. The result never depends on that help.
class ListSplitter {
 public:
  // `copies`: see PieceMaker.
  ListSplitter(const SplitOptions& options, SplitStats& stats, PieceMap* copies);

  // All that came of the value. Valid, if changed by the next value of the same attribute.
  std::shared_ptr<Tip> split(const ListRequest& request);

  // A string that is not remembered: small ones, and those inside quotes.
  BlobId payload(std::string_view text) { return pieces_.payload(text, {}); }
  BlobId item(std::string_view text, TextKind kind) { return pieces_.item(text, kind, {}); }

  // After each record.
  void end_of_record() { memo_.trim(); }
  Splitter::Output take_output();
  void forget() {
    memo_.clear();
    pieces_.forget();
  }

 private:
  friend class ListWork;
  MessageId message(const ListRequest& request, std::string_view text, const BlobId& element, TipItem& item, bool& cut);

  const SplitOptions options_;
  SplitStats& stats_;
  Memo memo_;
  PieceMaker pieces_;
  std::vector<MessageRecord> messages_;
  std::unordered_set<BlobId> messages_in_batch_;  // by a mix of element and message
  std::vector<std::shared_ptr<Sequence>> sequences_;
};

}  // namespace strobe::context
