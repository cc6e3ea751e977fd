#include "store/sqlite/search_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "base/hex.h"

namespace strobe::store {

namespace {

constexpr int k_depth_max = 8;
// No element of an OTLP value is read deeper than this.
constexpr int k_value_depth_max = 32;

using Words = std::span<const std::string_view>;
constexpr std::string_view k_roles[] = {"system", "developer", "user", "assistant", "tool",
                                        "model",  "human",     "ai",   "function",  "bot"};
constexpr std::string_view k_types[] = {"text",
                                        "tool_call",
                                        "tool_call_response",
                                        "tool_use",
                                        "tool_result",
                                        "function",
                                        "image",
                                        "image_url",
                                        "reasoning",
                                        "thinking",
                                        "input_text",
                                        "output_text",
                                        "function_call",
                                        "function_call_output",
                                        "tool-call",
                                        "tool-result",
                                        "object",
                                        "string",
                                        "message",
                                        "input_image",
                                        "output_message"};
// Never text for people, whatever they hold.
constexpr std::string_view k_opaque_keys[] = {
    "signature",      "thought_signature", "thoughtSignature", "encrypted_content", "finish_reason",
    "finish_reasons", "stop_reason",       "mime_type",        "media_type",        "mimeType"};
// Keys of attributes that hold what was said, taken and given back, however short.
constexpr std::string_view k_content_keys[] = {"content",  "text",  "value",   "arguments",  "args",
                                               "result",   "input", "output",  "prompt",     "completion",
                                               "response", "query", "message", "parameters", "stacktrace"};

bool is_one_of(std::string_view word, Words words) { return std::ranges::find(words, word) != words.end(); }

// What a message's own structure says, again and again.
bool is_structure(std::string_view key, std::string_view value) {
  if (key == "role") return is_one_of(value, k_roles);
  if (key == "type") return is_one_of(value, k_types);
  return is_one_of(key, k_opaque_keys);
}

std::string_view last_segment(std::string_view key) {
  const size_t dot = key.rfind('.');
  return dot == std::string_view::npos ? key : key.substr(dot + 1);
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_base64(char c) {
  return is_digit(c) || is_letter(c) || c == '+' || c == '/' || c == '=' || c == '_' || c == '-';
}

// Size of the UTF-8 sequence at `at`; 0: it is none.
size_t utf8_size(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : uint8_t{0}; };
  const auto follows = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) >= 0xa0;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool out_of_range = (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f);
    return follows(1) && follows(2) && follows(3) && !out_of_range ? 4 : 0;
  }
  return 0;
}

void append_utf8(std::string& out, uint32_t code) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xe0 | code >> 12);
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3f));
    }
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

// The four digits at `at`; nothing when they are none.
std::optional<uint32_t> hex4(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  uint32_t code = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return std::nullopt;
    code = code << 4 | static_cast<uint32_t>(digit);
  }
  return code;
}

// Tolerant: what is no escape stays as it is.
std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out.push_back(text[at]);
      continue;
    }
    const char c = text[++at];
    if (c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f') {
      out.push_back(c == 'n' ? '\n' : ' ');
    } else if (const auto code = c == 'u' ? hex4(text, at + 1) : std::nullopt) {
      at += 4;
      uint32_t whole = *code;
      const bool is_pair = whole >= 0xd800 && whole < 0xdc00 && text.substr(at + 1).starts_with("\\u");
      const auto low = is_pair ? hex4(text, at + 3) : std::nullopt;
      if (low && *low >= 0xdc00 && *low < 0xe000) {
        whole = 0x10000 + ((whole - 0xd800) << 10) + (*low - 0xdc00);
        at += 6;
      }
      append_utf8(out, whole);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// Where the string that begins behind the quote at `at` ends: its closing quote, or the end of a text that was cut.
size_t end_of_string(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at, text.size());
}

}  // namespace

bool is_searchable(std::string_view key, std::string_view value) {
  if (value.empty()) return false;
  if (value.front() == '{' || value.front() == '[') return true;
  if (is_one_of(last_segment(key), k_content_keys)) return true;
  return value.find_first_of(" \n\t") != std::string_view::npos;
}

