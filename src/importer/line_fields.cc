#include "importer/line_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/human_time.h"
#include "json/number.h"

namespace strobe::importer {

namespace {

constexpr double k_ns_per_second = 1e9;
constexpr double k_ns_per_millisecond = 1e6;
constexpr double k_us_per_millisecond = 1e3;
constexpr int64_t k_ns_per_us = 1000;
constexpr double k_ns_max = 9.2e18;

std::string quoted(std::string_view key) { return "'" + std::string(key) + "'"; }

}  // namespace

void LineFields::complain(std::string problem) const {
  if (problem_.empty()) problem_ = std::move(problem);
}

const json::Node* LineFields::find(std::string_view key) const {
  const json::Node* node = object_.find(key);
  return node == nullptr || node->type == json::Type::null ? nullptr : node;
}

std::string_view LineFields::text(std::string_view key) const {
  const json::Node* node = find(key);
  if (node == nullptr) return {};
  if (node->is_string() || node->type == json::Type::number) return node->text;
  complain(quoted(key) + " is no text");
  return {};
}

std::optional<double> LineFields::number(std::string_view key) const {
  const json::Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto number = node->type == json::Type::number ? json::to_double(node->text) : std::nullopt;
  if (number && std::isfinite(*number)) return number;
  complain(quoted(key) + " is no number");
  return std::nullopt;
}

std::optional<int64_t> LineFields::count(std::string_view key) const {
  const json::Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto count = node->type == json::Type::number ? json::to_int64(node->text) : std::nullopt;
  if (count && *count >= 0) return count;
  complain(quoted(key) + " is no whole number that counts something");
  return std::nullopt;
}

std::optional<bool> LineFields::flag(std::string_view key) const {
  const json::Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->type == json::Type::boolean) return node->boolean;
  complain(quoted(key) + " is neither true nor false");
  return std::nullopt;
}

std::optional<DurationNs> LineFields::duration(std::string_view key, double ns_per_unit) const {
  const auto units = number(key);
  if (!units) return std::nullopt;
  const double ns = *units * ns_per_unit;
  if (ns >= 0 && ns <= static_cast<double>(k_duration_max.ns)) return DurationNs{std::llround(ns)};
  complain(quoted(key) + (*units < 0 ? " is negative" : " is longer than a year"));
  return std::nullopt;
}

std::optional<TimeNs> LineFields::moment(std::string_view key) const {
  const json::Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->type == json::Type::number) {
    // A double of nanoseconds is exact to a quarter of a microsecond only.
    const double milliseconds = json::to_double(node->text).value_or(-1);
    if (milliseconds >= 0 && milliseconds * k_ns_per_millisecond < k_ns_max) {
      return TimeNs{std::llround(milliseconds * k_us_per_millisecond) * k_ns_per_us};
    }
  } else if (node->is_string() && !node->text.empty() && node->text[0] >= '0' && node->text[0] <= '9') {
    const auto time = parse_time(node->text, TimeNs{});
    if (time && time->ns >= 0) return *time;
  }
  complain(quoted(key) + " is no time");
  return std::nullopt;
}

std::optional<TimeNs> LineFields::unix_seconds(std::string_view key) const {
  if (find(key) == nullptr) return std::nullopt;
  const double ns = number(key).value_or(-1) * k_ns_per_second;
  if (ns >= 0 && ns < k_ns_max) return TimeNs{std::llround(ns / k_ns_per_us) * k_ns_per_us};
  complain(quoted(key) + " is no time");
  return std::nullopt;
}

LineFields LineFields::within(std::string_view key) const {
  const json::Node* node = find(key);
  if (node != nullptr && node->is_object()) return LineFields(*node, problem_);
  if (node != nullptr) complain(quoted(key) + " is no object");
  static const json::Node k_nothing;
  return LineFields(k_nothing, problem_);
}

void LineFields::keep_others(Draft& draft, std::string_view prefix,
                             std::initializer_list<std::string_view> used) const {
  for (const json::Member& member : object_.members) {
    if (std::ranges::find(used, member.key) != used.end()) continue;
    if (draft.attributes.size() >= k_attributes_max) return complain("has too many fields: not all are kept");
    draft.keep(std::string(prefix) + std::string(member.key), member.value);
  }
}

TimeNs before(TimeNs time, std::optional<DurationNs> duration) {
  return {duration && duration->ns <= time.ns ? time.ns - duration->ns : time.ns};
}

TimeNs after(TimeNs time, std::optional<DurationNs> duration) {
  const int64_t room = std::numeric_limits<int64_t>::max() - time.ns;
  return {duration && duration->ns <= room ? time.ns + duration->ns : time.ns};
}

}  // namespace strobe::importer
