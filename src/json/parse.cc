#include "json/parse.h"

#include <algorithm>
#include <vector>

#include "json/escape.h"
#include "json/scan.h"

namespace strobe::json {

namespace {

enum class Mode { strict, prefix };
// What became of a value: read whole; begun and cut (prefix mode only); or not there at all.
enum class Outcome { whole, partial, nothing };

class Parser {
 public:
  Parser(std::string_view text, Arena& arena, Mode mode, size_t values_max = k_values_max)
      : text_(text), arena_(arena), mode_(mode), values_max_(values_max) {}

  // One value, with white space around it.
  Outcome document(Node& node) {
    skip_space();
    const Outcome outcome = value(node, 0);
    skip_space();
    return outcome;
  }
  bool at_end() const { return at_ == text_.size(); }
  void expected(const char* what) {
    if (problem_ == nullptr) problem_ = what;
  }
  // Where reading ended and why.
  std::unexpected<Error> error() const {
    if (too_many_) return fail(ErrorCode::too_large, "more than " + std::to_string(values_max_) + " JSON values");
    return fail(ErrorCode::invalid, std::string(problem_) + " at byte " + std::to_string(at_));
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  Outcome stop(const char* what) {
    expected(what);
    return Outcome::nothing;
  }

  Outcome value(Node& node, int depth);
  Outcome literal(std::string_view word);
  Outcome number(Node& node, int depth);
  Outcome string(std::string_view& decoded);
  std::string_view decode_unfinished(size_t begin, size_t end);
  Outcome array(Node& node, int depth);
  Outcome object(Node& node, int depth);
  Outcome items(int depth);
  Outcome object_members(int depth);

  const std::string_view text_;
  Arena& arena_;
  const Mode mode_;
  const size_t values_max_;
  size_t at_ = 0;
  size_t values_ = 0;
  bool too_many_ = false;
  const char* problem_ = nullptr;
  // Children of the containers that are still open, outermost first; each container moves its own into the arena.
  std::vector<Node> open_items_;
  std::vector<Member> open_members_;
};

Outcome Parser::value(Node& node, int depth) {
  if (at_end()) return stop("expected a value");
  if (++values_ > values_max_) {
    too_many_ = true;
    return stop("too many values");
  }
  const size_t begin = at_;
  Outcome outcome = Outcome::nothing;
  switch (text_[at_]) {
    case '"':
      node.type = Type::string;
      outcome = string(node.text);
      break;
    case '{': outcome = object(node, depth + 1); break;
    case '[': outcome = array(node, depth + 1); break;
    case 't':
      node.boolean = true;
      node.type = Type::boolean;
      outcome = literal("true");
      break;
    case 'f':
      node.type = Type::boolean;
      outcome = literal("false");
      break;
    case 'n': outcome = literal("null"); break;
    default: outcome = number(node, depth);
  }
  node.raw = text_.substr(begin, at_ - begin);
  return outcome;
}

Outcome Parser::literal(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return stop("expected a value");
  at_ += word.size();
  return Outcome::whole;
}

Outcome Parser::number(Node& node, int depth) {
  const NumberScan scan = scan_number(text_, at_);
  if (scan.size == 0) return stop("expected a value");
  // A number that touches the end of a cut text inside something may lack its last digits.
  if (mode_ == Mode::prefix && depth > 0 && at_ + scan.size == text_.size()) return stop("expected a whole number");
  node.type = Type::number;
  node.text = text_.substr(at_, scan.size);
  at_ += scan.size;
  return Outcome::whole;
}

// At the opening quote.
Outcome Parser::string(std::string_view& decoded) {
  const size_t begin = ++at_;
  bool has_escapes = false;
  const auto unfinished = [&](const char* what) {
    if (mode_ == Mode::strict) return stop(what);
    expected(what);
    decoded = decode_unfinished(begin, at_);
    // Half an escape at the end of the text belongs to the raw form; bytes that cannot stand in a string do not.
    if (!at_end() && text_[at_] == '\\' && scan_escape(text_, at_).incomplete) at_ = text_.size();
    return Outcome::partial;
  };
  while (true) {
    at_ = find_string_stop(text_, at_);
    if (at_end()) return unfinished("expected a closing quote");
    const char c = text_[at_];
    if (c == '"') break;
    if (c != '\\') return unfinished("expected an escaped control character");
    has_escapes = true;
    const EscapeScan scan = scan_escape(text_, at_);
    if (scan.size == 0) return unfinished("expected an escape sequence");
    at_ += scan.size;
  }
  decoded = text_.substr(begin, at_ - begin);
  if (has_escapes) decoded = *unescape(decoded, arena_);
  ++at_;
  return Outcome::whole;
}

// What can be read of a string that was cut at `end`. Of a surrogate pair cut in its middle nothing stays.
std::string_view Parser::decode_unfinished(size_t begin, size_t end) {
  std::string_view decoded = *unescape(text_.substr(begin, end - begin), arena_);
  const bool ends_in_escape = end >= begin + 6 && text_[end - 6] == '\\' && text_[end - 5] == 'u';
  if (ends_in_escape && decoded.size() >= 3 && decode_utf8(decoded, decoded.size() - 3).is_high_surrogate()) {
    decoded.remove_suffix(3);
  }
  return decoded;
}

Outcome Parser::array(Node& node, int depth) {
  if (depth > k_depth_max) return stop("expected less nesting");
  ++at_;
  node.type = Type::array;
  const size_t first = open_items_.size();
  const Outcome outcome = items(depth);
  if (outcome != Outcome::nothing) {
    node.items = arena_.copy_array<Node>(std::span(open_items_).subspan(first));
  }
  open_items_.resize(first);
  return outcome;
}

Outcome Parser::items(int depth) {
  const Outcome cut = mode_ == Mode::prefix ? Outcome::partial : Outcome::nothing;
  skip_space();
  if (take(']')) return Outcome::whole;
  while (true) {
    Node item;
    const Outcome outcome = value(item, depth);
    if (outcome != Outcome::nothing) open_items_.push_back(item);
    if (outcome != Outcome::whole) return cut;
    skip_space();
    if (take(']')) return Outcome::whole;
    if (!take(',')) {
      expected("expected ',' or ']'");
      return cut;
    }
    skip_space();
  }
}

Outcome Parser::object(Node& node, int depth) {
  if (depth > k_depth_max) return stop("expected less nesting");
  ++at_;
  node.type = Type::object;
  const size_t first = open_members_.size();
  const Outcome outcome = object_members(depth);
  if (outcome != Outcome::nothing) {
    node.members = arena_.copy_array<Member>(std::span(open_members_).subspan(first));
  }
  open_members_.resize(first);
  return outcome;
}

Outcome Parser::object_members(int depth) {
  const Outcome cut = mode_ == Mode::prefix ? Outcome::partial : Outcome::nothing;
  skip_space();
  if (take('}')) return Outcome::whole;
  while (true) {
    if (!next_is('"')) {
      expected("expected a key");
      return cut;
    }
    Member member;
    if (string(member.key) != Outcome::whole) return cut;
    skip_space();
    if (!take(':')) {
      expected("expected ':'");
      return cut;
    }
    skip_space();
    const Outcome outcome = value(member.value, depth);
    if (outcome != Outcome::nothing) open_members_.push_back(member);
    if (outcome != Outcome::whole) return cut;
    skip_space();
    if (take('}')) return Outcome::whole;
    if (!take(',')) {
      expected("expected ',' or '}'");
      return cut;
    }
    skip_space();
  }
}

}  // namespace

Result<Node> parse_large(std::string_view text, Arena& arena, size_t values_max) {
  Parser parser(text, arena, Mode::strict, std::min(values_max, k_values_max));
  Node node;
  if (parser.document(node) != Outcome::whole) return parser.error();
  if (!parser.at_end()) {
    parser.expected("expected the end");
    return parser.error();
  }
  return node;
}

Result<Node> parse(std::string_view text, Arena& arena) { return parse_large(text, arena, k_payload_values_max); }

PrefixResult parse_prefix(std::string_view text, Arena& arena) {
  Parser parser(text, arena, Mode::prefix, k_payload_values_max);
  PrefixResult result;
  const Outcome outcome = parser.document(result.node);
  result.complete = outcome == Outcome::whole && parser.at_end();
  result.usable = outcome != Outcome::nothing && (result.complete || result.node.type >= Type::string);
  if (!result.usable) result.node = Node();
  return result;
}

}  // namespace strobe::json
