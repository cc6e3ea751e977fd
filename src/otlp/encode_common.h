#pragma once

#include <protozero/pbf_writer.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/raw.h"

// Inside of the encoders: protobuf messages that several of them write, and how spans are grouped.

namespace strobe::otlp::encode {

// A message under construction. `out` is the text that all writers of one encoding append to.
struct Message {
  std::string& out;
  protozero::pbf_writer writer;

  void text(uint32_t tag, std::string_view value) {
    if (!value.empty()) writer.add_bytes(tag, value.data(), value.size());
  }
  void uint32(uint32_t tag, uint32_t value) {
    if (value != 0) writer.add_uint32(tag, value);
  }
  void enumeration(uint32_t tag, int32_t value) {
    if (value != 0) writer.add_enum(tag, value);
  }
  void sint32(uint32_t tag, int32_t value) {
    if (value != 0) writer.add_sint32(tag, value);
  }
  void boolean(uint32_t tag, bool value) {
    if (value) writer.add_bool(tag, true);
  }
  void fixed32(uint32_t tag, uint32_t value) {
    if (value != 0) writer.add_fixed32(tag, value);
  }
  void fixed64(uint32_t tag, uint64_t value) {
    if (value != 0) writer.add_fixed64(tag, value);
  }
  // -0.0 is no default and gets written.
  void float64(uint32_t tag, double value);

  // Adds a message that `fill(Message&)` writes. protozero takes an empty one back out, but an empty span or array
  // entry is one all the same.
  template <typename Fill>
  void message(uint32_t tag, Fill&& fill) {
    const size_t before = out.size();
    {
      Message inner{out, protozero::pbf_writer(writer, tag)};
      fill(inner);
    }
    if (out.size() == before) writer.add_message(tag, "", 0);
  }
};

void add_attributes(Message& message, uint32_t tag, std::span<const KeyValue> attributes);
void write_any_value(Message& message, const Value& value);
void write_resource(Message& message, const RawResource& resource);
void write_scope(Message& message, const RawScope& scope);

// Spans by equal resource, then equal scope, each in order of first appearance.
struct ScopeGroup {
  const RawScope* scope;
  std::vector<const RawSpan*> spans;
};
struct ResourceGroup {
  const RawResource* resource;
  std::vector<ScopeGroup> scopes;
};
std::vector<ResourceGroup> group_spans(std::span<const RawSpan> spans);

}  // namespace strobe::otlp::encode
