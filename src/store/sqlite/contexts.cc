#include "store/sqlite/contexts.h"

namespace strobe::store {

namespace {
constexpr size_t k_hints_max = 20'000;
}  // namespace

Contexts::Contexts(Core& core, Blobs& blobs, Sequences& sequences)
    : core_(core), blobs_(blobs), sequences_(sequences), hints_(k_hints_max) {}

void Contexts::forget() { hints_.clear(); }

Result<uint64_t> Contexts::number_of(const ContextId& id) {
  if (const uint64_t* hint = hints_.find(id)) return *hint;
  auto statement = TRY(core_.sql.use(Sql::context_find));
  statement->bind_all(index_bytes(id), blob_of(id));
  const uint64_t number = TRY(first_number(std::move(statement)));
  if (number != 0) hints_.remember(id, number);
  return number;
}

// A sequence that came again after the splitter forgot it (a restart, a file imported twice) has no number and no base.
// If it is the one the stored context has, it is not written a second time.
Result<void> Contexts::reuse(const SequencePtr& sequence, uint64_t stored) {
  if (!sequence || stored == 0 || sequences_.known_number(sequence) != 0) return {};
  const auto numbers = TRY(sequences_.items(stored));
  if (numbers.size() != sequence->items.size()) return {};
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (TRY(blobs_.number_of(sequence->items[i])) != numbers[i]) return {};
  }
  sequences_.note(sequence, stored);
  return {};
}

Result<uint64_t> Contexts::write(const context::ContextRecord& record) {
  if (const uint64_t number = TRY(number_of(record.id))) {
    const bool all_known = (!record.input || sequences_.known_number(record.input) != 0) &&
                           (!record.system || sequences_.known_number(record.system) != 0) &&
                           (!record.tools || sequences_.known_number(record.tools) != 0);
    if (all_known) return number;
    const StoredContext stored = TRY(read(number));
    TRY_VOID(reuse(record.input, stored.input));
    TRY_VOID(reuse(record.system, stored.system));
    TRY_VOID(reuse(record.tools, stored.tools));
    return number;
  }
  // Before the statement is taken: writing a sequence runs statements of its own.
  const uint64_t input = record.input ? TRY(sequences_.write(record.input)) : 0;
  const uint64_t system = record.system ? TRY(sequences_.write(record.system)) : 0;
  const uint64_t tools = record.tools ? TRY(sequences_.write(record.tools)) : 0;
  auto statement = TRY(core_.sql.use(Sql::context_add));
  statement->bind_all(blob_of(record.id), record.leading, record.messages);
  const auto bind = [&](int index, uint64_t number, ElementFormat format) {
    if (number == 0) return;
    statement->bind(index, number);
    statement->bind(index + 1, format);
  };
  bind(4, input, record.input_format);
  bind(6, system, record.system_format);
  bind(8, tools, record.tools_format);
  TRY_VOID(statement->run());
  const auto number = static_cast<uint64_t>(core_.db.last_insert_rowid());
  hints_.remember(record.id, number);
  return number;
}

Result<StoredContext> Contexts::read(uint64_t number) {
  auto statement = TRY(core_.sql.use(Sql::context_read));
  statement->bind_all(number);
  if (!TRY(statement->step())) return fail(ErrorCode::corrupt, "no context " + std::to_string(number));
  const auto id = ContextId::from_bytes(statement->blob(0));
  if (!id) return fail(ErrorCode::corrupt, "a stored context id has a wrong length");
  const auto column = [&](int index) { return static_cast<uint64_t>(statement->int64(index)); };
  const auto format = [&](int index) { return static_cast<ElementFormat>(statement->int64(index)); };
  return StoredContext{.id = *id,
                       .tools = column(7),
                       .system = column(5),
                       .input = column(3),
                       .tools_format = format(8),
                       .system_format = format(6),
                       .input_format = format(4),
                       .leading = static_cast<uint32_t>(column(1))};
}

Result<std::optional<StoredContext>> Contexts::find(const ContextId& id) {
  const uint64_t number = TRY(number_of(id));
  if (number == 0) return std::optional<StoredContext>();
  return TRY(read(number));
}

}  // namespace strobe::store
