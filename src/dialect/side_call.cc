#include "dialect/side_call.h"

#include <algorithm>
#include <array>
#include <string>

namespace strobe::dialect {

namespace {

constexpr std::array<std::string_view, 13> k_words = {
    "title",      "titles",     "titling",       "summary",       "summaries",  "summarize", "summarise",
    "summarizer", "summariser", "summarization", "summarisation", "compaction", "compact"};
constexpr std::array<std::string_view, 1> k_whole_names = {"auxiliary"};
// The hidden agents of coding agents; anybody's own "summarizer" is an agent like others.
constexpr std::array<std::string_view, 3> k_agents = {"title", "summary", "compaction"};
constexpr size_t k_name_bytes_max = 256;  // what is longer is a text

template <size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// "generateSessionTitle", "generate_session_title", "session title": any of the words will do.
bool has_word(std::string_view name) {
  if (name.size() > k_name_bytes_max) return false;
  std::string word;
  for (size_t i = 0; i <= name.size(); ++i) {
    const bool is_letter = i < name.size() && (is_upper(name[i]) || is_lower(name[i]));
    const bool begins = is_letter && is_upper(name[i]) && i > 0 && is_lower(name[i - 1]);
    if (!is_letter || begins) {
      if (is_one_of(word, k_words)) return true;
      word.clear();
    }
    if (is_letter) word += lower(name[i]);
  }
  return false;
}

}  // namespace

bool is_named_side_call(const Fields& fields, const SpanFacts& facts) {
  if (is_one_of(facts.agent, k_agents)) return true;
  // A session log of our own says so.
  const Value* told = fields.value(Key::attocode_is_side_call);
  if (told != nullptr && as_bool(*told) == true) return true;
  for (const Key key : {Key::query_source, Key::copilot_chat_debug_name, Key::ai_function_id}) {
    const std::string_view name = fields.text(key);
    if (is_one_of(name, k_whole_names) || has_word(name)) return true;
  }
  return false;
}

}  // namespace strobe::dialect
