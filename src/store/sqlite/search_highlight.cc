#include "store/sqlite/search_highlight.h"

#include <algorithm>

#include "store/sqlite/search_terms.h"

namespace strobe::store {

namespace {

// Stand in no text: SearchText leaves control characters out.
constexpr char k_begin = '\1';
constexpr char k_end = '\2';
// Of these, what comes before the match.
constexpr size_t k_lead_bytes = 48;
// A cut this near to a space goes there.
constexpr size_t k_word_bytes = 16;

bool is_inside_character(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80;
}
bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }

// From `at` on to the next beginning of a word, or of a character at least.
size_t next_cut(std::string_view text, size_t at, size_t end) {
  if (at == 0) return 0;
  for (size_t i = at; i < std::min(at + k_word_bytes, end); ++i) {
    if (is_space(text[i])) return i + 1;
  }
  while (at < end && is_inside_character(text, at)) ++at;
  return at;
}

// Back from `at` to an end of a word, or of a character at least.
size_t last_cut(std::string_view text, size_t at, size_t begin) {
  if (at >= text.size()) return text.size();
  for (size_t i = at; i > begin && i + k_word_bytes > at; --i) {
    if (is_space(text[i])) return i;
  }
  while (at > begin && is_inside_character(text, at)) --at;
  return at;
}

}  // namespace

Result<std::vector<std::pair<size_t, size_t>>> SearchHighlight::matches_in(const std::string& text,
                                                                           const std::string& expression) {
  if (!database_) {
    auto opened = TRY(sqlite::Database::open(":memory:", sqlite::OpenMode::create));
    const std::string table =
        "CREATE VIRTUAL TABLE one USING fts5(text, tokenize = '" + std::string(k_search_tokenizer) + "')";
    TRY_VOID(opened.execute(table.c_str()));
    database_ = std::move(opened);
  }
  auto write = TRY(database_->prepare("INSERT OR REPLACE INTO one(rowid, text) VALUES(1, ?1)"));
  write.bind_all(sqlite::Text{text});
  TRY_VOID(write.run());
  auto read = TRY(database_->prepare("SELECT highlight(one, 0, char(1), char(2)) FROM one WHERE one MATCH ?1"));
  read.bind_all(sqlite::Text{expression});
  std::vector<std::pair<size_t, size_t>> matches;
  if (!TRY(read.step())) return matches;
  size_t at = 0;  // in `text`
  for (const char c : read.text(0)) {
    if (c == k_begin) {
      matches.emplace_back(at, 0);
    } else if (c == k_end && !matches.empty()) {
      matches.back().second = at;
    } else {
      ++at;
    }
  }
  std::erase_if(matches, [](const auto& match) { return match.second <= match.first; });
  return matches;
}

Result<Snippet> SearchHighlight::snippet(const std::string& text, const std::string& expression) {
  const auto matches = TRY(matches_in(text, expression));
  const size_t first = matches.empty() ? 0 : matches.front().first;
  const size_t first_end = matches.empty() ? 0 : std::min(matches.front().second, first + k_snippet_bytes);
  const size_t begin = next_cut(text, first < k_lead_bytes ? 0 : first - k_lead_bytes, first);
  const size_t end = std::max(first_end, last_cut(text, std::min(text.size(), begin + k_snippet_bytes), first_end));
  Snippet snippet{.text = text.substr(begin, end - begin), .matches = {}};
  for (const auto& [from, to] : matches) {
    if (from >= end) break;
    snippet.matches.emplace_back(static_cast<uint32_t>(from - begin), static_cast<uint32_t>(std::min(to, end) - from));
  }
  return snippet;
}

}  // namespace strobe::store
