#include "store/sqlite/sequences.h"

#include "store/sqlite/sequence_ops.h"

namespace strobe::store {

namespace {
constexpr size_t k_remembered_items_max = 1'000'000;  // 8 MB
}  // namespace

Sequences::Sequences(Core& core, Blobs& blobs) : core_(core), blobs_(blobs), next_(core, Sql::sequence_last) {}

void Sequences::begin_writing() {
  next_.reset();
  staged_.clear();
}

void Sequences::publish() {
  for (auto& [key, entry] : staged_) {
    entry.first->number = entry.second;
    entry.first->epoch = core_.epoch;
    // Otherwise each value of a session would keep all before it alive.
    entry.first->base.reset();
  }
  staged_.clear();
}

void Sequences::forget() {
  staged_.clear();
  read_.clear();
  read_items_ = 0;
}

uint64_t Sequences::known_number(const SequencePtr& sequence) const {
  if (sequence->number != 0 && sequence->epoch == core_.epoch) return sequence->number;
  const auto found = staged_.find(sequence.get());
  return found == staged_.end() ? 0 : found->second.second;
}

void Sequences::note(const SequencePtr& sequence, uint64_t number) { staged_[sequence.get()] = {sequence, number}; }

Result<std::string> Sequences::encode(const context::Sequence& sequence, const context::Sequence* base,
                                      bool& any_copy) {
  std::vector<SequenceOp> ops;
  if (base != nullptr) {
    ops = difference(sequence.items, base->items);
  } else if (!sequence.items.empty()) {
    ops = {{.copy = false, .from = 0, .count = sequence.items.size()}};
  }
  any_copy = false;
  SequenceOpsWriter writer;
  for (const SequenceOp& op : ops) {
    if (op.copy) {
      // What the base has is in the store, for the base is.
      writer.copy(op.from, op.count);
      any_copy = true;
      continue;
    }
    writer.begin_literals(op.count);
    for (size_t i = 0; i < op.count; ++i) writer.literal(TRY(blobs_.stored_number(sequence.items[op.from + i])));
  }
  return writer.take();
}

Result<uint64_t> Sequences::write(const SequencePtr& sequence) {
  if (const uint64_t known = known_number(sequence)) return known;
  const context::Sequence* base = sequence->base.get();
  uint64_t base_number = base == nullptr ? 0 : known_number(sequence->base);
  uint64_t depth = 0;
  if (base_number != 0) {
    auto statement = TRY(core_.sql.use(Sql::sequence_depth));
    statement->bind_all(base_number);
    depth = TRY(first_number(std::move(statement))) + 1;
  }
  if (depth > k_sequence_depth_max) base_number = 0;
  bool any_copy = false;
  const std::string ops = TRY(encode(*sequence, base_number == 0 ? nullptr : base, any_copy));
  // With nothing to copy the ops are those of a full row.
  if (!any_copy) base_number = 0;
  const uint64_t number = TRY(next_.take());
  auto statement = TRY(core_.sql.use(Sql::sequence_add));
  statement->bind_all(number, sqlite::Blob{ops});
  if (base_number != 0) {
    statement->bind(3, base_number);
    statement->bind(4, depth);
  }
  TRY_VOID(statement->run());
  note(sequence, number);
  return number;
}

Result<Sequences::Edit> Sequences::edit(uint64_t number) {
  auto statement = TRY(core_.sql.use(Sql::sequence_read));
  statement->bind_all(number);
  if (!TRY(statement->step())) return fail(ErrorCode::not_found, "no sequence " + std::to_string(number));
  return Edit{.base = static_cast<uint64_t>(statement->int64(1)), .added = TRY(literals_of(statement->blob(0)))};
}

Result<SequenceEdit> Sequences::stored_edit(uint64_t number) {
  auto statement = TRY(core_.sql.use(Sql::sequence_read));
  statement->bind_all(number);
  if (!TRY(statement->step())) return fail(ErrorCode::not_found, "no sequence " + std::to_string(number));
  SequenceEdit edit = TRY(read_ops(statement->blob(0)));
  edit.base = static_cast<uint64_t>(statement->int64(1));
  if (edit.base < number) return edit;
  return fail(ErrorCode::corrupt, "sequence " + std::to_string(number) + " has a wrong base");
}

Result<std::vector<uint64_t>> Sequences::items(uint64_t number) {
  std::vector<std::string> edits;  // latest first
  std::vector<uint64_t> list;
  std::span<const uint64_t> base_list;
  for (uint64_t at = number; at != 0;) {
    if (const auto found = read_.find(at); found != read_.end()) {
      base_list = found->second;
      break;
    }
    auto statement = TRY(core_.sql.use(Sql::sequence_read));
    statement->bind_all(at);
    if (!TRY(statement->step())) {
      return fail(at == number ? ErrorCode::not_found : ErrorCode::corrupt, "no sequence " + std::to_string(at));
    }
    edits.emplace_back(statement->blob(0));
    const auto base = static_cast<uint64_t>(statement->int64(1));
    if (base >= at || edits.size() > k_sequence_depth_max + 1) {
      return fail(ErrorCode::corrupt, "sequence " + std::to_string(number) + " has a wrong base");
    }
    at = base;
  }
  if (edits.empty()) return std::vector(base_list.begin(), base_list.end());
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
    list = TRY(apply_ops(*edit, base_list));
    base_list = list;
  }
  if (read_items_ + list.size() > k_remembered_items_max) {
    read_.clear();
    read_items_ = 0;
  }
  if (list.size() <= k_remembered_items_max) {
    read_items_ += list.size();
    read_.insert_or_assign(number, list);
  }
  return list;
}

}  // namespace strobe::store
