#pragma once

#include <string>
#include <string_view>

#include "json/escape.h"

namespace strobe::bench {

// Writes JSON as SDKs do (compact, JSON.stringify's escapes), and knows how long the text would be without escapes.
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
    const size_t before = text_.size();
    json::append_escaped(text_, decoded, json::Escaping::minimal);
    escapes_ += text_.size() - before - decoded.size();
    text_.push_back('"');
    return *this;
  }
  // Another text as a value.
  JsonText& json(const JsonText& other) {
    text_.append(other.text_);
    escapes_ += other.escapes_;
    return *this;
  }
  const std::string& text() const { return text_; }
  // The length of the text with its strings decoded.
  size_t decoded_bytes() const { return text_.size() - escapes_; }

 private:
  std::string text_;
  size_t escapes_ = 0;
};

}  // namespace strobe::bench
