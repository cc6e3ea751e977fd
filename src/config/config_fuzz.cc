#include <string>
#include <string_view>

#include "base/assert.h"
#include "config/file_values.h"
#include "config/setting.h"
#include "config/settings.h"

// Any bytes as a configuration file and as the value of each setting: taken or refused with the line, and a value from
// a file is one that the setting can have.

namespace strobe::config {
namespace {

void check_file(std::string_view content) {
  const auto values = read_file_values(content, "config.toml");
  if (!values) {
    STROBE_ASSERT(!values.error().message.empty());
    return;
  }
  for (const FileValue& value : *values) {
    const Setting* setting = find_setting(value.name);
    STROBE_ASSERT(setting != nullptr && value.line > 0);
    STROBE_ASSERT(check_value(*setting, value.text).has_value());
  }
}

void check_values(std::string_view text) {
  for (const Setting& setting : all_settings()) {
    if (!check_value(setting, text) || setting.type != SettingType::number) continue;
    const auto settings = Settings::load({{std::string(setting.environment), std::string(text)}}, {});
    if (!settings) continue;
    const int64_t number = settings->number(setting.name);
    STROBE_ASSERT(number >= setting.number_min && number <= setting.number_max);
  }
}

}  // namespace
}  // namespace strobe::config

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  strobe::config::check_file(text);
  if (text.size() < 64) strobe::config::check_values(text);
  return 0;
}
