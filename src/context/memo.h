#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "context/hole.h"
#include "context/piece.h"

namespace strobe::context {

// One item of a value that was split before, and how far the frame had come behind it.
struct TipItem {
  uint32_t begin = 0;  // in the text
  uint32_t end = 0;
  uint32_t runs = 0;           // of the frame
  uint32_t in_run = 0;         // items of the last of them
  bool closed = false;         // see Item
  bool has_separator = false;  // the frame's separator was known
  bool is_head = false;        // a system or developer message
};

// A value that was split before: its bytes and all that came of them. Shared by the memo and the record in hand.
struct Tip {
  std::string text;
  std::vector<TipItem> items;
  std::string separator;
  std::vector<TextRun> runs;
  std::shared_ptr<Sequence> sequence;  // items in step with `items`
  std::vector<MessageId> messages;     // likewise; empty when nobody reads them
  bool cut = false;                    // the last element is cut JSON

  // The Merkle walk over the messages behind the leading ones, from `head`: contexts[i] is the context behind message
  // `context_leading` + i. A prefix of the messages only; the rest is not worked out yet.
  ContextId head;
  size_t context_leading = 0;
  std::vector<ContextId> contexts;

  uint64_t used = 0;  // when, for eviction

  size_t bytes() const;
  // Keeps the first `count` items and what belongs to them; frame and sequence are the caller's.
  void truncate(size_t count);
};

// What has been seen under one attribute of one trace.
struct MemoEntry {
  std::vector<std::shared_ptr<Tip>> tips;
  size_t bytes = 0;
  std::list<std::string_view>::iterator recent;
};

// Earlier values, kept within a budget; the least recently used entries go first. Only hints: whatever is forgotten is
// worked out again.
class Memo {
 public:
  Memo(size_t bytes_max, size_t tips_max) : bytes_max_(bytes_max), tips_max_(tips_max) {}

  // The entry of that name, made if there is none. Valid until trim() or clear().
  MemoEntry& entry(const std::string& key);
  // The tip that shares the most items at its beginning with `text` (the latest of several), or null; `prefix` gets how
  // many bytes they have in common.
  std::shared_ptr<Tip> closest(MemoEntry& entry, std::string_view text, size_t& prefix);
  void touch(Tip& tip) { tip.used = ++clock_; }
  // Adds a tip, for which the least recently used one may have to go.
  void add(MemoEntry& entry, std::shared_ptr<Tip> tip);
  // Forgets entries until the budget holds. Between records only.
  void trim();
  void clear();

 private:
  void account(MemoEntry& entry);

  size_t bytes_max_;
  size_t tips_max_;
  size_t bytes_ = 0;
  uint64_t clock_ = 0;
  std::unordered_map<std::string, MemoEntry> entries_;
  std::list<std::string_view> recent_;  // keys of entries_, most recently used first
  std::vector<MemoEntry*> touched_;     // since the last trim
};

}  // namespace strobe::context
