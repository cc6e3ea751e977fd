#pragma once

#include <cstdint>
#include <string_view>

#include "json/write.h"
#include "model/message.h"

// Texts of a report, each as long as the report can bear.

namespace strobe::exporter {

// Writes texts and counts what it cuts. A text that is whole is a string, one that was cut ["beginning", its bytes].
class ReportTexts {
 public:
  // Texts are cut to `each_max` bytes; behind `all_max` bytes altogether nothing is left of them.
  ReportTexts(size_t each_max, size_t all_max) : each_max_(each_max), left_(all_max) {}

  void write(json::Writer& writer, std::string_view text);
  size_t each_max() const { return each_max_; }
  int64_t cut() const { return cut_; }

 private:
  size_t each_max_;
  size_t left_;
  int64_t cut_ = 0;
};

// The beginning of `text` of at most `bytes_max` bytes that does not end within a UTF-8 character.
std::string_view beginning_of(std::string_view text, size_t bytes_max);

// How many bytes of the message's texts remain when each is cut to `each_max`.
size_t bytes_within(const Message& message, size_t each_max);

}  // namespace strobe::exporter
