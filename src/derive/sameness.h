#pragma once

#include <string>
#include <string_view>

#include "model/span.h"

// Inside only: what makes two spans look like one call.

namespace strobe::derive {

// "anthropic/claude-sonnet-4-20250514" -> "claude-sonnet-4": without the way to the model and the day it was made, in
// small letters.
std::string plain_model(std::string_view model);
// As far as they say: a request names the alias, a response the exact version.
bool models_agree(std::string_view a, std::string_view b);
// Both tell tokens, some, and as many in and out; how they split them up may differ.
bool is_equal_usage(const SpanFacts& a, const SpanFacts& b);
// Tells more than input and output.
bool has_buckets(const SpanFacts& span);
// "tools/call X": a Model Context Protocol client or server.
bool is_mcp_call(const SpanFacts& span);
// Both are there and differ.
bool ids_contradict(std::string_view a, std::string_view b);

}  // namespace strobe::derive
