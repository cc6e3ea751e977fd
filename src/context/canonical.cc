#include "context/canonical.h"

#include <algorithm>
#include <optional>

#include "base/base64.h"
#include "base/bytes.h"
#include "codec/sha256.h"
#include "json/number.h"
#include "json/parse.h"

// Canonical form v1, byte by byte. "text" is a length (LEB128 varint) and that many bytes; counts are varints; hashes
// are 32 raw bytes. docs/reference/canonical-form.md says the same for readers; canonical_test.cc holds vectors. Never
// change it: a new form gets a new domain and k_canonical_version.
//
//   message  = text "strobe.message.v1", text role, text name, byte content state, count of parts, parts
//   part     = byte type, then by type
//              1 text         text
//              2 reasoning    text
//              3 tool call    text id, text name, value of the arguments
//              4 tool result  text id, value of the result, byte is_error
//              5 media        text mime, byte what, then 0: nothing | 1: hash of the decoded data |
//                             2: hash of the data as written (it is no base64) | 3: text uri
//              6 other        text type, value
//   value    = byte 0 null | 1 false | 2 true | 3, text canonical number | 4, text decoded string | 5, count, values |
//              6, count, (text key, value) pairs sorted by the keys' bytes, equal keys in their order
//   head     = text "strobe.head.v1", count and hashes of the tool definitions, count and hashes of the system messages
//   context  = text "strobe.context.v1", parent's hash, message's hash
//   session  = text "strobe.session.v1", text namespace, text key

