#include "context/list.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "codec/chunker.h"
#include "codec/xxh3.h"
#include "context/canonical.h"
#include "context/cutter.h"
#include "context/element.h"

namespace strobe::context {

namespace {

bool may_follow_element(char c) { return is_json_space(c) || c == ',' || c == ']'; }

// Finds items of an earlier value again: most often the next one, else by hash. Equality is always by bytes.
class Alignment : public KnownItems {
 public:
  Alignment(const Tip* old, size_t kept) : old_(old), first_(kept), expected_(kept) {}

  size_t end_of_known(std::string_view text, size_t begin) override {
    if (old_ == nullptr) return 0;
    // An item that is not closed is framing; the element expected here stands behind it.
    const size_t index = expected_ + (expected_ < count() && !old_->items[expected_].closed ? 1 : 0);
    if (index >= count() || !old_->items[index].closed) return 0;
    const std::string_view known = item(index);
    if (text.substr(begin, known.size()) != known) return 0;
    const size_t end = begin + known.size();
    if (end < text.size() && !may_follow_element(text[end])) return 0;
    expected_ = index;
    return end;
  }

  // The index of the same item in the earlier value; then the one behind it is expected.
  std::optional<size_t> find(std::string_view text) {
    if (old_ == nullptr || first_ == count()) return std::nullopt;
    if (expected_ < count() && item(expected_) == text) return expected_++;
    if (index_.empty()) {
      for (size_t i = first_; i < count(); ++i) index_.emplace(codec::xxh3_128(item(i)).low, i);
    }
    const auto found = index_.find(codec::xxh3_128(text).low);
    if (found == index_.end() || item(found->second) != text) {
      ++expected_;
      return std::nullopt;
    }
    expected_ = found->second + 1;
    return found->second;
  }

  // What stood at that place in the earlier value.
  std::string_view at(size_t index) const {
    return old_ != nullptr && index < count() ? item(index) : std::string_view();
  }

 private:
  size_t count() const { return old_->items.size(); }
  std::string_view item(size_t index) const {
    const TipItem& at = old_->items[index];
    return std::string_view(old_->text).substr(at.begin, at.end - at.begin);
  }

  const Tip* old_;
  size_t first_;
  size_t expected_;
  std::unordered_map<uint64_t, size_t> index_;
};

// Between elements there is a comma and white space; anything else is framing.
bool is_separator(std::string_view text) {
  return text.size() < k_framing_bytes_max && text.find_first_not_of(" \t\r\n,") == std::string_view::npos;
}

// Everything the result depends on besides the text. Trace ids come from clients, hence the length in front.
std::string memo_key(const ListRequest& request) {
  std::string key{static_cast<char>(request.mode), static_cast<char>(request.format)};
  key += std::to_string(request.trace_id.size());
  key += ':';
  key += request.trace_id;
  key += request.key;
  return key;
}

}  // namespace

// The work on one value.
class ListWork {
 public:
  ListWork(ListSplitter& owner, const ListRequest& request, MemoEntry* entry, std::shared_ptr<Tip> old, size_t prefix)
      : owner_(owner),
        request_(request),
        text_(request.text),
        entry_(entry),
        old_(std::move(old)),
        kept_(resume_point(prefix)),
        alignment_(old_.get(), kept_) {}

  std::shared_ptr<Tip> run() {
    if (kept_ > 0) take_over_frame();
    cut();
    literal(text_.size());
    return commit();
  }

 private:
  // How many of the old items stand, unchanged and closed, at the beginning of the new text.
  size_t resume_point(size_t prefix) const {
    if (old_ == nullptr) return 0;
    const auto& items = old_->items;
    const auto end_of = [](const TipItem& item) { return size_t{item.end}; };
    const auto behind = std::ranges::upper_bound(items, prefix, {}, end_of);
    auto count = static_cast<size_t>(behind - items.begin());
    while (count > 0 && !(items[count - 1].closed && is_boundary(items[count - 1].end, count))) --count;
    if (count > 0) {
      ++owner_.stats_.memo_hits;
      owner_.stats_.memo_bytes_skipped += items[count - 1].end;
    }
    return count;
  }

  bool is_boundary(size_t end, size_t count) const {
    switch (request_.mode) {
      case ListMode::json_list:
      case ListMode::json_parts: return end == text_.size() || may_follow_element(text_[end]);
      case ListMode::packed: return count <= request_.item_ends.size() && request_.item_ends[count - 1] == end;
      case ListMode::chunks: return true;
      case ListMode::whole:
      case ListMode::single: break;
    }
    return false;
  }

