#include "cli/thresholds.h"

#include <deque>
#include <string>
#include <vector>

namespace strobe::cli {

namespace {

constexpr std::string_view k_table = "analyze.";

// The settings and the texts that they point to.
struct Table {
  std::deque<std::string> texts;
  std::vector<config::Setting> settings;

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

Table table_of_rules() {
  Table table;
  for (const analyze::Rule* rule : analyze::all_rules()) {
    for (const analyze::Threshold& threshold : rule->thresholds) {
      std::string name = std::string(k_table) + std::string(rule->id) + "." + std::string(threshold.name);
      table.settings.push_back({.name = table.keep(std::move(name)),
                                .type = config::SettingType::number,
                                .fallback = table.keep(std::to_string(threshold.fallback)),
                                .help = threshold.help,
                                .number_min = threshold.min,
                                .number_max = threshold.max});
    }
  }
  return table;
}

}  // namespace

std::span<const config::Setting> threshold_settings() {
  static const Table table = table_of_rules();
  return table.settings;
}

analyze::Thresholds thresholds_of(const config::Settings& settings) {
  analyze::Thresholds thresholds;
  for (const config::Setting& setting : threshold_settings()) {
    if (settings.get(setting.name).origin == config::Origin::fallback) continue;
    thresholds.set(setting.name.substr(k_table.size()), settings.number(setting.name));
  }
  return thresholds;
}

}  // namespace strobe::cli
