#include "context/cutter.h"

#include <bitset>
#include <cstring>

#include "json/parse.h"

namespace strobe::context {

namespace {

constexpr size_t k_nowhere = std::string_view::npos;

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' || c == '.';
}

// Numbers, true, false, null.
ValueScan scan_word(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_word_byte(text[end])) ++end;
  const std::string_view word = text.substr(at, end - at);
  if (word.empty()) return {};
  if (word.front() == '-' || (word.front() >= '0' && word.front() <= '9')) return {ValueScan::End::complete, end};
  for (const std::string_view name : {"true", "false", "null"}) {
    if (word == name) return {ValueScan::End::complete, end};
    if (end == text.size() && name.starts_with(word)) return {ValueScan::End::cut, 0};
  }
  return {};
}

// Walks one value; `open` remembers which brackets are open.
class ValueWalk {
 public:
  explicit ValueWalk(std::string_view text) : text_(text) {}

  ValueScan walk(size_t at) {
    at_ = skip_space(text_, at);
    do {
      const auto how = value();
      if (how != ValueScan::End::complete) return {how, 0};
    } while (depth_ > 0);
    return {ValueScan::End::complete, at_};
  }

 private:
  using End = ValueScan::End;

  // One value, or the opening of one; then whatever closes behind it, up to the place where the next value belongs.
  End value() {
    if (at_ == text_.size()) return End::cut;
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      if (depth_ == json::k_depth_max) return End::malformed;
      open_[static_cast<size_t>(depth_++)] = c == '{';
      at_ = skip_space(text_, at_ + 1);
      if (at_ == text_.size()) return End::cut;
      if (text_[at_] != closing()) return is_object() ? key() : End::complete;
    } else if (c == '"') {
      at_ = end_of_string(text_, at_);
      if (at_ == k_nowhere) return End::cut;
      if (depth_ == 0) return End::complete;
      at_ = skip_space(text_, at_);
    } else {
      const ValueScan word = scan_word(text_, at_);
      if (word.how != End::complete) return word.how;
      at_ = word.end;
      if (depth_ == 0) return End::complete;
      at_ = skip_space(text_, at_);
    }
    return behind_value();
  }

  End behind_value() {
    while (depth_ > 0) {
      if (at_ == text_.size()) return End::cut;
      if (text_[at_] == closing()) {
        ++at_;
        if (--depth_ > 0) at_ = skip_space(text_, at_);
      } else if (text_[at_] == ',') {
        at_ = skip_space(text_, at_ + 1);
        return is_object() ? key() : End::complete;
      } else {
        return End::malformed;
      }
    }
    return End::complete;
  }

  End key() {
    if (at_ == text_.size()) return End::cut;
    if (text_[at_] != '"') return End::malformed;
    at_ = end_of_string(text_, at_);
    if (at_ == k_nowhere) return End::cut;
    at_ = skip_space(text_, at_);
    if (at_ == text_.size()) return End::cut;
    if (text_[at_] != ':') return End::malformed;
    at_ = skip_space(text_, at_ + 1);
    return End::complete;
  }

  bool is_object() const { return open_[static_cast<size_t>(depth_ - 1)]; }
  char closing() const { return is_object() ? '}' : ']'; }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  std::bitset<json::k_depth_max> open_;
};

}  // namespace

// A quote behind an odd number of backslashes does not close; every backslash is looked at once.
size_t end_of_string(std::string_view text, size_t at) {
  for (size_t from = ++at;;) {
    const size_t quote = text.find('"', at);
    if (quote == k_nowhere) return k_nowhere;
    size_t backslashes = 0;
    while (quote - backslashes > from && text[quote - backslashes - 1] == '\\') ++backslashes;
    at = quote + 1;
    if (backslashes % 2 == 0) return at;
    from = at;
  }
}

bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

size_t skip_space(std::string_view text, size_t at) {
  while (at < text.size() && is_json_space(text[at])) ++at;
  return at;
}

ValueScan scan_value(std::string_view text, size_t at) { return ValueWalk(text).walk(at); }

