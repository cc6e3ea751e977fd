#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

// Times as people type them. No locale and no time zone but UTC and what the text itself says.

namespace strobe {

// A moment: "2026-01-30T12:00:00Z" (RFC 3339, any offset, up to nine digits of fraction), "2026-01-30",
// "2026-01-30 12:00", "2026-01-30 12:00:30" (UTC), "now", "today", "yesterday" (their first moment in UTC), a duration
// ("7d", "7d ago": that long before `now`), "@1700000000" (Unix seconds, a fraction allowed). Errors: invalid, with the
// accepted forms as its hint.
Result<TimeNs> parse_time(std::string_view text, TimeNs now);

// A length of time: a number with a unit, or several together: "90s", "2h30m", "7d", "3w", "1.5h". Units: ns, us, ms,
// s, m (minutes), h, d, w. Never negative. Errors: invalid, when it is none or beyond 292 years.
Result<DurationNs> parse_duration(std::string_view text);

// Midnight (UTC) of the day of `time`, and the day as "2026-01-30". Years before 0000 and behind 9999 cannot be held by
// 64 bits of nanoseconds.
TimeNs start_of_day(TimeNs time);
// Days since 1970-01-01 of `time`, rounded down, and the name of such a day.
int64_t day_of(TimeNs time);
std::string name_of_day(int64_t day);

}  // namespace strobe
