#include <string_view>

#include "base/assert.h"
#include "json/parse.h"
#include "json/write.h"

// Any bytes as JSON: the strict parser, the tolerant one and the skipper agree on what is whole, and what is written of
// a document is a document.

namespace strobe::json {
namespace {

constexpr size_t k_prefixes_max = 64;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Where skip_value() ends when it takes the text as one value, white space around it allowed; npos when it does not.
bool is_skipped_whole(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && is_space(text[at])) ++at;
  if (at == text.size()) return false;
  at = skip_value(text, at);
  if (at == std::string_view::npos) return false;
  while (at < text.size() && is_space(text[at])) ++at;
  return at == text.size();
}

// What could be read is itself readable: every view lies in the text or the arena, which a sanitizer checks here.
size_t touch(const Node& node) {
  size_t bytes = node.raw.size();
  for (const char c : node.text) bytes += c == 'x' ? 1 : 0;
  for (const Node& item : node.items) bytes += touch(item);
  for (const Member& member : node.members) bytes += member.key.size() + touch(member.value);
  return bytes;
}

void check(std::string_view text) {
  Arena arena;
  const auto node = parse(text, arena);
  const PrefixResult prefix = parse_prefix(text, arena);
  touch(prefix.node);
  STROBE_ASSERT(prefix.complete == node.has_value());
  if (!node) return;
  touch(*node);
  STROBE_ASSERT(is_skipped_whole(text));
  Writer writer;
  writer.node(*node);
  const std::string written = writer.take();
  STROBE_ASSERT(parse(written, arena).has_value());
  // Cut anywhere, the beginning can still be read.
  const size_t step = text.size() / k_prefixes_max + 1;
  for (size_t size = 0; size < text.size(); size += step) touch(parse_prefix(text.substr(0, size), arena).node);
}

}  // namespace
}  // namespace strobe::json

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::json::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
