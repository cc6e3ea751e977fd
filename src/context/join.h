#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "context/piece.h"

namespace strobe::context {

// Recipes hold recipes at most three deep by construction, but equal content may have been stored in another form
// before (a whole element that is also quoted inside another one): whoever follows references stops here. Each level of
// quoting doubles backslashes, so honest data never gets there.
inline constexpr int k_join_depth_max = 64;

// A reference whose content has been fetched.
struct FilledRef {
  uint32_t offset = 0;
  EscapeStyle style = EscapeStyle::verbatim;
  std::string_view content;
};

// Appends `content` as it appears inside its owner.
void append_in_style(std::string& out, std::string_view content, EscapeStyle style);

// A recipe's content: `literal` with the references inserted. Errors: corrupt (offsets out of order or range, an
// unknown style).
Result<std::string> join(std::string_view literal, std::span<const FilledRef> refs);

}  // namespace strobe::context
