#include <algorithm>

#include "base/bytes.h"
#include "context/join.h"
#include "context/pack.h"
#include "context/pack_format.h"

namespace strobe::context {

namespace {

using packed::ValueKind;

std::unexpected<Error> corrupt(const char* what) {
  return fail(ErrorCode::corrupt, std::string("a packed record is damaged: ") + what);
}

// Reads records field by field. Without a source (items, resources, scopes) holes are damage.
class Unpacker {
 public:
  Unpacker(std::string_view bytes, ReferenceSource* source, Fetch fetch, Arena& arena)
      : in_(bytes), source_(source), fetch_(fetch), arena_(arena) {}

  ByteReader& in() { return in_; }

  Result<void> version() {
    if (in_.byte() != packed::k_version || !in_.ok()) return corrupt("unknown version");
    return {};
  }
  Result<void> end() const {
    if (!in_.ok()) return corrupt("it ends too early");
    if (!in_.at_end()) return corrupt("bytes behind its end");
    return {};
  }
  // A count of things that take at least `bytes_each`: never more than the rest can hold.
  Result<size_t> count(size_t bytes_each) {
    const uint64_t count = in_.varint();
    if (count > in_.rest().size() / bytes_each) return corrupt("a count beyond its end");
    return static_cast<size_t>(count);
  }
  uint32_t number32() { return static_cast<uint32_t>(in_.varint()); }
  int32_t signed32() { return static_cast<int32_t>(in_.signed_varint()); }
  uint64_t time_after(uint64_t start) { return start + static_cast<uint64_t>(in_.signed_varint()); }

  Result<Value> value() {
    const auto kind = static_cast<ValueKind>(in_.byte());
    switch (kind) {
      case ValueKind::empty: return Value{};
      case ValueKind::string: return Value::of_string(in_.bytes());
      case ValueKind::bytes: return Value::of_bytes(in_.bytes());
      case ValueKind::boolean_false: return Value::of_bool(false);
      case ValueKind::boolean_true: return Value::of_bool(true);
      case ValueKind::int64: return Value::of_int64(in_.signed_varint());
      case ValueKind::float64: return Value::of_float64(in_.float64());
      case ValueKind::array:
      case ValueKind::kvlist: return nested(kind);
      case ValueKind::blob:
      case ValueKind::text_sequence:
      case ValueKind::value_sequence:
        if (source_ == nullptr) return corrupt("a reference where none may be");
        if (kind == ValueKind::blob) return blob();
        return kind == ValueKind::text_sequence ? text_sequence() : value_sequence();
      case ValueKind::flat_group: break;
    }
    return corrupt("unknown kind of value");
  }

  Result<std::span<const KeyValue>> attributes() {
    const size_t entries = TRY(count(2));
    if (entries == 0) return std::span<const KeyValue>();
    std::vector<KeyValue> all;
    all.reserve(std::min<size_t>(entries, 64));
    for (size_t i = 0; i < entries; ++i) {
      const std::string_view key = in_.bytes();
      const bool is_group = !in_.rest().empty() && static_cast<ValueKind>(in_.rest().front()) == ValueKind::flat_group;
      if (is_group && source_ != nullptr) {
        in_.byte();
        TRY_VOID(flat_group(key, all));
      } else {
        all.push_back({key, TRY(value())});
      }
    }
    return arena_.copy_array(std::span<const KeyValue>(all));
  }

 private:
  Result<Value> nested(ValueKind kind) {
    if (++depth_ > k_value_depth_max) return corrupt("values nested too deep");
    // Grown while they are read: a damaged count must not reserve memory for what is not there.
    Value result;
    if (kind == ValueKind::array) {
      std::vector<Value> items;
      for (size_t left = TRY(count(1)); left > 0; --left) items.push_back(TRY(value()));
      result = Value::of_array(arena_.copy_array(std::span<const Value>(items)));
    } else {
      std::vector<KeyValue> members;
      for (size_t left = TRY(count(2)); left > 0; --left) {
        const std::string_view key = in_.bytes();
        members.push_back({key, TRY(value())});
      }
      result = Value::of_kvlist(arena_.copy_array(std::span<const KeyValue>(members)));
    }
    --depth_;
    return result;
  }

  static Value text_value(std::string_view text, bool is_bytes) {
    return is_bytes ? Value::of_bytes(text) : Value::of_string(text);
  }
  static Value stored(uint64_t reference) {
    Value value;
    value.type = ValueType::stored;
    value.number = reference;
    return value;
  }

  Result<Value> blob() {
    const uint8_t flags = in_.byte();
    const uint64_t reference = in_.varint();
    if (!in_.ok() || (flags >> packed::k_style_shift) > static_cast<int>(EscapeStyle::json_html)) {
      return corrupt("a reference of unknown style");
    }
    const auto style = static_cast<EscapeStyle>(flags >> packed::k_style_shift);
    const bool is_bytes = (flags & packed::k_flag_bytes) != 0;
    const std::string_view content = TRY(source_->blob(reference));
    if ((flags & packed::k_flag_quoted) == 0) return text_value(content, is_bytes);
    std::string text = "\"";
    append_in_style(text, content, style);
    text += '"';
    return text_value(arena_.copy(text), is_bytes);
  }

