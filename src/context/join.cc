#include "context/join.h"

#include "json/escape.h"

namespace strobe::context {

void append_in_style(std::string& out, std::string_view content, EscapeStyle style) {
  switch (style) {
    case EscapeStyle::verbatim: out.append(content); return;
    case EscapeStyle::json_minimal: return json::append_escaped(out, content, json::Escaping::minimal);
    case EscapeStyle::json_ascii: return json::append_escaped(out, content, json::Escaping::ascii);
    case EscapeStyle::json_slash: return json::append_escaped(out, content, json::Escaping::slash);
    case EscapeStyle::json_html: return json::append_escaped(out, content, json::Escaping::html);
  }
}

Result<std::string> join(std::string_view literal, std::span<const FilledRef> refs) {
  std::string out;
  size_t size = literal.size();
  for (const FilledRef& ref : refs) size += ref.content.size();
  out.reserve(size);
  size_t at = 0;
  for (const FilledRef& ref : refs) {
    if (ref.offset < at || ref.offset > literal.size() || ref.style > EscapeStyle::json_html) {
      return fail(ErrorCode::corrupt, "a stored piece refers outside of itself");
    }
    out.append(literal.substr(at, ref.offset - at));
    append_in_style(out, ref.content, ref.style);
    at = ref.offset;
  }
  out.append(literal.substr(at));
  return out;
}

}  // namespace strobe::context
