#include "store/sqlite/search_terms.h"

#include <algorithm>

namespace strobe::store {

namespace {

// Letters and digits of ASCII, and everything beyond: whether that makes a word is for the tokenizer to say.
bool may_be_in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}
bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

struct Term {
  std::string_view text;
  bool is_beginning = false;
};

// The next term at `at`, which moves behind it. Empty text: there is none.
Term next_term(std::string_view typed, size_t& at) {
  while (at < typed.size() && is_blank(typed[at])) ++at;
  if (at == typed.size()) return {};
  Term term;
  if (typed[at] == '"') {
    const size_t begin = ++at;
    const size_t end = std::min(typed.find('"', begin), typed.size());
    at = std::min(end + 1, typed.size());
    term.text = typed.substr(begin, end - begin);
    term.is_beginning = at < typed.size() && typed[at] == '*';
    if (term.is_beginning) ++at;
    return term;
  }
  const size_t begin = at;
  while (at < typed.size() && !is_blank(typed[at]) && typed[at] != '"') ++at;
  term.text = typed.substr(begin, at - begin);
  while (term.text.ends_with('*')) {
    term.is_beginning = true;
    term.text.remove_suffix(1);
  }
  return term;
}

}  // namespace

Result<std::string> search_expression(std::string_view typed) {
  if (typed.size() > k_search_query_bytes_max) {
    return fail(ErrorCode::invalid,
                "the text to search for is longer than " + std::to_string(k_search_query_bytes_max) + " bytes");
  }
  std::string expression;
  size_t terms = 0;
  for (size_t at = 0; at < typed.size();) {
    const Term term = next_term(typed, at);
    if (std::ranges::none_of(term.text, may_be_in_word)) continue;
    if (++terms > k_search_terms_max) {
      return fail(ErrorCode::invalid, "more than " + std::to_string(k_search_terms_max) + " words to search for");
    }
    if (!expression.empty()) expression += ' ';
    expression += '"';
    for (const char c : term.text) expression += c == '\0' || c == '"' ? ' ' : c;
    expression += term.is_beginning ? "\" *" : "\"";
  }
  if (terms == 0)
    return fail(ErrorCode::invalid, "there is no word to search for",
                "strobe search TEXT takes words, \"several words\" and begin*");
  return expression;
}

}  // namespace strobe::store
