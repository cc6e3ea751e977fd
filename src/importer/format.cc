#include "importer/format.h"

#include <algorithm>
#include <array>

#include "importer/lines.h"
#include "json/parse.h"

namespace strobe::importer {

namespace {

// A file that was cut at its front begins with half a line, and lines may be broken: some more are looked at.
constexpr int k_lines_max = 64;
constexpr int k_members_max = 64;  // of a line
constexpr std::string_view k_white_space = " \t\r\n";

// Bits for the members that tell formats.
enum Seen : uint8_t { type = 1, time = 2, event_id = 4, kind = 8, timestamp = 16, otlp = 32 };
struct Sign {
  std::string_view key;
  Seen seen;
};
constexpr std::array k_signs = {Sign{"\"_type\"", type},          Sign{"\"_ts\"", time},
                                Sign{"\"event_id\"", event_id},   Sign{"\"kind\"", kind},
                                Sign{"\"timestamp\"", timestamp}, Sign{"\"resourceSpans\"", otlp},
                                Sign{"\"resourceLogs\"", otlp},   Sign{"\"resourceMetrics\"", otlp}};

std::optional<Format> told_by(int seen) {
  const auto has = [&](int bits) { return (seen & bits) == bits; };
  if (has(otlp)) return Format::otlp;
  if (has(type | time)) return Format::attocode;
  if (has(event_id | kind | timestamp)) return Format::attocode_python;
  return std::nullopt;
}

// Walks the members of the object that `line` begins with; values are skipped, so that their content tells nothing.
std::optional<Format> format_of_line(std::string_view line) {
  const auto next = [&](size_t at) { return std::min(line.find_first_not_of(k_white_space, at), line.size()); };
  size_t at = next(0);
  if (at == line.size() || line[at] != '{') return std::nullopt;
  int seen = 0;
  for (int members = 0; members < k_members_max; ++members) {
    at = next(at + 1);
    if (at == line.size() || line[at] != '"') return std::nullopt;
    const size_t end = json::skip_value(line, at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view key = line.substr(at, end - at);
    const auto* sign = std::ranges::find(k_signs, key, &Sign::key);
    if (sign != k_signs.end()) seen |= sign->seen;
    if (const auto told = told_by(seen)) return told;
    at = next(end);
    if (at == line.size() || line[at] != ':') return std::nullopt;
    at = next(at + 1);
    at = at == line.size() ? std::string_view::npos : json::skip_value(line, at);
    if (at == std::string_view::npos) return std::nullopt;
    at = next(at);
    if (at == line.size() || line[at] != ',') return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Format> format_told_by(std::string_view head) {
  head = without_byte_order_mark(head);
  // OTLP documents may be spread over lines: their first member tells, wherever it stands.
  if (const auto told = format_of_line(head)) return told;
  for (int lines = 0; lines < k_lines_max && !head.empty(); ++lines) {
    const size_t end = std::min(head.find('\n'), head.size());
    if (const auto told = format_of_line(head.substr(0, end))) return told;
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return std::nullopt;
}

}  // namespace strobe::importer
