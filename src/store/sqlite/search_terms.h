#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace strobe::store {

// How texts are cut into words; texts and questions alike. Case and diacritics do not count.
inline constexpr const char* k_search_tokenizer = "unicode61 remove_diacritics 2";

inline constexpr size_t k_search_query_bytes_max = 4096;
inline constexpr size_t k_search_terms_max = 64;

// What somebody typed as an FTS5 expression: words, "several words" (a phrase), word* (a beginning); all must occur.
// Whatever else is in it is text to search for: every term is quoted, so nothing can be FTS5's syntax. A quote that is
// not closed reaches to the end. Errors: invalid (no word in it, too long).
Result<std::string> search_expression(std::string_view typed);

}  // namespace strobe::store