namespace strobe::context {

namespace {

enum class Tag : uint8_t { null = 0, no = 1, yes = 2, number = 3, string = 4, array = 5, object = 6 };
enum class Media : uint8_t { nothing = 0, decoded_hash = 1, text_hash = 2, uri = 3 };

void put(ByteWriter& out, Tag tag) { out.byte(static_cast<uint8_t>(tag)); }

void put_string(ByteWriter& out, std::string_view string) {
  put(out, Tag::string);
  out.bytes(string);
}

// Recursion is bounded by json::k_depth_max.
void put_value(ByteWriter& out, const json::Node& node) {
  switch (node.type) {
    case json::Type::null: return put(out, Tag::null);
    case json::Type::boolean: return put(out, node.boolean ? Tag::yes : Tag::no);
    case json::Type::number: put(out, Tag::number); return out.bytes(json::canonical_number(node.text));
    case json::Type::string: return put_string(out, node.text);
    case json::Type::array:
      put(out, Tag::array);
      out.varint(node.items.size());
      for (const json::Node& item : node.items) put_value(out, item);
      return;
    case json::Type::object: break;
  }
  std::vector<const json::Member*> members;
  members.reserve(node.members.size());
  for (const json::Member& member : node.members) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  put(out, Tag::object);
  out.varint(members.size());
  for (const json::Member* member : members) {
    out.bytes(member->key);
    put_value(out, member->value);
  }
}

std::optional<json::Node> parsed(const Payload& payload, Arena& arena) {
  if (!payload.is_json) return std::nullopt;
  auto node = json::parse(payload.text, arena);
  if (!node) return std::nullopt;
  return *node;
}

// A JSON string and a plain string of the same characters are the same value.
void put_payload(ByteWriter& out, const Payload& payload) {
  Arena arena;
  if (const auto node = parsed(payload, arena)) {
    put_value(out, *node);
  } else {
    put_string(out, payload.text);
  }
}

bool is_cache_marker(std::string_view key) {
  return key == "cache_control" || key == "cachePoint" || key == "cache_point" || key == "cacheControl";
}

// Clients move cache markers with every call; in the identity each call would look like a rewrite of its history.
json::Node without_cache_markers(json::Node node, Arena& arena) {
  if (!node.is_object()) return node;
  std::vector<json::Member> kept;
  for (const json::Member& member : node.members) {
    if (!is_cache_marker(member.key)) kept.push_back(member);
  }
  if (kept.size() == node.members.size()) return node;
  const auto members = arena.allocate_array<json::Member>(kept.size());
  std::copy(kept.begin(), kept.end(), members.begin());
  node.members = members;
  return node;
}

// A part that is nothing but a cache marker is no part of the message.
bool is_only_cache_marker(const Part& part) {
  if (part.type != PartType::other) return false;
  if (is_cache_marker(part.name)) return true;
  if (part.payload.text.find("ache") == std::string_view::npos) return false;
  Arena arena;
  const auto node = parsed(part.payload, arena);
  return node && node->is_object() && !node->members.empty() && without_cache_markers(*node, arena).members.empty();
}

void put_media(ByteWriter& out, const Part& part) {
  out.bytes(part.mime);
  const auto what = [&](Media media) { out.byte(static_cast<uint8_t>(media)); };
  if (!part.data.empty()) {
    const auto decoded = from_base64(part.data);
    what(decoded ? Media::decoded_hash : Media::text_hash);
    out.raw(codec::sha256(decoded ? std::string_view(*decoded) : part.data).view());
  } else if (!part.uri.empty()) {
    what(Media::uri);
    out.bytes(part.uri);
  } else {
    what(Media::nothing);
  }
}

void put_other(ByteWriter& out, const Part& part) {
  out.bytes(part.name);
  Arena arena;
  if (const auto node = parsed(part.payload, arena)) {
    put_value(out, without_cache_markers(*node, arena));
  } else {
    put_string(out, part.payload.text);
  }
}

void put_part(ByteWriter& out, const Part& part) {
  out.byte(static_cast<uint8_t>(part.type));
  switch (part.type) {
    case PartType::text:
    case PartType::reasoning: return out.bytes(part.text);
    case PartType::tool_call:
      out.bytes(part.id);
      out.bytes(part.name);
      return put_payload(out, part.payload);
    case PartType::tool_result:
      out.bytes(part.id);
      put_payload(out, part.payload);
      return out.byte(part.is_error ? 1 : 0);
    case PartType::media: return put_media(out, part);
    case PartType::other: return put_other(out, part);
  }
}

void put_ids(ByteWriter& out, std::span<const MessageId> ids) {
  out.varint(ids.size());
  for (const MessageId& id : ids) out.raw(id.view());
}

}  // namespace

std::string canonical_form(const Message& message) {
  std::string form;
  ByteWriter out(form);
  out.bytes("strobe.message.v1");
  out.bytes(message.role);
  out.bytes(message.name);
  out.byte(static_cast<uint8_t>(message.state));
  std::vector<const Part*> parts;
  for (const Part& part : message.parts) {
    if (!is_only_cache_marker(part)) parts.push_back(&part);
  }
  out.varint(parts.size());
  for (const Part* part : parts) put_part(out, *part);
  return form;
}

MessageId message_id(const Message& message) { return {codec::sha256(canonical_form(message)).bytes}; }

ContextId head_id(std::span<const MessageId> tool_definitions, std::span<const MessageId> system) {
  std::string form;
  ByteWriter out(form);
  out.bytes("strobe.head.v1");
  put_ids(out, tool_definitions);
  put_ids(out, system);
  return {codec::sha256(form).bytes};
}

ContextId context_id(const ContextId& parent, const MessageId& message) {
  std::string form;
  ByteWriter out(form);
  out.bytes("strobe.context.v1");
  out.raw(parent.view());
  out.raw(message.view());
  return {codec::sha256(form).bytes};
}

SessionId session_id(std::string_view session_namespace, std::string_view key) {
  std::string form;
  ByteWriter out(form);
  out.bytes("strobe.session.v1");
  out.bytes(session_namespace);
  out.bytes(key);
  return *SessionId::from_bytes(codec::sha256(form).view().substr(0, SessionId::k_size));
}

}  // namespace strobe::context