  Result<Value> text_sequence() {
    const bool is_bytes = (in_.byte() & packed::k_flag_bytes) != 0;
    const uint64_t reference = in_.varint();
    const std::string_view separator = in_.bytes();
    const size_t runs = TRY(count(1));
    if (!in_.ok()) return corrupt("it ends too early");
    std::vector<std::string_view> items;
    if (fetch_ == Fetch::everything) items = TRY(source_->sequence(reference));
    std::string text;
    size_t used = 0;
    for (size_t i = 0; i < runs; ++i) {
      const uint64_t head = in_.varint();
      if (head % 2 == 1) {
        text.append(in_.raw(head / 2));
        continue;
      }
      if (fetch_ != Fetch::everything) continue;
      if (head / 2 > items.size() - used) return corrupt("a sequence is too short");
      for (uint64_t item = 0; item < head / 2; ++item) {
        if (item > 0) text.append(separator);
        text.append(items[used++]);
        if (text.size() > k_joined_bytes_max) return corrupt("a value grows too large");
      }
    }
    if (!in_.ok()) return corrupt("it ends too early");
    if (fetch_ != Fetch::everything) return stored(reference);
    if (used != items.size()) return corrupt("a sequence is too long");
    return text_value(arena_.copy(text), is_bytes);
  }

  Result<Value> value_sequence() {
    const bool is_array = (in_.byte() & packed::k_flag_array) != 0;
    const uint64_t reference = in_.varint();
    if (!in_.ok()) return corrupt("it ends too early");
    if (fetch_ != Fetch::everything) return stored(reference);
    const std::vector<std::string_view> contents = TRY(source_->sequence(reference));
    const auto values = arena_.allocate_array<Value>(contents.size());
    for (size_t i = 0; i < contents.size(); ++i) values[i] = TRY(unpack_value_item(contents[i], arena_));
    if (is_array) return Value::of_array(values);
    if (values.size() != 1) return corrupt("a value of several items");
    return values.front();
  }

  Result<void> flat_group(std::string_view prefix, std::vector<KeyValue>& all) {
    const uint64_t reference = in_.varint();
    const auto order = static_cast<IndexOrder>(in_.byte());
    const uint64_t first = in_.varint();
    if (!in_.ok() || order > IndexOrder::as_text) return corrupt("a group of unknown order");
    if (fetch_ != Fetch::everything) {
      all.push_back({prefix, stored(reference)});
      return {};
    }
    const std::vector<std::string_view> contents = TRY(source_->sequence(reference));
    for (const uint64_t index : index_sequence(first, contents.size(), order)) {
      const std::string number = "." + std::to_string(index);
      for (const KeyValue& pair : TRY(unpack_flat_item(contents[index - first], arena_))) {
        char* key = arena_.allocate_bytes(prefix.size() + number.size() + pair.key.size());
        char* end = std::copy(prefix.begin(), prefix.end(), key);
        end = std::copy(number.begin(), number.end(), end);
        end = std::copy(pair.key.begin(), pair.key.end(), end);
        all.push_back({std::string_view(key, end), pair.value});
      }
    }
    return {};
  }

