#include "importer/trace_writer.h"

#include <cstring>

#include "json/number.h"

namespace strobe::importer {

namespace {

constexpr size_t k_batch_bytes_max = size_t{4} << 20;
constexpr size_t k_batch_spans_max = 4096;
constexpr size_t k_draft_bytes = 400;  // of a draft without attributes
constexpr int32_t k_internal = 1;      // OTLP SpanKind
constexpr std::string_view k_separator("\0", 1);

Value value_of(const AttributeValue& value, Arena& arena) {
  if (const auto* text = std::get_if<std::string>(&value)) return Value::of_string(arena.copy(*text));
  if (const auto* number = std::get_if<int64_t>(&value)) return Value::of_int64(*number);
  if (const auto* number = std::get_if<double>(&value)) return Value::of_float64(*number);
  return Value::of_bool(std::get<bool>(value));
}

std::span<const KeyValue> attributes_of(const Draft& draft, Arena& arena) {
  const auto attributes = arena.allocate_array<KeyValue>(draft.attributes.size());
  size_t at = 0;
  for (const auto& [key, value] : draft.attributes) attributes[at++] = {arena.copy(key), value_of(value, arena)};
  return attributes;
}

uint64_t first_bytes(const Hash256& hash) {
  uint64_t number = 0;
  std::memcpy(&number, hash.bytes.data(), sizeof number);
  return number;
}

template <typename Id>
Id id_of(const Hash256& hash) {
  Id id = *Id::from_bytes(hash.view().substr(0, Id::k_size));
  if (id.is_zero()) id.bytes[0] = 1;
  return id;
}

Hash256 hash_of(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(part).append(k_separator);
  return codec::sha256(text);
}

}  // namespace

std::string short_name(std::string_view text) {
  constexpr size_t k_name_bytes_max = 200;
  return text.size() <= k_name_bytes_max ? std::string(text) : codec::sha256(text).hex();
}

uint64_t hash_of_name(std::string_view text) { return first_bytes(codec::sha256(text)); }

void Draft::set(std::string key, std::string_view text) {
  if (!text.empty()) attributes.insert_or_assign(std::move(key), std::string(text));
}
void Draft::set(std::string key, std::optional<int64_t> number) {
  if (number) attributes.insert_or_assign(std::move(key), *number);
}
void Draft::set(std::string key, std::optional<double> number) {
  if (number) attributes.insert_or_assign(std::move(key), *number);
}
void Draft::set_flag(std::string key, bool flag) { attributes.insert_or_assign(std::move(key), flag); }

void Draft::keep(std::string key, const json::Node& value) {
  switch (value.type) {
    case json::Type::null: return;
    case json::Type::boolean: attributes.try_emplace(std::move(key), value.boolean); return;
    case json::Type::string: attributes.try_emplace(std::move(key), std::string(value.text)); return;
    case json::Type::number: {
      const auto integer = json::to_int64(value.text);
      const auto number = json::to_double(value.text);
      if (integer) {
        attributes.try_emplace(std::move(key), *integer);
      } else if (number) {
        attributes.try_emplace(std::move(key), *number);
      }
      return;
    }
    case json::Type::array:
    case json::Type::object: attributes.try_emplace(std::move(key), std::string(value.raw)); return;
  }
}

size_t Draft::bytes() const {
  size_t bytes = k_draft_bytes + name.size() + message.size();
  for (const auto& [key, value] : attributes) {
    const auto* text = std::get_if<std::string>(&value);
    bytes += k_draft_bytes / 4 + key.size() + (text != nullptr ? text->size() : 0);
  }
  return bytes;
}

struct TraceWriter::Frame {
  const RawResource* resource = nullptr;
  const RawScope* scope = nullptr;
  std::string_view trace_id;
};

TraceWriter::TraceWriter(const Sink& sink, std::string_view scope, std::string_view version)
    : sink_(sink), scope_(scope), version_(version), batch_(std::make_unique<RawBatch>()) {}
TraceWriter::~TraceWriter() = default;

const TraceWriter::Frame& TraceWriter::frame_of(const Origin& origin) {
  const auto [at, is_new] =
      frames_.try_emplace(origin.trace_id.hex() + origin.session_namespace + "/" + origin.session_key);
  if (!is_new) return at->second;
  Arena& arena = *batch_->arena;
  std::vector<KeyValue> attributes = {{"service.name", Value::of_string(arena.copy(scope_))}};
  if (!origin.session_key.empty())
    attributes.push_back({"session.id", Value::of_string(arena.copy(origin.session_key))});
  if (!origin.session_namespace.empty())
    attributes.push_back({"service.namespace", Value::of_string(arena.copy(origin.session_namespace))});
  RawResource* resource = arena.make<RawResource>();
  resource->attributes = arena.copy_array(std::span<const KeyValue>(attributes));
  RawScope* scope = arena.make<RawScope>();
  scope->name = arena.copy(scope_);
  scope->version = arena.copy(version_);
  at->second = {resource, scope, arena.copy(origin.trace_id.view())};
  return at->second;
}

void TraceWriter::write(const Draft& draft) {
  if (failure_) return;
  const Frame& frame = frame_of(*draft.origin);
  Arena& arena = *batch_->arena;
  RawSpan span;
  span.resource = frame.resource;
  span.scope = frame.scope;
  span.trace_id = frame.trace_id;
  span.span_id = arena.copy(draft.id.view());
  if (!draft.parent.is_zero()) span.parent_span_id = arena.copy(draft.parent.view());
  span.name = arena.copy(draft.name);
  span.kind = k_internal;
  span.start_time_unix_nano = static_cast<uint64_t>(draft.start.ns);
  span.end_time_unix_nano = static_cast<uint64_t>(draft.end.value_or(TimeNs{}).ns);
  span.attributes = attributes_of(draft, arena);
  span.status_code = draft.outcome == Outcome::ok ? 1 : draft.outcome == Outcome::error ? 2 : 0;
  span.status_message = arena.copy(draft.message);
  if (draft.link) {
    const auto links = arena.allocate_array<RawLink>(1);
    links[0].trace_id = arena.copy(draft.link->trace_id.view());
    links[0].span_id = arena.copy(draft.link->span_id.view());
    span.links = links;
  }
  batch_->spans.push_back(span);
  batch_bytes_ += draft.bytes();
  if (batch_bytes_ >= k_batch_bytes_max || batch_->spans.size() >= k_batch_spans_max) hand_over();
}

void TraceWriter::hand_over() {
  RawBatch batch = std::move(*batch_);
  *batch_ = RawBatch();
  frames_.clear();
  batch_bytes_ = 0;
  if (batch.spans.empty() || failure_) return;
  auto taken = sink_(std::move(batch));
  if (!taken) failure_ = std::move(taken).error();
}

Result<void> TraceWriter::flush() {
  hand_over();
  if (failure_) return std::unexpected(*failure_);
  return {};
}

TraceId Identities::trace(std::string_view seed, std::string_view name) {
  return id_of<TraceId>(hash_of({"strobe.imported.trace.v1", seed, name}));
}

SpanId Identities::of(std::string_view what, std::string_view name) const {
  return id_of<SpanId>(hash_of({"strobe.imported.span.v1", seed_, what, name}));
}

SpanId Identities::of(std::string_view what, std::string_view name, TimeNs time) {
  if (seen_.size() >= k_seen_max) seen_.clear();
  const auto [at, is_new] = seen_.try_emplace(first_bytes(hash_of({"name", what, name})), time.ns);
  if (is_new || at->second == time.ns) return of(what, name);
  return of(what, std::string(name) + std::string(k_separator) + std::to_string(time.ns));
}

SpanId Identities::of_line(std::string_view text) {
  if (seen_.size() >= k_seen_max) seen_.clear();
  const Hash256 hash = hash_of({"line", text});
  const int64_t earlier = seen_[first_bytes(hash)]++;
  return of("line", hash.hex() + (earlier == 0 ? "" : "#" + std::to_string(earlier)));
}

}  // namespace strobe::importer
