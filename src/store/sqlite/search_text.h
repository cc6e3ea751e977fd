#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/raw.h"

namespace strobe::store {

// Of one text no more than this is indexed. Longer ones are rare: payloads of 64 KiB are stored in chunks.
inline constexpr size_t k_search_text_bytes_max = size_t{1} << 20;
// Runs of so many characters of base64, without a space, are pictures and keys, not words.
inline constexpr size_t k_opaque_run_bytes_min = 200;

// Collects what one can search for in something that is stored: text as it is; of JSON, even of a piece of one, the
// strings and whole numbers, without keys and without words that only give it structure ("type": "text"); JSON inside
// strings likewise. The result is valid UTF-8, strings on lines of their own. Linear in what is added.
class SearchText {
 public:
  // The literal bytes of a blob, or a string.
  void add(std::string_view bytes) { add_at_depth(bytes, 0); }
  // The strings of a value, down to some depth. Of a part of a message those of `bytes_max` and more are left out, of
  // an attribute those that are not is_searchable().
  void add_part(std::string_view key, const Value& value, size_t bytes_max);
  void add_attribute(std::string_view key, const Value& value);

  const std::string& text() const { return text_; }
  bool is_empty() const { return text_.empty(); }
  // Something did not fit into k_search_text_bytes_max.
  bool is_cut() const { return is_cut_; }

 private:
  void add_at_depth(std::string_view bytes, int depth);
  // `wants` says of a key and a string under it whether it is to be added.
  template <typename Wants>
  void add_value(std::string_view key, const Value& value, const Wants& wants, int depth = 0);
  // False: it is no JSON, and nothing was added.
  bool add_json(std::string_view json, int depth);
  void add_string(std::string_view escaped, std::string_view key, int depth);
  void add_plain(std::string_view text);

  std::string text_;
  bool is_cut_ = false;
};

// Whether an attribute that stands in the span itself is text for people rather than a name, an id or a setting.
bool is_searchable(std::string_view key, std::string_view value);

}  // namespace strobe::store
