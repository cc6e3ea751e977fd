#include "context/pack.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "context/pack_format.h"

namespace strobe::context {

namespace {

using packed::ValueKind;

// Writes records field by field. Times are differences that wrap around, so that any 64 bits survive.
class Packer {
 public:
  Packer(std::string& out, Extractor* extractor) : out_(out), extractor_(extractor) {}

  void kind(ValueKind kind) { out_.byte(static_cast<uint8_t>(kind)); }

  void value(std::string_view key, const Value& value) {
    if (extractor_ != nullptr && write_hole(extractor_->extract(key, value))) return;
    plain_value(key, value);
  }

  void attributes(std::span<const KeyValue> attributes) {
    if (extractor_ == nullptr) {
      out_.varint(attributes.size());
      for (const KeyValue& attribute : attributes) {
        out_.bytes(attribute.key);
        plain_value({}, attribute.value);
      }
      return;
    }
    // The count stands before the entries and a flat group makes one entry of many, so it is counted first.
    std::string entries;
    Packer inner(entries, extractor_);
    size_t count = 0;
    for (size_t at = 0; at < attributes.size(); ++count) {
      const auto flat = extractor_->extract_flat(attributes, at);
      if (flat) {
        inner.flat_group(*flat);
        at += flat->attributes;
      } else {
        inner.out_.bytes(attributes[at].key);
        inner.value(attributes[at].key, attributes[at].value);
        ++at;
      }
    }
    out_.varint(count);
    out_.raw(entries);
  }

  void event(const RawEvent& event, uint64_t start) {
    time_after(event.time_unix_nano, start);
    out_.bytes(event.name);
    attributes(event.attributes);
    out_.varint(event.dropped_attributes_count);
  }

  void link(const RawLink& link) {
    out_.bytes(link.trace_id);
    out_.bytes(link.span_id);
    out_.bytes(link.trace_state);
    attributes(link.attributes);
    out_.varint(link.dropped_attributes_count);
    out_.varint(link.flags);
  }

  void time_after(uint64_t time, uint64_t start) { out_.signed_varint(static_cast<int64_t>(time - start)); }

  ByteWriter& out() { return out_; }

 private:
  void plain_value(std::string_view key, const Value& from) {
    switch (from.type) {
      case ValueType::stored:  // never in a record that arrived
      case ValueType::empty: return kind(ValueKind::empty);
      case ValueType::boolean: return kind(from.boolean ? ValueKind::boolean_true : ValueKind::boolean_false);
      case ValueType::string: kind(ValueKind::string); return out_.bytes(from.as_text());
      case ValueType::bytes: kind(ValueKind::bytes); return out_.bytes(from.as_text());
      case ValueType::int64: kind(ValueKind::int64); return out_.signed_varint(from.int64);
      case ValueType::float64: kind(ValueKind::float64); return out_.float64(from.float64);
      case ValueType::array:
      case ValueType::kvlist: return nested_value(key, from);
    }
  }

  void nested_value(std::string_view key, const Value& from) {
    if (depth_ >= k_value_depth_max) return kind(ValueKind::empty);
    ++depth_;
    kind(from.type == ValueType::array ? ValueKind::array : ValueKind::kvlist);
    out_.varint(from.size);
    for (const Value& item : from.as_array()) value(key, item);
    for (const KeyValue& member : from.as_kvlist()) {
      out_.bytes(member.key);
      value(key, member.value);
    }
    --depth_;
  }

  void flat_group(const FlatHole& hole) {
    out_.bytes(hole.prefix);
    kind(ValueKind::flat_group);
    out_.varint(hole.reference);
    out_.byte(static_cast<uint8_t>(hole.order));
    out_.varint(hole.first);
  }

  bool write_hole(const Hole& hole) {
    if (const auto* blob = std::get_if<BlobHole>(&hole)) {
      kind(ValueKind::blob);
      const int flags = (blob->is_bytes ? packed::k_flag_bytes : 0) | (blob->quoted ? packed::k_flag_quoted : 0) |
                        (static_cast<int>(blob->style) << packed::k_style_shift);
      out_.byte(static_cast<uint8_t>(flags));
      out_.varint(blob->reference);
      return true;
    }
    if (const auto* text = std::get_if<TextHole>(&hole)) {
      kind(ValueKind::text_sequence);
      out_.byte(text->is_bytes ? packed::k_flag_bytes : 0);
      out_.varint(text->reference);
      out_.bytes(text->separator);
      out_.varint(text->runs.size());
      for (const TextRun& run : text->runs) {
        out_.varint(run.items > 0 ? run.items * 2 : run.literal.size() * 2 + 1);
        if (run.items == 0) out_.raw(run.literal);
      }
      return true;
    }
    if (const auto* value = std::get_if<ValueHole>(&hole)) {
      kind(ValueKind::value_sequence);
      out_.byte(value->is_array ? packed::k_flag_array : 0);
      out_.varint(value->reference);
      return true;
    }
    return false;
  }

