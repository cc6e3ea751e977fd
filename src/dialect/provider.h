#pragma once

#include <string>
#include <string_view>

namespace strobe::dialect {

// One spelling per provider: dialects.md 0.4. Unknown ones come back in lower case; names of frameworks, which some
// emitters write there, come back empty.
std::string folded_provider(std::string_view name);

// The same for what the Vercel AI SDK writes, "openai.chat": the part behind the provider goes.
std::string folded_vercel_provider(std::string_view name);

}  // namespace strobe::dialect
