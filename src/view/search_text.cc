#include "view/search_text.h"

#include <algorithm>

#include "view/session_json.h"

namespace strobe::view {

namespace {

constexpr size_t k_id_digits = 12;
constexpr std::string_view k_indent = "    ";

// Matches stand out when there are colours; what is between them is safe, too.
std::string marked(const SearchHit& hit, const TextStyle& style) {
  std::string line;
  size_t at = 0;
  for (const auto& [offset, length] : hit.matches) {
    if (offset < at || offset > hit.text.size()) continue;
    line += safe(std::string_view(hit.text).substr(at, offset - at));
    line += colored(style, Color::bold, safe(std::string_view(hit.text).substr(offset, length)));
    at = std::min<size_t>(offset + size_t{length}, hit.text.size());
  }
  return line + safe(std::string_view(hit.text).substr(at));
}

std::string id_of(const SearchHit& hit) { return hit.session.hex().substr(0, k_id_digits); }

}  // namespace

std::string search_text(std::span<const SearchHit> hits, const TextStyle& style) {
  std::string text;
  for (const SearchHit& hit : hits) {
    text += timestamp(hit.time) + "  " + id_of(hit) + "  " + std::string(name_of(hit.span_kind)) + " " +
            safe(hit.span_name) + "\n";
    text.append(k_indent).append(marked(hit, style)) += '\n';
  }
  return text;
}

void write_hit(json::Writer& writer, const SearchHit& hit) {
  writer.begin_object();
  writer.key("session").string(hit.session.hex());
  writer.key("trace_id").string(hit.trace_id.hex());
  writer.key("span_id").string(hit.span_id.hex());
  writer.key("kind").string(name_of(hit.span_kind));
  writer.key("name").string(hit.span_name);
  writer.key("time_unix_ns").string(std::to_string(hit.time.ns));
  writer.key("text").string(hit.text);
  writer.key("matches").begin_array();
  for (const auto& [offset, length] : hit.matches) writer.begin_array().uint64(offset).uint64(length).end_array();
  writer.end_array();
  writer.end_object();
}

std::string search_json(std::span<const SearchHit> hits) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const SearchHit& hit : hits) write_hit(writer, hit);
  writer.end_array();
  return writer.take() + "\n";
}

}  // namespace strobe::view
