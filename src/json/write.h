#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "json/node.h"

namespace strobe::json {

// What becomes of members of one key in one object.
enum class RepeatedKeys {
  kept,  // as they came: nothing is lost
  last,  // only the last, as every reader of ours has it
};

enum class Layout { compact, pretty };  // pretty: two spaces

// Writes JSON text piece by piece (RapidJSON's writer inside). Invalid UTF-8 in strings becomes U+FFFD, lone surrogates
// too: what we print is valid JSON. Misuse (a value where a key belongs) asserts.
class Writer {
 public:
  explicit Writer(Layout layout = Layout::compact);
  ~Writer();

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view key);
  Writer& string(std::string_view value);
  Writer& int64(int64_t value);
  Writer& uint64(uint64_t value);
  Writer& float64(double value);  // NaN and infinities become strings, as OTLP/JSON has them
  Writer& boolean(bool value);
  Writer& null();
  Writer& number(std::string_view exact);  // a number's text as it is; must be one
  // A parsed value again: integers beyond 2^53 as strings (design section 7), other numbers as written.
  Writer& node(const Node& node, RepeatedKeys repeated = RepeatedKeys::kept);

  // The text since the last take(), so that long output can be sent in pieces. After a whole document a new one may
  // begin.
  std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace strobe::json
