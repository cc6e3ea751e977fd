#pragma once

#include <string>
#include <string_view>

#include "json/escape.h"

namespace strobe::bench {

// Writes JSON as SDKs do: compact, with JSON.stringify's escapes.
class JsonText {
 public:
  JsonText& raw(std::string_view text) {
    text_.append(text);
    return *this;
  }
  // "name": in front of a value.
  JsonText& member(std::string_view name) { return string(name).raw(":"); }
  JsonText& string(std::string_view decoded) {
    text_.push_back('"');
    json::append_escaped(text_, decoded, json::Escaping::minimal);
    text_.push_back('"');
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace strobe::bench
