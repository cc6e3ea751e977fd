#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "importer/trace_writer.h"
#include "json/node.h"

namespace strobe::importer {

// One line of a trace file, a JSON object. The getters give what is of the right type and in range; what is not is
// noted as the line's problem (the first one counts) and taken for absent. Null is absent.
class LineFields {
 public:
  LineFields(const json::Node& object, std::string& problem) : object_(object), problem_(problem) {}

  const json::Node& node() const { return object_; }
  // Null when absent.
  const json::Node* find(std::string_view key) const;
  // A string; a number as it is written, for ids. Empty: there is none.
  std::string_view text(std::string_view key) const;
  // A whole number, not negative.
  std::optional<int64_t> count(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;
  // A length in thousandths or whole seconds: not negative, and no longer than k_duration_max.
  std::optional<DurationNs> milliseconds(std::string_view key) const { return duration(key, 1e6); }
  std::optional<DurationNs> seconds(std::string_view key) const { return duration(key, 1e9); }
  // ISO 8601, or a number of thousandths of seconds since 1970.
  std::optional<TimeNs> moment(std::string_view key) const;
  // Seconds since 1970, with a fraction.
  std::optional<TimeNs> unix_seconds(std::string_view key) const;
  // Of another object, with the problems of this line.
  LineFields of(const json::Node& object) const { return LineFields(object, problem_); }
  // The fields of an object within; of none when absent.
  LineFields within(std::string_view key) const;

  // A name to remember things by: a text as text() gives it, or what stands for one that is too long.
  std::string name(std::string_view key) const { return short_name(text(key)); }
  // Keeps all members but those named as attributes `<prefix><key>`.
  void keep_others(Draft& draft, std::string_view prefix, std::initializer_list<std::string_view> used) const;

  void complain(std::string problem) const;

 private:
  std::optional<DurationNs> duration(std::string_view key, double ns_per_unit) const;

  const json::Node& object_;
  std::string& problem_;
};

// Attributes of one span.
inline constexpr size_t k_attributes_max = 128;

// Nothing that agents do takes a year.
inline constexpr DurationNs k_duration_max{int64_t{366} * 24 * 3600 * 1'000'000'000};

// `time` less `duration`, not before 1970; `time` itself without one.
TimeNs before(TimeNs time, std::optional<DurationNs> duration);
TimeNs after(TimeNs time, std::optional<DurationNs> duration);

}  // namespace strobe::importer
