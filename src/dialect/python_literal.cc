#include "dialect/python_literal.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "dialect/payload.h"
#include "json/number.h"
#include "json/write.h"

namespace strobe::dialect {

namespace {

constexpr int k_depth_max = 64;

// Writes JSON for the literal while it is read; any doubt ends it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool value(int depth) {
    if (depth > k_depth_max || !skip_spaces()) return false;
    switch (text_[at_]) {
      case '{': return dict(depth);
      case '[': return list(']', depth);
      case '(': return list(')', depth);
      case '\'':
      case '"': return string();
      default: return word();
    }
  }
  bool is_at_end() { return !skip_spaces(); }
  std::string take() { return writer_.take(); }

 private:
  // False: the text ends here.
  bool skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
    return at_ < text_.size();
  }
  bool take_char(char c) {
    if (!skip_spaces() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool dict(int depth) {
    ++at_;
    writer_.begin_object();
    while (!take_char('}')) {
      std::string key;
      if (!skip_spaces() || !quoted(key) || !take_char(':')) return false;
      writer_.key(key);
      if (!value(depth + 1)) return false;
      if (take_char(',')) continue;
      if (!take_char('}')) return false;
      break;
    }
    writer_.end_object();
    return true;
  }

  bool list(char close, int depth) {
    ++at_;
    writer_.begin_array();
    while (!take_char(close)) {
      if (!value(depth + 1)) return false;
      if (take_char(',')) continue;
      if (!take_char(close)) return false;
      break;
    }
    writer_.end_array();
    return true;
  }

  bool string() {
    std::string decoded;
    if (!quoted(decoded)) return false;
    writer_.string(decoded);
    return true;
  }

  bool quoted(std::string& decoded) {
    const char quote = text_[at_];
    if (quote != '\'' && quote != '"') return false;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        ++at_;
        return true;
      }
      if (c != '\\') {
        decoded += c;
      } else if (!escape(decoded)) {
        return false;
      }
    }
    return false;
  }

  // Python escapes what is no printable character; of those only the controls occur in texts of UTF-8.
  bool escape(std::string& decoded) {
    if (++at_ >= text_.size()) return false;
    constexpr std::array<std::pair<char, char>, 6> k_escapes = {
        {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'\\', '\\'}, {'\'', '\''}, {'"', '"'}}};
    const auto found = std::ranges::find(k_escapes, text_[at_], [](const auto& pair) { return pair.first; });
    if (found != k_escapes.end()) {
      decoded += found->second;
      return true;
    }
    if (text_[at_] != 'x' || at_ + 2 >= text_.size()) return false;
    int code = 0;
    for (int digit = 0; digit < 2; ++digit) {
      const char c = text_[++at_];
      const int nibble = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (nibble < 0) return false;
      code = code * 16 + nibble;
    }
    if (code >= 0x80) return false;
    decoded += static_cast<char>(code);
    return true;
  }

  bool word() {
    const size_t end = text_.find_first_of(",:}]) \n\t", at_);
    const auto word = text_.substr(at_, end - at_);
    at_ += word.size();
    if (word == "True" || word == "False") {
      writer_.boolean(word == "True");
    } else if (word == "None") {
      writer_.null();
    } else if (const auto integer = json::to_int64(word)) {
      writer_.int64(*integer);
    } else if (const auto number = json::to_double(word)) {
      writer_.float64(*number);
    } else {
      return false;
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  json::Writer writer_;
};

}  // namespace

std::optional<std::string_view> json_of_python(std::string_view text, Arena& arena) {
  const bool may_be = text.starts_with('{') || text.starts_with('[');
  if (!may_be || text.size() > k_parsed_bytes_max) return std::nullopt;
  Reader reader(text);
  if (!reader.value(0) || !reader.is_at_end()) return std::nullopt;
  return arena.copy(reader.take());
}

}  // namespace strobe::dialect
