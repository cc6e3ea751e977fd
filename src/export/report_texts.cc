#include "export/report_texts.h"

#include <algorithm>

namespace strobe::exporter {

void ReportTexts::write(json::Writer& writer, std::string_view text) {
  const std::string_view shown = beginning_of(text, std::min(each_max_, left_));
  left_ -= shown.size();
  if (shown.size() == text.size()) {
    writer.string(text);
    return;
  }
  ++cut_;
  writer.begin_array().string(shown).int64(static_cast<int64_t>(text.size())).end_array();
}

std::string_view beginning_of(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  // A character has at most four bytes; more continuation bytes than that are no UTF-8 anyway.
  for (int i = 0; i < 3 && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++i) --end;
  return text.substr(0, end);
}

size_t bytes_within(const Message& message, size_t each_max) {
  size_t bytes = 0;
  for (const Part& part : message.parts) {
    bytes += std::min(part.text.size(), each_max) + std::min(part.payload.text.size(), each_max);
  }
  return bytes;
}

}  // namespace strobe::exporter
