#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace strobe::context {

// How far one JSON value reaches. Structure is checked, numbers and escapes are not: cut points only have to be the
// same every time. Linear, no recursion; nesting beyond json::k_depth_max is malformed.
struct ValueScan {
  enum class End : uint8_t { complete, cut, malformed } how = End::malformed;
  size_t end = 0;  // behind the value; only when complete
};
ValueScan scan_value(std::string_view text, size_t at);
// The value with nothing but white space around it.
ValueScan::End scan_document(std::string_view text);

// Behind the closing quote of the string whose opening quote is at `at`; npos when there is none.
size_t end_of_string(std::string_view text, size_t at);

bool is_json_space(char c);
// The first byte at or behind `at` that is no white space; text.size() when there is none.
size_t skip_space(std::string_view text, size_t at);

// What a text is cut into.
enum class CutMode : uint8_t {
  list,   // the elements of the top-level array; what is left of a broken text is one more
  parts,  // objects in the top-level array, or in arrays that are direct members of the top-level object
};

// In `parts`, elements that follow each other make one item until it has this size: an id costs as much as a few words.
inline constexpr size_t k_part_bytes_min = 256;

// One element (in `parts`: or several) of a text.
struct Item {
  size_t begin = 0;
  size_t end = 0;
  bool closed = true;  // what follows it cannot change where it ends: scanning may resume behind it
};

// Something that may know an item that begins at `begin` already: returns its end, or 0. A shortcut around scanning.
class KnownItems {
 public:
  virtual ~KnownItems() = default;
  virtual size_t end_of_known(std::string_view text, size_t begin) = 0;
};

// Finds the elements of a JSON text from left to right. An item depends on nothing behind it (but its end, if it is not
// closed), so that cutting may begin anew behind any closed item of an earlier text with the same beginning.
class JsonCutter {
 public:
  // `known` may be null.
  JsonCutter(std::string_view text, CutMode mode, KnownItems* known) : text_(text), mode_(mode), known_(known) {}

  // Goes on behind a closed item that ended at `end`. Only before the first next().
  void resume(size_t end);
  // Nothing behind the last one.
  std::optional<Item> next();

 private:
  enum class State : uint8_t { start, element, after_element, member, after_member, done };

  std::optional<Item> step();
  std::optional<Item> start();
  std::optional<Item> element();
  void member();
  void close_array();
  bool is_worth_cutting(size_t array) const;
  Item take_element(size_t end);
  std::optional<Item> broken();
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::string_view text_;
  CutMode mode_;
  KnownItems* known_;
  size_t at_ = 0;
  State state_ = State::start;
  bool in_object_ = false;
};

}  // namespace strobe::context
