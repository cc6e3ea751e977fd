#include "context/memo.h"

#include <algorithm>
#include <tuple>

#include "context/recipe.h"

namespace strobe::context {

size_t Tip::bytes() const {
  return sizeof(Tip) + text.capacity() + items.capacity() * sizeof(TipItem) + runs.capacity() * sizeof(TextRun) +
         messages.capacity() * sizeof(MessageId) + contexts.capacity() * sizeof(ContextId) +
         (sequence != nullptr ? sequence->items.capacity() * sizeof(BlobId) : 0);
}

void Tip::truncate(size_t count) {
  text.resize(count == 0 ? 0 : items[count - 1].end);
  items.resize(count);
  if (!messages.empty()) messages.resize(count);
  const size_t walked = count > context_leading ? count - context_leading : 0;
  contexts.resize(std::min(contexts.size(), walked));
}

MemoEntry& Memo::entry(const std::string& key) {
  const auto [found, is_new] = entries_.try_emplace(key);
  MemoEntry& entry = found->second;
  if (is_new) {
    recent_.push_front(found->first);
    entry.recent = recent_.begin();
  } else {
    recent_.splice(recent_.begin(), recent_, entry.recent);
  }
  touched_.push_back(&entry);
  return entry;
}

std::shared_ptr<Tip> Memo::closest(MemoEntry& entry, std::string_view text, size_t& prefix) {
  // Whole items count; a few more equal bytes are chance, and then the latest is the best guess.
  using Rank = std::tuple<size_t, bool, uint64_t>;
  std::shared_ptr<Tip> best;
  Rank best_rank;
  prefix = 0;
  for (const auto& tip : entry.tips) {
    const size_t common = common_prefix(tip->text, text);
    if (common == text.size() && tip->text.size() == text.size()) {
      prefix = common;
      return tip;
    }
    const auto end_of = [](const TipItem& item) { return size_t{item.end}; };
    const auto behind = std::ranges::upper_bound(tip->items, common, {}, end_of);
    const Rank rank{behind - tip->items.begin(), common > text.size() / 8, tip->used};
    if (best == nullptr || rank > best_rank) {
      best = tip;
      best_rank = rank;
      prefix = common;
    }
  }
  return best;
}

void Memo::add(MemoEntry& entry, std::shared_ptr<Tip> tip) {
  if (entry.tips.size() >= tips_max_ && !entry.tips.empty()) {
    entry.tips.erase(std::ranges::min_element(entry.tips, {}, &Tip::used));
  }
  touch(*tip);
  entry.tips.push_back(std::move(tip));
}

void Memo::account(MemoEntry& entry) {
  size_t bytes = sizeof(MemoEntry) + entry.recent->size() * 2;
  for (const auto& tip : entry.tips) bytes += tip->bytes();
  bytes_ += bytes - entry.bytes;
  entry.bytes = bytes;
}

void Memo::trim() {
  for (MemoEntry* entry : touched_) account(*entry);
  touched_.clear();
  while (bytes_ > bytes_max_ && !recent_.empty()) {
    const auto last = entries_.find(std::string(recent_.back()));
    bytes_ -= last->second.bytes;
    recent_.pop_back();
    entries_.erase(last);
  }
}

void Memo::clear() {
  entries_.clear();
  recent_.clear();
  touched_.clear();
  bytes_ = 0;
}

}  // namespace strobe::context
