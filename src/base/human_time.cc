#include "base/human_time.h"

#include <array>
#include <cstdio>
#include <limits>
#include <optional>

#include "base/trimmed.h"

namespace strobe {

namespace {

constexpr int64_t k_second_ns = 1'000'000'000;
constexpr int64_t k_day_seconds = 86'400;
constexpr int64_t k_day_ns = k_day_seconds * k_second_ns;
constexpr std::string_view k_times_hint =
    "a time is 2026-01-30, '2026-01-30 12:00' (UTC), 2026-01-30T12:00:00+02:00, today, yesterday, now, @1700000000 "
    "(Unix seconds), or how long ago: 90m, 2h, 7d, 3w";
constexpr std::string_view k_durations_hint = "a duration is a number with a unit, as in 90s, 45m, 2h30m, 7d, 3w";

// Reads a text from the left.
struct Reader {
  std::string_view rest;

  bool at_digit() const { return !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; }
  bool take(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  // Exactly `digits` digits, at most `max` in value.
  std::optional<int64_t> number(int digits, int64_t max) {
    int64_t value = 0;
    for (int i = 0; i < digits; ++i) {
      if (!at_digit()) return std::nullopt;
      value = value * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    return value <= max ? std::optional(value) : std::nullopt;
  }
  // Any number of digits. Nothing when there is none, or it does not fit.
  std::optional<int64_t> number() {
    if (!at_digit()) return std::nullopt;
    int64_t value = 0;
    while (at_digit()) {
      if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, rest.front() - '0', &value)) {
        return std::nullopt;
      }
      rest.remove_prefix(1);
    }
    return value;
  }
  // Behind a point: digits as a fraction of `unit_ns`, cut to whole nanoseconds.
  std::optional<int64_t> fraction(int64_t unit_ns) {
    if (!at_digit()) return std::nullopt;
    __int128 numerator = 0, denominator = 1;
    for (int i = 0; at_digit(); ++i) {
      if (i < 18) {
        numerator = numerator * 10 + (rest.front() - '0');
        denominator *= 10;
      }
      rest.remove_prefix(1);
    }
    return static_cast<int64_t>(numerator * unit_ns / denominator);
  }
};

std::unexpected<Error> no_time(std::string_view text) {
  return fail(ErrorCode::invalid, "'" + std::string(text) + "' is no time", std::string(k_times_hint));
}
std::unexpected<Error> no_duration(std::string_view text) {
  return fail(ErrorCode::invalid, "'" + std::string(text) + "' is no duration", std::string(k_durations_hint));
}

// Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day is
// their last; 400 of them have 146,097 days.
int64_t days_of(int64_t year, int64_t month, int64_t day) {
  const int64_t shifted_year = month > 2 ? year : year - 1;
  const int64_t era = (shifted_year >= 0 ? shifted_year : shifted_year - 399) / 400;
  const int64_t year_of_era = shifted_year - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

struct Date {
  int64_t year = 0, month = 0, day = 0;
};

// The inverse of days_of().
Date date_of(int64_t days) {
  const int64_t shifted = days + 719'468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

bool is_date(const Date& date) {
  if (date.month < 1 || date.month > 12 || date.day < 1) return false;
  const Date back = date_of(days_of(date.year, date.month, date.day));
  return back.month == date.month && back.day == date.day;
}

// Seconds and nanoseconds as a moment; nothing when 64 bits do not hold it.
std::optional<TimeNs> moment(int64_t seconds, int64_t ns) {
  const __int128 whole = static_cast<__int128>(seconds) * k_second_ns + ns;
  if (whole > std::numeric_limits<int64_t>::max() || whole < std::numeric_limits<int64_t>::min()) return std::nullopt;
  return TimeNs{static_cast<int64_t>(whole)};
}

// "Z", "+02:00", "-0530" or nothing (UTC), as seconds.
std::optional<int64_t> read_offset(Reader& reader) {
  if (reader.rest.empty() || reader.take('Z') || reader.take('z')) return 0;
  const bool is_negative = reader.take('-');
  if (!is_negative && !reader.take('+')) return std::nullopt;
  const auto hours = reader.number(2, 23);
  if (!hours) return std::nullopt;
  reader.take(':');
  const auto minutes = reader.number(2, 59);
  if (!minutes) return std::nullopt;
  const int64_t seconds = *hours * 3600 + *minutes * 60;
  return is_negative ? -seconds : seconds;
}

std::optional<TimeNs> read_date_and_time(std::string_view text) {
  Reader reader{text};
  const auto year = reader.number(4, 9999);
  if (!year || !reader.take('-')) return std::nullopt;
  const auto month = reader.number(2, 12);
  if (!month || !reader.take('-')) return std::nullopt;
  const auto day = reader.number(2, 31);
  if (!day || !is_date({*year, *month, *day})) return std::nullopt;
  int64_t seconds = days_of(*year, *month, *day) * k_day_seconds;
  if (reader.rest.empty()) return moment(seconds, 0);
  if (!reader.take('T') && !reader.take('t') && !reader.take(' ')) return std::nullopt;
  const auto hour = reader.number(2, 23);
  if (!hour || !reader.take(':')) return std::nullopt;
  const auto minute = reader.number(2, 59);
  if (!minute) return std::nullopt;
  seconds += *hour * 3600 + *minute * 60;
  int64_t ns = 0;
  if (reader.take(':')) {
    const auto second = reader.number(2, 60);  // 60: a leap second, which Unix time counts as the next one
    if (!second) return std::nullopt;
    seconds += *second;
    if (reader.take('.')) {
      const auto fraction = reader.fraction(k_second_ns);
      if (!fraction) return std::nullopt;
      ns = *fraction;
    }
  }
  const auto offset = read_offset(reader);
  if (!offset || !reader.rest.empty()) return std::nullopt;
  return moment(seconds - *offset, ns);
}

std::optional<TimeNs> read_unix_seconds(std::string_view text) {
  Reader reader{text};
  const bool is_negative = reader.take('-');
  const auto seconds = reader.number();
  if (!seconds) return std::nullopt;
  int64_t ns = 0;
  if (reader.take('.')) {
    const auto fraction = reader.fraction(k_second_ns);
    if (!fraction) return std::nullopt;
    ns = *fraction;
  }
  if (!reader.rest.empty()) return std::nullopt;
  return is_negative ? moment(-*seconds, -ns) : moment(*seconds, ns);
}

struct Unit {
  std::string_view name;
  int64_t ns;
};
constexpr std::array k_units = {Unit{"ns", 1},
                                Unit{"us", 1000},
                                Unit{"ms", 1'000'000},
                                Unit{"s", k_second_ns},
                                Unit{"m", 60 * k_second_ns},
                                Unit{"h", 3600 * k_second_ns},
                                Unit{"d", k_day_ns},
                                Unit{"w", 7 * k_day_ns}};

// "30m" of "30m15s". Nothing when it is none, or too long.
std::optional<int64_t> read_one_duration(Reader& reader) {
  const auto whole = reader.number();
  if (!whole) return std::nullopt;
  std::string_view decimals;
  if (reader.take('.')) {
    decimals = reader.rest;
    if (!reader.number(1, 9)) return std::nullopt;
    while (reader.at_digit()) reader.rest.remove_prefix(1);
  }
  size_t letters = 0;
  while (letters < reader.rest.size() && reader.rest[letters] >= 'a' && reader.rest[letters] <= 'z') ++letters;
  for (const Unit& unit : k_units) {
    if (unit.name != reader.rest.substr(0, letters)) continue;
    reader.rest.remove_prefix(letters);
    int64_t ns = 0;
    if (__builtin_mul_overflow(*whole, unit.ns, &ns)) return std::nullopt;
    const int64_t part = decimals.empty() ? 0 : Reader{decimals}.fraction(unit.ns).value_or(0);
    return __builtin_add_overflow(ns, part, &ns) ? std::nullopt : std::optional(ns);
  }
  return std::nullopt;
}

}  // namespace

Result<DurationNs> parse_duration(std::string_view text) {
  Reader reader{trimmed(text)};
  if (reader.rest.empty()) return no_duration(text);
  int64_t total = 0;
  while (!reader.rest.empty()) {
    const auto part = read_one_duration(reader);
    if (!part || __builtin_add_overflow(total, *part, &total)) return no_duration(text);
  }
  return DurationNs{total};
}

Result<TimeNs> parse_time(std::string_view text, TimeNs now) {
  std::string_view wanted = trimmed(text);
  if (wanted == "now") return now;
  if (wanted == "today") return start_of_day(now);
  if (wanted == "yesterday") {
    const TimeNs today = start_of_day(now);
    return start_of_day({today.ns < std::numeric_limits<int64_t>::min() + k_day_ns ? today.ns : today.ns - k_day_ns});
  }
  if (wanted.starts_with('@')) {
    const auto time = read_unix_seconds(wanted.substr(1));
    return time ? Result<TimeNs>(*time) : Result<TimeNs>(no_time(text));
  }
  if (const auto time = read_date_and_time(wanted)) return *time;
  if (wanted.ends_with(" ago")) wanted = trimmed(wanted.substr(0, wanted.size() - 4));
  const auto age = parse_duration(wanted);
  if (!age) return no_time(text);
  int64_t ns = 0;
  if (__builtin_sub_overflow(now.ns, age->ns, &ns)) ns = std::numeric_limits<int64_t>::min();
  return TimeNs{ns};
}

int64_t day_of(TimeNs time) {
  const int64_t day = time.ns / k_day_ns;
  return time.ns % k_day_ns < 0 ? day - 1 : day;
}

TimeNs start_of_day(TimeNs time) {
  int64_t ns = 0;
  if (__builtin_mul_overflow(day_of(time), k_day_ns, &ns)) return {std::numeric_limits<int64_t>::min()};
  return {ns};
}

std::string name_of_day(int64_t day) {
  const Date date = date_of(day);
  char text[40];
  std::snprintf(text, sizeof text, "%04lld-%02lld-%02lld", static_cast<long long>(date.year),
                static_cast<long long>(date.month), static_cast<long long>(date.day));
  return text;
}

}  // namespace strobe