void SearchText::add_at_depth(std::string_view bytes, int depth) {
  const size_t first = std::min(bytes.find_first_not_of(" \n\r\t"), bytes.size());
  if (first == bytes.size()) return;
  // Pieces of a JSON text may begin in its middle.
  constexpr std::string_view k_json_begins = "{[\",:}]";
  const bool may_be_json = depth < k_depth_max && k_json_begins.find(bytes[first]) != std::string_view::npos;
  if (!may_be_json || !add_json(bytes, depth)) add_plain(bytes);
}

bool SearchText::add_json(std::string_view json, int depth) {
  const size_t before = text_.size();
  const bool was_cut = is_cut_;
  std::string_view key;
  size_t at = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (is_space(c) || c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':') {
      ++at;
    } else if (c == '"') {
      const size_t end = end_of_string(json, at);
      const std::string_view raw = json.substr(at + 1, end - at - 1);
      at = std::min(end + 1, json.size());
      size_t next = at;
      while (next < json.size() && is_space(json[next])) ++next;
      if (next < json.size() && json[next] == ':') {
        key = raw;
      } else {
        add_string(raw, key, depth);
      }
    } else if (is_digit(c) || c == '-') {
      const size_t end = std::min(json.find_first_not_of("0123456789+-.eE", at), json.size());
      const std::string_view number = json.substr(at, end - at);
      // Fractions are measurements, seldom looked for, and there may be thousands.
      if (std::ranges::all_of(number, is_digit)) add_plain(number);
      at = end;
    } else if (is_letter(c)) {
      size_t end = at;
      while (end < json.size() && is_letter(json[end])) ++end;
      const std::string_view word = json.substr(at, end - at);
      if (word != "true" && word != "false" && word != "null") break;
      at = end;
    } else {
      break;
    }
  }
  if (at == json.size()) return true;
  text_.resize(before);
  is_cut_ = was_cut;
  return false;
}

void SearchText::add_string(std::string_view escaped, std::string_view key, int depth) {
  if (is_structure(key, escaped)) return;
  if (escaped.find('\\') == std::string_view::npos) return add_at_depth(escaped, depth + 1);
  add_at_depth(unescaped(escaped), depth + 1);
}

void SearchText::add_plain(std::string_view text) {
  if (text_.size() >= k_search_text_bytes_max) {
    is_cut_ = true;
    return;
  }
  if (text.size() > k_search_text_bytes_max - text_.size()) {
    text = text.substr(0, k_search_text_bytes_max - text_.size());
    is_cut_ = true;
  }
  if (!text_.empty()) text_.push_back('\n');
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && is_base64(text[end])) ++end;
    if (end > at) {
      if (end - at < k_opaque_run_bytes_min) text_.append(text.substr(at, end - at));
      at = end;
      continue;
    }
    const size_t size = utf8_size(text, at);
    if (size == 0) {
      text_.append("\xef\xbf\xbd");
      ++at;
      continue;
    }
    const bool is_control = static_cast<uint8_t>(text[at]) < 0x20 && text[at] != '\n' && text[at] != '\t';
    if (is_control) {
      text_.push_back(' ');
    } else {
      text_.append(text.substr(at, size));
    }
    at += size;
  }
}

template <typename Wants>
void SearchText::add_value(std::string_view key, const Value& value, const Wants& wants, int depth) {
  if (depth > k_value_depth_max) return;
  const std::string_view text = value.is_string() ? value.as_text() : std::string_view();
  if (!text.empty() && !is_structure(last_segment(key), text) && wants(key, text)) add(text);
  for (const Value& item : value.as_array()) add_value(key, item, wants, depth + 1);
  for (const KeyValue& member : value.as_kvlist()) add_value(member.key, member.value, wants, depth + 1);
}

void SearchText::add_part(std::string_view key, const Value& value, size_t bytes_max) {
  add_value(key, value, [bytes_max](std::string_view, std::string_view text) { return text.size() < bytes_max; });
}

void SearchText::add_attribute(std::string_view key, const Value& value) { add_value(key, value, is_searchable); }

}  // namespace strobe::store