  void take_over_frame() {
    const TipItem& last = old_->items[kept_ - 1];
    runs_.assign(old_->runs.begin(), old_->runs.begin() + last.runs);
    runs_.back().items = last.in_run;
    has_separator_ = last.has_separator;
    if (has_separator_) separator_ = old_->separator;
    position_ = last.end;
  }

  void cut() {
    switch (request_.mode) {
      case ListMode::json_list:
      case ListMode::json_parts: {
        const bool is_list = request_.mode == ListMode::json_list;
        JsonCutter cutter(text_, is_list ? CutMode::list : CutMode::parts, &alignment_);
        if (kept_ > 0) cutter.resume(position_);
        while (const auto item = cutter.next()) add(*item);
        return;
      }
      case ListMode::packed:
        for (size_t i = kept_; i < request_.item_ends.size(); ++i) add({position_, request_.item_ends[i], true});
        return;
      case ListMode::chunks: {
        const size_t begin = position_;
        for (const std::string_view part : codec::chunk(text_.substr(begin))) {
          add({position_, position_ + part.size(), position_ + part.size() < text_.size()});
        }
        return;
      }
      case ListMode::whole:
      case ListMode::single: return add({0, text_.size(), false});
    }
  }

  void add(const Item& item) {
    const std::string_view framing = text_.substr(position_, item.begin - position_);
    const bool may_join = !runs_.empty() && runs_.back().items > 0 && !behind_literal_item_;
    if (may_join && !has_separator_ && is_separator(framing)) {
      separator_ = framing;
      has_separator_ = true;
    }
    if (may_join && has_separator_ && framing == separator_) {
      ++runs_.back().items;
    } else {
      literal(item.begin);
      runs_.push_back({1, {}});
    }
    behind_literal_item_ = false;
    place(item);
  }

  // Framing up to `end`: kept in the record, or an item of its own when it is long and items have no meaning.
  void literal(size_t end) {
    if (end == position_) return;
    if (request_.mode == ListMode::json_parts && end - position_ >= k_framing_bytes_max) {
      runs_.push_back({1, {}});
      behind_literal_item_ = true;
      place({position_, end, false});
    } else {
      runs_.push_back({0, std::string(text_.substr(position_, end - position_))});
      position_ = end;
    }
  }

  void place(const Item& item) {
    const std::string_view text = text_.substr(item.begin, item.end - item.begin);
    TipItem placed{static_cast<uint32_t>(item.begin),
                   static_cast<uint32_t>(item.end),
                   static_cast<uint32_t>(runs_.size()),
                   static_cast<uint32_t>(runs_.back().items),
                   item.closed,
                   has_separator_,
                   false};
    position_ = item.end;
    cut_ = false;
    const size_t place = kept_ + items_.size();
    if (const auto known = alignment_.find(text)) {
      ids_.push_back(old_->sequence->items[*known]);
      if (reads()) messages_.push_back(old_->messages[*known]);
      placed.is_head = old_->items[*known].is_head;
      cut_ = old_->cut && *known + 1 == old_->items.size();
    } else {
      ids_.push_back(piece(text, place));
      if (reads()) messages_.push_back(owner_.message(request_, text, ids_.back(), placed, cut_));
    }
    items_.push_back(placed);
  }

  BlobId piece(std::string_view text, size_t place) {
    const std::string_view earlier = alignment_.at(place);
    switch (request_.mode) {
      case ListMode::chunks: return owner_.pieces_.chunk(text);
      case ListMode::single: return owner_.pieces_.payload(text, earlier);
      case ListMode::packed: return owner_.pieces_.item(text, TextKind::packed, earlier);
      case ListMode::whole: {
        const bool is_json = scan_document(text) == ValueScan::End::complete;
        return owner_.pieces_.item(text, is_json ? TextKind::json : TextKind::plain, earlier);
      }
      case ListMode::json_list:
      case ListMode::json_parts: break;
    }
    return owner_.pieces_.item(text, TextKind::json, earlier);
  }

  bool reads() const { return request_.format != ElementFormat::none; }

  std::shared_ptr<Tip> commit() {
    std::shared_ptr<Sequence> sequence = new_sequence();
    // What goes on where an earlier value ended takes its place; the last item may have been replaced.
    const bool goes_on = kept_ > 0 && kept_ + 1 >= old_->items.size();
    std::shared_ptr<Tip> tip = goes_on ? std::move(old_) : copy_of_kept();
    if (goes_on) tip->truncate(kept_);
    tip->text.append(text_.substr(tip->text.size()));
    tip->items.insert(tip->items.end(), items_.begin(), items_.end());
    tip->messages.insert(tip->messages.end(), messages_.begin(), messages_.end());
    tip->separator = separator_;
    tip->runs = std::move(runs_);
    tip->sequence = std::move(sequence);
    tip->cut = cut_;
    if (entry_ != nullptr) {
      if (goes_on) {
        owner_.memo_.touch(*tip);
      } else {
        owner_.memo_.add(*entry_, tip);
      }
    }
    return tip;
  }

