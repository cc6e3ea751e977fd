#include <limits>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/base64.h"
#include "base/human_size.h"
#include "base/human_time.h"
#include "base/ids.h"
#include "base/nearest.h"
#include "base/percent.h"

// What people and programs type, as each of the small forms in turn: read or refused, and what was read says the same
// when it is written again.

namespace strobe {
namespace {

void check_times(std::string_view text) {
  // Far from the middle too: a duration counts back from it.
  for (const int64_t now : {int64_t{1'800'000'000'000'000'000}, std::numeric_limits<int64_t>::min(), int64_t{0},
                            std::numeric_limits<int64_t>::max()}) {
    const auto time = parse_time(text, {now});
    if (!time) continue;
    STROBE_ASSERT(start_of_day(*time).ns <= time->ns ||
                  time->ns < std::numeric_limits<int64_t>::min() + 86'400'000'000'000);
    const auto day = parse_time(name_of_day(day_of(*time)), {now});
    STROBE_ASSERT(!day || day_of(*day) == day_of(*time));
  }
  if (const auto duration = parse_duration(text)) STROBE_ASSERT(duration->ns >= 0);
  if (const auto size = parse_size(text)) STROBE_ASSERT(*size >= 0);
}

void check_encodings(std::string_view text) {
  const auto from_64 = from_base64(to_base64(text));
  STROBE_ASSERT(from_64 && *from_64 == text);
  if (const auto bytes = from_base64(text)) STROBE_ASSERT(from_base64(to_base64(*bytes)) == bytes);
  const auto from_percent = percent_decode(percent_encode(text));
  STROBE_ASSERT(from_percent && *from_percent == text);
  if (const auto decoded = percent_decode(text)) STROBE_ASSERT(decoded->size() <= text.size());
  const auto bytes = from_hex(to_hex(text));
  STROBE_ASSERT(bytes && *bytes == text);
  if (const auto raw = from_hex(text)) STROBE_ASSERT(raw->size() * 2 == text.size());
  if (const auto id = TraceId::from_hex(text)) STROBE_ASSERT(TraceId::from_hex(id->hex()) == id);
  STROBE_ASSERT(SpanId::from_bytes(text).has_value() == (text.size() == SpanId::k_size));
}

void check_nearest(std::string_view text) {
  static constexpr std::string_view k_known[] = {"sessions", "show", "search", "stats", "sql", ""};
  const std::string found = nearest(text, k_known);
  STROBE_ASSERT(found.empty() || std::string_view(text).size() < 100);
}

}  // namespace
}  // namespace strobe

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  strobe::check_times(text);
  strobe::check_encodings(text);
  strobe::check_nearest(text);
  return 0;
}
