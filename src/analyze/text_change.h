#pragma once

#include <cstdint>
#include <string_view>

// How a text differs from what it was, and whether what changed looks like something that always does.

namespace strobe::analyze {

enum class TextChange : uint8_t { none, appended, truncated, prepended, leading_removed, inner_edit };
// "appended", "leading_removed", ...; empty for none.
std::string_view name_of(TextChange change);
// From `before` to `after`. Linear.
TextChange change_of(std::string_view before, std::string_view after);

enum class Volatile : uint8_t { none, uuid, date, counter };
// "uuid", "date", "counter"; empty for none.
std::string_view name_of(Volatile value);
// What both texts have at the place where they first differ, or within k_volatile_reach bytes of what changed: a UUID,
// a date or a time of day, a number of 10 to 13 digits. Looks at k_volatile_window bytes of each.
Volatile volatile_value_in(std::string_view before, std::string_view after);

inline constexpr size_t k_volatile_reach = 24;
inline constexpr size_t k_volatile_window = 240;

}  // namespace strobe::analyze