  std::shared_ptr<Sequence> new_sequence() {
    if (old_ != nullptr && kept_ == old_->items.size() && items_.empty()) return old_->sequence;
    auto sequence = std::make_shared<Sequence>();
    sequence->items.reserve(kept_ + ids_.size());
    if (kept_ > 0) {
      const auto first = old_->sequence->items.begin();
      sequence->items.assign(first, first + static_cast<std::ptrdiff_t>(kept_));
    }
    sequence->items.insert(sequence->items.end(), ids_.begin(), ids_.end());
    if (old_ != nullptr) {
      // What is stored is no longer written as a difference: its own base may go.
      if (old_->sequence->number != 0) old_->sequence->base.reset();
      sequence->base = old_->sequence;
    }
    if (request_.mode != ListMode::single) owner_.sequences_.push_back(sequence);
    return sequence;
  }

  std::shared_ptr<Tip> copy_of_kept() const {
    auto tip = std::make_shared<Tip>();
    if (kept_ == 0) return tip;
    const auto kept = static_cast<std::ptrdiff_t>(kept_);
    tip->text.reserve(text_.size());
    tip->text.assign(old_->text, 0, old_->items[kept_ - 1].end);
    tip->items.assign(old_->items.begin(), old_->items.begin() + kept);
    if (reads()) tip->messages.assign(old_->messages.begin(), old_->messages.begin() + kept);
    tip->head = old_->head;
    tip->context_leading = old_->context_leading;
    const size_t walked = kept_ > old_->context_leading ? kept_ - old_->context_leading : 0;
    const size_t contexts = std::min(walked, old_->contexts.size());
    tip->contexts.assign(old_->contexts.begin(), old_->contexts.begin() + static_cast<std::ptrdiff_t>(contexts));
    return tip;
  }

  ListSplitter& owner_;
  const ListRequest& request_;
  std::string_view text_;
  MemoEntry* entry_;
  std::shared_ptr<Tip> old_;
  size_t kept_;
  Alignment alignment_;
  // The frame so far, and where the text is that it has not taken in.
  std::vector<TextRun> runs_;
  std::string separator_;
  bool has_separator_ = false;
  bool behind_literal_item_ = false;
  size_t position_ = 0;
  // What is new.
  std::vector<TipItem> items_;
  std::vector<BlobId> ids_;
  std::vector<MessageId> messages_;
  bool cut_ = false;
};

ListSplitter::ListSplitter(const SplitOptions& options, SplitStats& stats, PieceMap* copies)
    : options_(options),
      stats_(stats),
      memo_(options.memo_bytes_max, options.tips_per_trace_max),
      pieces_(stats, copies) {}

std::shared_ptr<Tip> ListSplitter::split(const ListRequest& request) {
  if (!options_.use_memo) return ListWork(*this, request, nullptr, nullptr, 0).run();
  MemoEntry& entry = memo_.entry(memo_key(request));
  size_t prefix = 0;
  std::shared_ptr<Tip> tip = memo_.closest(entry, request.text, prefix);
  const bool is_same = tip != nullptr && prefix == request.text.size() && tip->text.size() == prefix &&
                       (request.mode != ListMode::packed || tip->items.size() == request.item_ends.size());
  if (is_same) {
    ++stats_.memo_hits;
    stats_.memo_bytes_skipped += prefix;
    memo_.touch(*tip);
    return tip;
  }
  return ListWork(*this, request, &entry, std::move(tip), prefix).run();
}

MessageId ListSplitter::message(const ListRequest& request, std::string_view text, const BlobId& element, TipItem& item,
                                bool& cut) {
  Arena arena;
  const ElementMessage read = element_message(options_.parser, request.format, text, arena);
  item.is_head = read.message.role == "system" || read.message.role == "developer";
  cut = read.cut;
  const MessageId id = message_id(read.message);
  BlobId mix = element;
  for (size_t i = 0; i < mix.bytes.size(); ++i) mix.bytes[i] = static_cast<uint8_t>(mix.bytes[i] ^ id.bytes[i]);
  if (messages_in_batch_.insert(mix).second) messages_.push_back({id, element, request.format});
  return id;
}

Splitter::Output ListSplitter::take_output() {
  messages_in_batch_.clear();
  return {pieces_.take(), std::exchange(messages_, {}), std::exchange(sequences_, {})};
}

}  // namespace strobe::context
