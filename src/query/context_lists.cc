#include "query/context_lists.h"

#include <algorithm>

namespace strobe::query {

ContextLists::ContextLists(store::Store& store, ContextTree& bodies, NumberOf number_of)
    : store_(store), bodies_(bodies), number_of_(std::move(number_of)) {}

Result<ContextLists::Lists> ContextLists::read(const store::StoredContext& stored) {
  Lists lists{.system = TRY(short_list(stored.system, stored.system_format))};
  if (stored.input == 0 && stored.leading == 0) return lists;
  auto found = read_.find(stored.input);
  const bool is_known = found != read_.end() && is_read_as(found->second, stored);
  if (!is_known) found = read_.insert_or_assign(stored.input, TRY(read_list(stored))).first;
  const ReadList& list = found->second;
  lists.system.insert(lists.system.end(), list.leading.begin(), list.leading.end());
  lists.body = list.body;
  return lists;
}

Result<std::vector<int32_t>> ContextLists::short_list(uint64_t sequence, ElementFormat format) {
  if (sequence == 0) return std::vector<int32_t>();
  const auto known = short_lists_.find(sequence);
  if (known != short_lists_.end()) return known->second;
  std::vector<int32_t> numbers;
  for (const uint64_t blob : TRY(store_.fetch_sequence(sequence))) numbers.push_back(TRY(number_of_(blob, format)));
  return short_lists_.emplace(sequence, std::move(numbers)).first->second;
}

bool ContextLists::is_read_as(const ReadList& list, const store::StoredContext& stored) {
  return list.format == stored.input_format && list.leading.size() == stored.leading;
}

Result<ContextLists::ReadList> ContextLists::read_list(const store::StoredContext& stored) {
  ReadList list{.format = stored.input_format, .leading = {}};
  if (stored.input != 0) {
    auto edit = TRY(store_.fetch_sequence_edit(stored.input));
    if (edit.base == 0 && std::ranges::any_of(edit.runs, &store::SequenceEdit::Run::is_of_base)) {
      return fail(ErrorCode::corrupt, "sequence " + std::to_string(stored.input) + " is an edit of none");
    }
    const auto base = edit.base == 0 ? read_.end() : read_.find(edit.base);
    if (base != read_.end() && is_read_as(base->second, stored)) {
      TRY_VOID(add_edited(stored, edit, base->second, list));
    } else {
      if (edit.base != 0) edit.own = TRY(store_.fetch_sequence(stored.input));
      TRY_VOID(add_whole(stored, edit.own, list));
    }
  }
  if (list.leading.size() == stored.leading) return list;
  return fail(ErrorCode::corrupt, "context " + stored.id.hex() + " has a bad head");
}

Result<void> ContextLists::add_edited(const store::StoredContext& stored, const store::SequenceEdit& edit,
                                      const ReadList& base, ReadList& list) {
  const auto add = [&](int32_t number) {
    if (list.leading.size() < stored.leading) {
      list.leading.push_back(number);
    } else {
      list.body = bodies_.child(list.body, number);
    }
  };
  const uint64_t base_size = base.leading.size() + static_cast<uint64_t>(bodies_.depth(base.body));
  for (const store::SequenceEdit::Run& run : edit.runs) {
    if (!run.is_of_base) {
      for (uint64_t i = run.from; i < run.from + run.count; ++i) {
        add(TRY(number_of_(edit.own[i], stored.input_format)));
      }
      continue;
    }
    if (run.from > base_size || run.count > base_size - run.from) {
      return fail(ErrorCode::corrupt, "sequence " + std::to_string(stored.input) + " copies what its base lacks");
    }
    uint64_t at = run.from;
    const uint64_t end = run.from + run.count;
    for (; at < end && at < base.leading.size(); ++at) add(base.leading[at]);
    if (at == end) continue;
    const auto depth = static_cast<int32_t>(at - base.leading.size());
    const auto upto = bodies_.first(base.body, static_cast<int32_t>(end - base.leading.size()));
    if (depth == 0 && list.body == ContextTree::k_empty && list.leading.size() == stored.leading) {
      list.body = upto;  // the conversation begins as the other one does
      continue;
    }
    for (const int32_t number : bodies_.messages_behind(bodies_.first(upto, depth), upto)) add(number);
  }
  return {};
}

Result<void> ContextLists::add_whole(const store::StoredContext& stored, std::span<const uint64_t> blobs,
                                     ReadList& list) {
  const size_t leading = std::min<size_t>(stored.leading, blobs.size());
  for (const uint64_t blob : blobs.first(leading)) {
    list.leading.push_back(TRY(number_of_(blob, stored.input_format)));
  }
  WholeList whole{.body_blobs = {blobs.begin() + static_cast<ptrdiff_t>(leading), blobs.end()},
                  .format = stored.input_format};
  const auto [like, same] = most_alike(whole);
  if (like != nullptr) list.body = bodies_.first(like->body, static_cast<int32_t>(same));
  for (const uint64_t blob : blobs.subspan(leading + same)) {
    list.body = bodies_.child(list.body, TRY(number_of_(blob, stored.input_format)));
  }
  whole.body = list.body;
  // What goes on takes the place of what it continues; a branch leaves the other one alone.
  const bool goes_on = like != nullptr && same == like->body_blobs.size();
  WholeList& place = goes_on ? *like : remembered_[next_ = (next_ + 1) % k_whole_remembered];
  place = std::move(whole);
  return {};
}

std::pair<ContextLists::WholeList*, size_t> ContextLists::most_alike(const WholeList& list) {
  std::pair<WholeList*, size_t> best{nullptr, 0};
  for (WholeList& other : remembered_) {
    if (other.format != list.format) continue;
    const auto differ = std::ranges::mismatch(list.body_blobs, other.body_blobs).in1;
    const auto same = static_cast<size_t>(differ - list.body_blobs.begin());
    if (same > best.second) best = {&other, same};
  }
  return best;
}

}  // namespace strobe::query
