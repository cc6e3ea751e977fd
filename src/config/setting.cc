#include "config/setting.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/one_of.h"
#include "base/whole_number.h"

namespace strobe::config {

namespace {

std::string text_of(std::string_view text) { return std::string(text); }

struct Limits {
  int64_t smallest = 0, largest = 0;
};
constexpr Limits k_seconds{1, 3600};
constexpr Limits k_any_amount{0, 1 << 30};

// A whole number, with the value that holds when nobody says anything and a line of help.
Setting number(std::string_view name, Limits limits, std::string_view environment, std::string_view flag,
               std::string_view fallback, std::string_view help) {
  return {.name = name,
          .type = SettingType::number,
          .fallback = fallback,
          .environment = environment,
          .flag = flag,
          .help = help,
          .number_min = limits.smallest,
          .number_max = limits.largest};
}

std::vector<Setting> general_settings() {
  return {
      {.name = "store", .environment = "STROBE_STORE", .flag = "--store", .help = "the file everything is kept in"},
      {.name = "listen",
       .fallback = "127.0.0.1:4318",
       .environment = "STROBE_LISTEN",
       .flag = "--listen",
       .help = "where serve takes OTLP over HTTP"},
      {.name = "grpc",
       .fallback = "127.0.0.1:4317",
       .environment = "STROBE_GRPC",
       .flag = "--grpc",
       .help = "where serve takes OTLP over gRPC"},
      number("max_body_mib", {1, 4096}, "STROBE_MAX_BODY_MIB", "--max-body-mib", "64",
             "largest request that serve takes, after decompression"),
      number("memory_mib", {552, 1 << 20}, "STROBE_MEMORY_MIB", "--memory-mib", "1536",
             "memory that serve stays below"),
      number("header_seconds", k_seconds, "STROBE_HEADER_SECONDS", "--header-seconds", "10",
             "how long a request's headers may take to arrive at serve"),
      number("body_seconds", k_seconds, "STROBE_BODY_SECONDS", "--body-seconds", "60",
             "how long a request's body may take to arrive at serve"),
      number("idle_seconds", k_seconds, "STROBE_IDLE_SECONDS", "--idle-seconds", "75",
             "after which serve closes a connection that says nothing, or takes nothing of its answer"),
      {.name = "allow_host",
       .type = SettingType::names,
       .environment = "STROBE_ALLOW_HOST",
       .flag = "--allow-host",
       .help = "further Host headers that serve answers"},
      {.name = "color",
       .type = SettingType::choice,
       .fallback = "auto",
       .environment = "STROBE_COLOR",
       .flag = "--no-color",
       .help = "auto: on terminals only",
       .choices = {"auto", "always", "never"}},
  };
}

std::vector<Setting> session_log_settings() {
  return {{.name = "session_log",
           .fallback = "off",
           .environment = "STROBE_SESSION_LOG",
           .flag = "--session-log",
           .help = "folder in which run and serve write a file a session"},
          {.name = "session_log_format",
           .type = SettingType::choice,
           .fallback = "attocode",
           .environment = "STROBE_SESSION_LOG_FORMAT",
           .flag = "--session-log-format",
           .help = "attocode, copilot: a line an event; otlp: a line a span",
           .choices = {"attocode", "copilot", "otlp"}},
          {.name = "session_log_content",
           .type = SettingType::choice,
           .fallback = "on",
           .environment = "STROBE_SESSION_LOG_CONTENT",
           .flag = "--session-log-content",
           .help = "whether session logs hold tasks, arguments, results and thoughts",
           .choices = {"on", "off"}},
          number("session_log_result_max", k_any_amount, "STROBE_SESSION_LOG_RESULT_MAX", "--session-log-result-max",
                 "10000", "bytes of each text in a session log, the rest is cut"),
          number("session_log_keep", k_any_amount, "STROBE_SESSION_LOG_KEEP", "--session-log-keep", "0",
                 "session logs that are kept, the newest ones; 0: all"),
          number("session_log_days", k_any_amount, "STROBE_SESSION_LOG_DAYS", "--session-log-days", "0",
                 "days after which session logs are removed; 0: never")};
}

}  // namespace

std::span<const Setting> all_settings() {
  static const std::vector<Setting> settings = [] {
    std::vector<Setting> all = general_settings();
    const std::vector<Setting> logs = session_log_settings();
    all.insert(all.end() - 1, logs.begin(), logs.end());  // how things look comes last
    return all;
  }();
  return settings;
}

const Setting* find_setting(std::string_view name) {
  const auto settings = all_settings();
  const auto found =
      std::find_if(settings.begin(), settings.end(), [&](const Setting& setting) { return setting.name == name; });
  return found == settings.end() ? nullptr : &*found;
}

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  for (const Setting& setting : all_settings()) names.push_back(setting.name);
  return names;
}

std::string default_of(const Setting& setting, const Environment& environment) {
  if (setting.name != "store") return text_of(setting.fallback);
  const auto variable = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  const std::string data = variable("XDG_DATA_HOME");
  return (data.empty() ? variable("HOME") + "/.local/share" : data) + "/strobe/strobe.db";
}

Result<void> check_value(const Setting& setting, std::string_view value) {
  if (setting.type == SettingType::choice) {
    if (std::find(setting.choices.begin(), setting.choices.end(), value) != setting.choices.end()) return {};
    const std::string meant = nearest(value, setting.choices);
    return fail(ErrorCode::invalid, "takes " + one_of(setting.choices) + ", not '" + text_of(value) + "'",
                meant.empty() ? std::string() : "did you mean '" + meant + "'?");
  }
  if (setting.type == SettingType::number) {
    if (whole_number<int64_t>(value, setting.number_min, setting.number_max)) return {};
    return fail(ErrorCode::invalid, "takes a number from " + std::to_string(setting.number_min) + " to " +
                                        std::to_string(setting.number_max) + ", not '" + text_of(value) + "'");
  }
  if (setting.type == SettingType::text && value.empty()) return fail(ErrorCode::invalid, "must not be empty");
  return {};
}

}  // namespace strobe::config