  ByteWriter out_;
  Extractor* extractor_;
  int depth_ = 0;
};

Packer begin(std::string& out, Extractor* extractor) {
  Packer packer(out, extractor);
  packer.out().byte(packed::k_version);
  return packer;
}

void pack_strings(ByteWriter& out, std::span<const std::string_view> strings) {
  out.varint(strings.size());
  for (const auto string : strings) out.bytes(string);
}

}  // namespace

std::string pack_resource(const RawResource& resource) {
  std::string packed;
  Packer packer = begin(packed, nullptr);
  packer.attributes(resource.attributes);
  packer.out().varint(resource.dropped_attributes_count);
  packer.out().varint(resource.entity_refs.size());
  for (const EntityRef& entity : resource.entity_refs) {
    packer.out().bytes(entity.schema_url);
    packer.out().bytes(entity.type);
    pack_strings(packer.out(), entity.id_keys);
    pack_strings(packer.out(), entity.description_keys);
  }
  packer.out().bytes(resource.schema_url);
  return packed;
}

std::string pack_scope(const RawScope& scope) {
  std::string packed;
  Packer packer = begin(packed, nullptr);
  packer.out().bytes(scope.name);
  packer.out().bytes(scope.version);
  packer.attributes(scope.attributes);
  packer.out().varint(scope.dropped_attributes_count);
  packer.out().bytes(scope.schema_url);
  return packed;
}

std::string pack_span(const RawSpan& span, Extractor* extractor) {
  std::string packed;
  Packer packer = begin(packed, extractor);
  ByteWriter& out = packer.out();
  for (const auto text : {span.trace_id, span.span_id, span.parent_span_id, span.trace_state, span.name}) {
    out.bytes(text);
  }
  out.signed_varint(span.kind);
  out.varint(span.start_time_unix_nano);
  packer.time_after(span.end_time_unix_nano, span.start_time_unix_nano);
  packer.attributes(span.attributes);
  out.varint(span.dropped_attributes_count);
  out.varint(span.events.size());
  for (const RawEvent& event : span.events) packer.event(event, span.start_time_unix_nano);
  out.varint(span.dropped_events_count);
  out.varint(span.links.size());
  if (!span.links.empty()) {
    std::string links;
    Packer link_packer(links, nullptr);
    for (const RawLink& link : span.links) link_packer.link(link);
    out.raw(links);
  }
  out.varint(span.dropped_links_count);
  out.bytes(span.status_message);
  out.signed_varint(span.status_code);
  out.varint(span.flags);
  return packed;
}

std::string pack_log(const RawLog& log, Extractor* extractor) {
  std::string packed;
  Packer packer = begin(packed, extractor);
  ByteWriter& out = packer.out();
  out.varint(log.time_unix_nano);
  packer.time_after(log.observed_time_unix_nano, log.time_unix_nano);
  out.signed_varint(log.severity_number);
  out.bytes(log.severity_text);
  packer.value("body", log.body);
  packer.attributes(log.attributes);
  out.varint(log.dropped_attributes_count);
  out.varint(log.flags);
  for (const auto text : {log.trace_id, log.span_id, log.event_name}) out.bytes(text);
  return packed;
}

void append_value_item(std::string& out, const Value& value) {
  out += packed::k_value_item_magic;
  Packer(out, nullptr).value({}, value);
}

void append_flat_item(std::string& out, std::span<const KeyValue> rest_pairs) {
  out += packed::k_flat_item_magic;
  Packer(out, nullptr).attributes(rest_pairs);
}

bool is_value_item(std::string_view item) { return item.starts_with(packed::k_value_item_magic); }
bool is_flat_item(std::string_view item) { return item.starts_with(packed::k_flat_item_magic); }

std::optional<FlatKey> parse_flat_key(std::string_view key, std::string_view prefix) {
  if (key.size() < prefix.size() + 2 || !key.starts_with(prefix) || key[prefix.size()] != '.') return std::nullopt;
  const std::string_view tail = key.substr(prefix.size() + 1);
  FlatKey flat;
  const auto [end, error] = std::from_chars(tail.data(), tail.data() + tail.size(), flat.index);
  if (error != std::errc()) return std::nullopt;
  const auto digits = static_cast<size_t>(end - tail.data());
  if (digits > 1 && tail.front() == '0') return std::nullopt;
  flat.rest = tail.substr(digits);
  if (!flat.rest.empty() && flat.rest.front() != '.') return std::nullopt;
  return flat;
}

std::vector<uint64_t> index_sequence(uint64_t first, size_t count, IndexOrder order) {
  std::vector<uint64_t> indices(count);
  for (size_t i = 0; i < count; ++i) indices[i] = first + i;
  if (order == IndexOrder::as_text) {
    std::sort(indices.begin(), indices.end(), [](uint64_t a, uint64_t b) {
      char text_a[24], text_b[24];
      const auto end_a = std::to_chars(text_a, text_a + sizeof text_a, a).ptr;
      const auto end_b = std::to_chars(text_b, text_b + sizeof text_b, b).ptr;
      return std::string_view(text_a, end_a) < std::string_view(text_b, end_b);
    });
  }
  return indices;
}

}  // namespace strobe::context
