#include "context/recipe.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "codec/chunker.h"
#include "context/cutter.h"
#include "context/join.h"
#include "context/pack.h"
#include "json/escape.h"

namespace strobe::context {

namespace {

// A text that became longer by more than this was appended to, not edited.
constexpr size_t k_edit_bytes_max = 64;

size_t common_suffix(std::string_view a, std::string_view b) {
  const size_t size = std::min(a.size(), b.size());
  size_t count = 0;
  while (count < size && a[a.size() - 1 - count] == b[b.size() - 1 - count]) ++count;
  return count;
}

// Literal bytes that no style gives back are kept, so a string that fails costs space and nothing else.
std::vector<FoundPayload> find_json_payloads(std::string_view text, Arena& arena) {
  std::vector<FoundPayload> found;
  for (size_t quote = text.find('"'); quote != std::string_view::npos;) {
    const size_t end = end_of_string(text, quote);
    if (end == std::string_view::npos) break;
    const std::string_view raw = text.substr(quote + 1, end - quote - 2);
    if (raw.size() >= k_payload_bytes_min) {
      const auto decoded = json::unescape(raw, arena);
      EscapeStyle style = EscapeStyle::verbatim;
      if (decoded && decoded->size() >= k_payload_bytes_min && find_style(raw, *decoded, style)) {
        found.push_back({quote + 1, end - 1, *decoded, style});
      }
    }
    quote = text.find('"', end);
  }
  return found;
}

std::vector<FoundPayload> find_packed_payloads(std::string_view text) {
  std::vector<FoundPayload> found;
  for (const std::string_view string : long_strings_of_item(text, k_payload_bytes_min)) {
    const auto begin = static_cast<size_t>(string.data() - text.data());
    found.push_back({begin, begin + string.size(), string, EscapeStyle::verbatim});
  }
  return found;
}

}  // namespace

size_t common_prefix(std::string_view a, std::string_view b) {
  constexpr size_t k_block = 4096;
  const size_t size = std::min(a.size(), b.size());
  size_t at = 0;
  while (at + k_block <= size && std::memcmp(a.data() + at, b.data() + at, k_block) == 0) at += k_block;
  while (at + 64 <= size && std::memcmp(a.data() + at, b.data() + at, 64) == 0) at += 64;
  while (at < size && a[at] == b[at]) ++at;
  return at;
}

const Versions::Version* Versions::find(const BlobId& id) const {
  const auto found = versions_.find(id);
  return found == versions_.end() ? nullptr : &found->second;
}

void Versions::note(const BlobId& id, const Version& version) {
  if (versions_.size() >= k_versions_max) versions_.clear();
  versions_.insert_or_assign(id, version);
}

bool find_style(std::string_view raw, std::string_view decoded, EscapeStyle& style) {
  if (raw == decoded) {
    style = EscapeStyle::verbatim;
    return true;
  }
  constexpr std::array k_styles{EscapeStyle::json_minimal, EscapeStyle::json_ascii, EscapeStyle::json_slash,
                                EscapeStyle::json_html};
  std::string again;
  for (const EscapeStyle tried : k_styles) {
    again.clear();
    append_in_style(again, decoded, tried);
    if (again == raw) {
      style = tried;
      return true;
    }
  }
  return false;
}

std::vector<FoundPayload> find_payloads(std::string_view text, TextKind kind, Arena& arena) {
  if (text.size() < k_payload_bytes_min) return {};
  switch (kind) {
    case TextKind::plain: return {};
    case TextKind::json: return find_json_payloads(text, arena);
    case TextKind::packed: return find_packed_payloads(text);
  }
  return {};
}

BlobId PieceMaker::hash(std::string_view text) {
  stats_.bytes_hashed += text.size();
  return {sha256_.hash(text).bytes};
}

void PieceMaker::add(Piece piece) {
  if (!in_batch_.insert(piece.id).second) return;
  if (copies_ != nullptr) copies_->add(piece);
  pieces_.push_back(std::move(piece));
}

void PieceMaker::add_plain(const BlobId& id, std::string_view text) {
  add({id, text.size(), std::string(text), {}, std::nullopt});
}

void PieceMaker::add_chunked(const BlobId& id, std::string_view text) {
  const auto chunks = codec::chunk(text);
  if (chunks.size() < 2) return add_plain(id, text);
  Piece recipe{id, text.size(), {}, {}, std::nullopt};
  for (const std::string_view part : chunks) recipe.refs.push_back({0, chunk(part), EscapeStyle::verbatim});
  add(std::move(recipe));
}

// Nearly the earlier text again: as a difference to its first version. Grown or partly rewritten: in chunks, for each
// further version shares them. False: neither.
bool PieceMaker::add_similar(const BlobId& id, std::string_view text, std::string_view earlier) {
  if (earlier.size() < k_payload_bytes_min) return false;
  const size_t prefix = common_prefix(text, earlier);
  const size_t suffix = common_suffix(text.substr(prefix), earlier.substr(prefix));
  const size_t smaller = std::min(text.size(), earlier.size());
  const size_t bigger = std::max(text.size(), earlier.size());
  const size_t changed = bigger - prefix - suffix;
  if (changed > bigger / 2) return false;
  const BlobId earlier_id = hash(earlier);
  Versions::Version version{earlier_id, 0, earlier.size() < k_chunked_payload_bytes_min};
  if (const auto* known = versions_.find(earlier_id)) version = *known;
  version.drift += changed;
  const bool has_grown = bigger - smaller > k_edit_bytes_max && bigger - smaller > changed / 2;
  const bool is_edit = version.has_base && !has_grown && changed <= bigger / 8 && version.base != id;
  if (is_edit && version.drift <= bigger / 4 && text.size() < k_chunked_payload_bytes_min) {
    versions_.note(id, version);
    add({id, text.size(), std::string(text), {}, version.base});
    return true;
  }
  if (is_edit || text.size() < k_big_value_bytes_min) return false;
  versions_.note(id, {{}, 0, false});
  add_chunked(id, text);
  return true;
}

BlobId PieceMaker::payload(std::string_view text, std::string_view earlier) {
  const BlobId id = hash(text);
  if (!is_new(id) || add_similar(id, text, earlier)) return id;
  if (text.size() >= k_chunked_payload_bytes_min) {
    add_chunked(id, text);
  } else {
    add_plain(id, text);
  }
  return id;
}

BlobId PieceMaker::chunk(std::string_view text) {
  const BlobId id = hash(text);
  if (is_new(id)) add_plain(id, text);
  return id;
}

BlobId PieceMaker::item(std::string_view text, TextKind kind, std::string_view earlier) {
  Arena arena;
  const auto payloads = find_payloads(text, kind, arena);
  if (payloads.empty()) return payload(text, earlier);
  const BlobId id = hash(text);
  if (!is_new(id)) return id;
  const auto earlier_payloads = find_payloads(earlier, kind, arena);
  Piece piece{id, text.size(), {}, {}, std::nullopt};
  size_t at = 0;
  for (size_t i = 0; i < payloads.size(); ++i) {
    const FoundPayload& found = payloads[i];
    const auto before = i < earlier_payloads.size() ? earlier_payloads[i].decoded : std::string_view();
    piece.literal.append(text.substr(at, found.begin - at));
    piece.refs.push_back({static_cast<uint32_t>(piece.literal.size()), payload(found.decoded, before), found.style});
    at = found.end;
  }
  piece.literal.append(text.substr(at));
  add(std::move(piece));
  return id;
}

std::vector<Piece> PieceMaker::take() {
  in_batch_.clear();
  return std::exchange(pieces_, {});
}

}  // namespace strobe::context