ValueScan::End scan_document(std::string_view text) {
  const ValueScan scan = scan_value(text, 0);
  if (scan.how != ValueScan::End::complete) return scan.how;
  return skip_space(text, scan.end) == text.size() ? ValueScan::End::complete : ValueScan::End::malformed;
}

void JsonCutter::resume(size_t end) {
  const size_t first = skip_space(text_, 0);
  in_object_ = first < text_.size() && text_[first] == '{';
  at_ = end;
  state_ = State::after_element;
}

std::optional<Item> JsonCutter::next() {
  while (state_ != State::done) {
    if (const auto item = step()) return item;
  }
  return std::nullopt;
}

std::optional<Item> JsonCutter::step() {
  at_ = skip_space(text_, at_);
  switch (state_) {
    case State::start: return start();
    case State::element: return element();
    case State::after_element:
      if (peek() == ',') {
        ++at_;
        state_ = State::element;
      } else if (peek() == ']') {
        close_array();
      } else {
        return broken();
      }
      return std::nullopt;
    case State::member: member(); return std::nullopt;
    case State::after_member:
      state_ = peek() == ',' ? State::member : State::done;
      ++at_;
      return std::nullopt;
    case State::done: break;
  }
  return std::nullopt;
}

std::optional<Item> JsonCutter::start() {
  if (peek() == '[' && is_worth_cutting(at_)) {
    ++at_;
    state_ = State::element;
    return std::nullopt;
  }
  if (peek() == '{' && mode_ == CutMode::parts) {
    ++at_;
    in_object_ = true;
    state_ = State::member;
    return std::nullopt;
  }
  return broken();
}

std::optional<Item> JsonCutter::element() {
  if (peek() == ']') {
    close_array();
    return std::nullopt;
  }
  if (const size_t end = known_ != nullptr ? known_->end_of_known(text_, at_) : 0) return take_element(end);
  const ValueScan first = scan_value(text_, at_);
  if (first.how != ValueScan::End::complete) return broken();
  size_t end = first.end;
  while (mode_ == CutMode::parts && end - at_ < k_part_bytes_min) {
    const size_t comma = skip_space(text_, end);
    if (comma == text_.size() || text_[comma] != ',') break;
    const ValueScan another = scan_value(text_, comma + 1);
    if (another.how != ValueScan::End::complete) break;
    end = another.end;
  }
  return take_element(end);
}

Item JsonCutter::take_element(size_t end) {
  const bool closed = mode_ == CutMode::list || end - at_ >= k_part_bytes_min;
  const Item item{at_, end, closed};
  at_ = end;
  state_ = State::after_element;
  return item;
}

void JsonCutter::close_array() {
  ++at_;
  state_ = in_object_ ? State::after_member : State::done;
}

// Members that are no arrays of objects are skipped.
void JsonCutter::member() {
  state_ = State::done;
  if (peek() != '"') return;
  const size_t key_end = end_of_string(text_, at_);
  if (key_end == k_nowhere) return;
  const size_t colon = skip_space(text_, key_end);
  if (colon == text_.size() || text_[colon] != ':') return;
  at_ = skip_space(text_, colon + 1);
  if (peek() == '[' && is_worth_cutting(at_)) {
    ++at_;
    state_ = State::element;
    return;
  }
  const ValueScan value = scan_value(text_, at_);
  if (value.how != ValueScan::End::complete) return;
  at_ = value.end;
  state_ = State::after_member;
}

// Arrays of numbers and words would fall into more ids than bytes.
bool JsonCutter::is_worth_cutting(size_t array) const {
  if (mode_ == CutMode::list) return true;
  const size_t first = skip_space(text_, array + 1);
  return first < text_.size() && text_[first] == '{';
}

// In a list the unreadable rest is the last element: a message that was cut.
std::optional<Item> JsonCutter::broken() {
  state_ = State::done;
  if (mode_ != CutMode::list || at_ >= text_.size()) return std::nullopt;
  return Item{at_, text_.size(), false};
}

}  // namespace strobe::context
