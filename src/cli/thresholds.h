#pragma once

#include <span>

#include "analyze/rules/rule.h"
#include "config/settings.h"

namespace strobe::cli {

// The thresholds of all rules as settings of the configuration file: "analyze.excessive_iterations.medium_above".
std::span<const config::Setting> threshold_settings();
// What they are set to.
analyze::Thresholds thresholds_of(const config::Settings& settings);

}  // namespace strobe::cli
