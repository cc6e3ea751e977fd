#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// How many tokens a text takes when nobody tells: four bytes each, rounded up. Tokenizers differ by a third either way;
// where a call tells its input, what stands in it is scaled to that.
int64_t estimated_tokens(size_t bytes);
// The bytes of a message that a model reads: texts, names, arguments and results of tools; media count as nothing.
size_t text_bytes(const Message& message);
size_t text_bytes(const Part& part);

// The input tokens that a call reports; nothing where it tells none.
std::optional<int64_t> reported_input(const SpanFacts& call);

// For each message of the session's contexts its estimate.
std::vector<int64_t> estimated_tokens(const SessionContexts& contexts);

}  // namespace strobe::analyze
