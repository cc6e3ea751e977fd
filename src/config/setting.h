#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strobe::config {

using Environment = std::map<std::string, std::string>;

enum class SettingType {
  text,
  names,   // several, with commas between them; an array in the file
  number,  // whole, within limits
  choice,  // one of some words
};

// What can be set, and by what.
struct Setting {
  std::string_view name;  // as in the file
  SettingType type = SettingType::text;
  std::string_view fallback;  // for store: see default_of()
  std::string_view environment;
  std::string_view flag;  // empty: no flag of this name
  std::string_view help;  // one line, no period
  std::vector<std::string_view> choices = {};
  int64_t number_min = 0, number_max = 0;
};

// All settings, in the order they are listed.
std::span<const Setting> all_settings();
// Null: there is none of that name.
const Setting* find_setting(std::string_view name);
std::vector<std::string_view> setting_names();

// What holds when nobody says anything; may depend on where the user's files are.
std::string default_of(const Setting& setting, const Environment& environment);

// Whether the setting can have this value. Errors: invalid, "takes a number from 1 to 4096, not 'x'".
Result<void> check_value(const Setting& setting, std::string_view value);

}  // namespace strobe::config