  ByteReader in_;
  ReferenceSource* source_;
  Fetch fetch_;
  Arena& arena_;
  int depth_ = 0;
};

Result<std::span<const std::string_view>> unpack_strings(Unpacker& unpacker, Arena& arena) {
  const auto strings = arena.allocate_array<std::string_view>(TRY(unpacker.count(1)));
  for (auto& string : strings) string = unpacker.in().bytes();
  return std::span<const std::string_view>(strings);
}

Result<std::span<const RawEvent>> unpack_events(Unpacker& unpacker, uint64_t start, Arena& arena) {
  const auto events = arena.allocate_array<RawEvent>(TRY(unpacker.count(4)));
  for (RawEvent& event : events) {
    event.time_unix_nano = unpacker.time_after(start);
    event.name = unpacker.in().bytes();
    event.attributes = TRY(unpacker.attributes());
    event.dropped_attributes_count = unpacker.number32();
  }
  return std::span<const RawEvent>(events);
}

Result<std::span<const RawLink>> unpack_links(Unpacker& unpacker, Arena& arena) {
  const auto links = arena.allocate_array<RawLink>(TRY(unpacker.count(6)));
  for (RawLink& link : links) {
    link.trace_id = unpacker.in().bytes();
    link.span_id = unpacker.in().bytes();
    link.trace_state = unpacker.in().bytes();
    link.attributes = TRY(unpacker.attributes());
    link.dropped_attributes_count = unpacker.number32();
    link.flags = unpacker.number32();
  }
  return std::span<const RawLink>(links);
}

}  // namespace

Result<RawResource> unpack_resource(std::string_view packed, Arena& arena) {
  Unpacker unpacker(packed, nullptr, Fetch::everything, arena);
  TRY_VOID(unpacker.version());
  RawResource resource;
  resource.attributes = TRY(unpacker.attributes());
  resource.dropped_attributes_count = unpacker.number32();
  const auto entities = arena.allocate_array<EntityRef>(TRY(unpacker.count(4)));
  for (EntityRef& entity : entities) {
    entity.schema_url = unpacker.in().bytes();
    entity.type = unpacker.in().bytes();
    entity.id_keys = TRY(unpack_strings(unpacker, arena));
    entity.description_keys = TRY(unpack_strings(unpacker, arena));
  }
  resource.entity_refs = entities;
  resource.schema_url = unpacker.in().bytes();
  TRY_VOID(unpacker.end());
  return resource;
}

Result<RawScope> unpack_scope(std::string_view packed, Arena& arena) {
  Unpacker unpacker(packed, nullptr, Fetch::everything, arena);
  TRY_VOID(unpacker.version());
  RawScope scope;
  scope.name = unpacker.in().bytes();
  scope.version = unpacker.in().bytes();
  scope.attributes = TRY(unpacker.attributes());
  scope.dropped_attributes_count = unpacker.number32();
  scope.schema_url = unpacker.in().bytes();
  TRY_VOID(unpacker.end());
  return scope;
}

Result<RawSpan> unpack_span(std::string_view packed, ReferenceSource& source, Fetch fetch, Arena& arena) {
  Unpacker unpacker(packed, &source, fetch, arena);
  ByteReader& in = unpacker.in();
  TRY_VOID(unpacker.version());
  RawSpan span;
  for (auto* text : {&span.trace_id, &span.span_id, &span.parent_span_id, &span.trace_state, &span.name}) {
    *text = in.bytes();
  }
  span.kind = unpacker.signed32();
  span.start_time_unix_nano = in.varint();
  span.end_time_unix_nano = unpacker.time_after(span.start_time_unix_nano);
  span.attributes = TRY(unpacker.attributes());
  span.dropped_attributes_count = unpacker.number32();
  span.events = TRY(unpack_events(unpacker, span.start_time_unix_nano, arena));
  span.dropped_events_count = unpacker.number32();
  span.links = TRY(unpack_links(unpacker, arena));
  span.dropped_links_count = unpacker.number32();
  span.status_message = in.bytes();
  span.status_code = unpacker.signed32();
  span.flags = unpacker.number32();
  TRY_VOID(unpacker.end());
  return span;
}

Result<RawLog> unpack_log(std::string_view packed, ReferenceSource& source, Fetch fetch, Arena& arena) {
  Unpacker unpacker(packed, &source, fetch, arena);
  ByteReader& in = unpacker.in();
  TRY_VOID(unpacker.version());
  RawLog log;
  log.time_unix_nano = in.varint();
  log.observed_time_unix_nano = unpacker.time_after(log.time_unix_nano);
  log.severity_number = unpacker.signed32();
  log.severity_text = in.bytes();
  log.body = TRY(unpacker.value());
  log.attributes = TRY(unpacker.attributes());
  log.dropped_attributes_count = unpacker.number32();
  log.flags = unpacker.number32();
  for (auto* text : {&log.trace_id, &log.span_id, &log.event_name}) *text = in.bytes();
  TRY_VOID(unpacker.end());
  return log;
}

Result<Value> unpack_value_item(std::string_view item, Arena& arena) {
  if (!is_value_item(item)) return corrupt("an item is no value");
  Unpacker unpacker(item.substr(packed::k_value_item_magic.size()), nullptr, Fetch::everything, arena);
  const Value value = TRY(unpacker.value());
  TRY_VOID(unpacker.end());
  return value;
}

Result<std::span<const KeyValue>> unpack_flat_item(std::string_view item, Arena& arena) {
  if (!is_flat_item(item)) return corrupt("an item is no group of attributes");
  Unpacker unpacker(item.substr(packed::k_flat_item_magic.size()), nullptr, Fetch::everything, arena);
  const std::span<const KeyValue> pairs = TRY(unpacker.attributes());
  TRY_VOID(unpacker.end());
  return pairs;
}

namespace {
void collect_long(const Value& value, size_t bytes_min, std::vector<std::string_view>& found) {
  if (value.as_text().size() >= bytes_min) found.push_back(value.as_text());
  for (const Value& item : value.as_array()) collect_long(item, bytes_min, found);
  for (const KeyValue& member : value.as_kvlist()) collect_long(member.value, bytes_min, found);
}
}  // namespace

std::vector<std::string_view> long_strings_of_item(std::string_view item, size_t bytes_min) {
  std::vector<std::string_view> found;
  Arena arena;
  if (is_value_item(item)) {
    if (const auto value = unpack_value_item(item, arena)) collect_long(*value, bytes_min, found);
  } else if (is_flat_item(item)) {
    if (const auto pairs = unpack_flat_item(item, arena)) {
      for (const KeyValue& pair : *pairs) collect_long(pair.value, bytes_min, found);
    }
  }
  return found;
}

}  // namespace strobe::context
