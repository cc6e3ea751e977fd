#include "config/settings.h"

#include <filesystem>

#include "base/assert.h"
#include "base/file.h"
#include "base/whole_number.h"
#include "config/file_values.h"

namespace strobe::config {

namespace {

constexpr size_t k_file_bytes_max = size_t{1} << 20;

// Empty when it is not set: an empty variable says nothing, as is the custom.
std::string variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  return found == environment.end() ? std::string() : found->second;
}

// "STROBE_COLOR takes auto, always or never, not 'x'".
Result<void> check(const Setting& setting, const std::string& value, std::string_view who) {
  const auto checked = check_value(setting, value);
  if (checked) return {};
  Error error = checked.error();
  error.message = std::string(who) + " " + error.message;
  return std::unexpected(std::move(error));
}

}  // namespace

std::string_view origin_name(Origin origin) {
  switch (origin) {
    case Origin::fallback: return "default";
    case Origin::file: return "file";
    case Origin::environment: return "environment";
    case Origin::flag: return "flag";
  }
  return "default";
}

std::string file_path(const Environment& environment) {
  const std::string chosen = variable(environment, "STROBE_CONFIG");
  if (!chosen.empty()) return chosen;
  const std::string folder = variable(environment, "XDG_CONFIG_HOME");
  return (folder.empty() ? variable(environment, "HOME") + "/.config" : folder) + "/strobe/config.toml";
}

Result<Settings> Settings::load(const Environment& environment, const std::map<std::string, std::string>& flags,
                                std::span<const Setting> further) {
  Settings settings;
  for (const Setting& setting : all_settings()) {
    settings.values_.emplace(setting.name, SettingValue{default_of(setting, environment), Origin::fallback, {}});
  }
  for (const Setting& setting : further) {
    settings.values_.emplace(setting.name, SettingValue{std::string(setting.fallback), Origin::fallback, {}});
  }
  TRY_VOID(settings.take_file(environment, further));
  TRY_VOID(settings.take_environment(environment));
  TRY_VOID(settings.take_flags(flags));
  return settings;
}

Result<void> Settings::take_file(const Environment& environment, std::span<const Setting> further) {
  file_ = file_path(environment);
  std::error_code error;
  has_file_ = std::filesystem::exists(file_, error);
  if (!has_file_) {
    if (variable(environment, "STROBE_CONFIG").empty()) return {};
    return fail(ErrorCode::not_found, "there is no file " + file_,
                "STROBE_CONFIG names it; without that variable no file is needed");
  }
  const std::string content = TRY(read_file(file_, k_file_bytes_max));
  for (FileValue& value : TRY(read_file_values(content, file_, further))) {
    values_[value.name] = {std::move(value.text), Origin::file, file_ + ":" + std::to_string(value.line)};
  }
  return {};
}

Result<void> Settings::take_environment(const Environment& environment) {
  // The custom of many programs, so it counts as one of ours that says never.
  if (!variable(environment, "NO_COLOR").empty()) values_["color"] = {"never", Origin::environment, "NO_COLOR"};
  for (const Setting& setting : all_settings()) {
    const std::string value = variable(environment, setting.environment);
    if (value.empty()) continue;
    TRY_VOID(check(setting, value, setting.environment));
    values_[std::string(setting.name)] = {value, Origin::environment, std::string(setting.environment)};
  }
  return {};
}

Result<void> Settings::take_flags(const std::map<std::string, std::string>& flags) {
  for (const Setting& setting : all_settings()) {
    const auto given = flags.find(std::string(setting.flag));
    if (given == flags.end()) continue;
    const std::string value = setting.flag == "--no-color" ? "never" : given->second;
    TRY_VOID(check(setting, value, setting.flag));
    values_[std::string(setting.name)] = {value, Origin::flag, std::string(setting.flag)};
  }
  return {};
}

const SettingValue& Settings::get(std::string_view name) const {
  const auto found = values_.find(name);
  STROBE_ASSERT(found != values_.end());
  return found->second;
}

int64_t Settings::number(std::string_view name) const { return whole_number<int64_t>(get(name).text).value_or(0); }

}  // namespace strobe::config
