#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/setting.h"

namespace strobe::config {

enum class Origin { fallback, file, environment, flag };

// "default", "file", "environment", "flag".
std::string_view origin_name(Origin origin);

struct SettingValue {
  std::string text;
  Origin origin = Origin::fallback;
  std::string where;  // "--listen", "STROBE_LISTEN", "/home/user/.config/strobe/config.toml:3"; empty for a default
};

// $STROBE_CONFIG, else $XDG_CONFIG_HOME/strobe/config.toml, else ~/.config/strobe/config.toml.
std::string file_path(const Environment& environment);

// What is set, and by whom: a flag before the environment before the file before the default.
class Settings {
 public:
  // `flags` by the flag's name ("--listen"). A missing file is no error, unless $STROBE_CONFIG names it. Errors:
  // invalid with the place of what is wrong; io and not_found of the file.
  // `further` settings stand in the file only (no variable, no flag); it must outlive the call.
  static Result<Settings> load(const Environment& environment, const std::map<std::string, std::string>& flags,
                               std::span<const Setting> further = {});

  // `name` is one of all_settings() or of the further ones; asserts that.
  const SettingValue& get(std::string_view name) const;
  int64_t number(std::string_view name) const;
  const std::string& file() const { return file_; }
  bool has_file() const { return has_file_; }

 private:
  Result<void> take_file(const Environment& environment, std::span<const Setting> further);
  Result<void> take_environment(const Environment& environment);
  Result<void> take_flags(const std::map<std::string, std::string>& flags);
  std::map<std::string, SettingValue, std::less<>> values_;
  std::string file_;
  bool has_file_ = false;
};

}  // namespace strobe::config
