#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "model/finding.h"
#include "model/session.h"

// A session as a model reads it: the TraceSummary of the attocode guide, small enough for a prompt. docs/json.md.

namespace strobe::exporter {

inline constexpr int64_t k_summary_tokens_max = 4400;

// Compact JSON and a newline. What does not fit is left out by rank, and counted under "omitted". Needs contexts.
std::string to_llm_summary(const SessionView& session, std::span<const Finding> findings);

// About as many tokens as the tokenizers of today (o200k_base, cl100k_base) make of a text within JSON, or more: each
// byte beyond ASCII and each sign is one, what is escaped up to four, digits are by three, letters by two, those of
// words by three. tests/browser/tokens.mjs holds summaries against them.
int64_t tokens_at_most(std::string_view text);

}  // namespace strobe::exporter
