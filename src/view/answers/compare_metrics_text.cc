#include "view/answers/compare_metrics_text.h"

#include <cmath>
#include <cstdio>

#include "view/answers/headings.h"
#include "view/phrases.h"

namespace strobe::view {

namespace {

using analyze::Change;
using analyze::MetricChange;
using analyze::MetricUnit;

std::string with_digits(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// Whole percents, unless that would hide a difference.
int percent_digits(const MetricChange& metric) {
  return metric.change != Change::same && std::lround(metric.baseline) == std::lround(metric.other) ? 1 : 0;
}

std::string sign_of(double value) { return value < 0 ? "-" : "+"; }

int64_t whole(double value) {
  constexpr double k_max = 9e18;
  return static_cast<int64_t>(std::fmax(-k_max, std::fmin(k_max, value)));
}

std::string difference_text(const MetricChange& metric) {
  const double difference = metric.difference();
  const std::string sign = sign_of(difference);
  switch (metric.unit) {
    case MetricUnit::count: return sign + with_digits(std::fabs(difference), 0);
    case MetricUnit::percent: {
      const int digits = percent_digits(metric);
      if (digits > 0) return sign + with_digits(std::fabs(difference), digits) + "pp";
      // Of the numbers that stand in the line, which were rounded.
      return sign + std::to_string(std::labs(std::lround(metric.other) - std::lround(metric.baseline))) + "pp";
    }
    case MetricUnit::pico_usd: return money(whole(std::fabs(difference)));
    case MetricUnit::nanoseconds: return sign + duration({whole(std::fabs(difference))});
  }
  return {};
}

std::string change_text(const MetricChange& metric, const TextStyle& style) {
  if (metric.change == Change::same) return "= same";
  const std::string arrow = metric.difference() < 0 ? "↓ " : "↑ ";
  const std::string text = arrow + difference_text(metric);
  // Whether more calls or tokens of a part are good or bad nobody knows: the sums above say.
  if (!metric.is_headline && metric.unit != MetricUnit::nanoseconds) return text;
  const std::string verdict = metric.change == Change::better ? " (better)" : " (worse)";
  return colored(style, color_of(metric.change), text + verdict);
}

// How far it is from the baseline, in the unit of its threshold.
std::string distance_text(const MetricChange& metric) {
  if (!metric.is_allowed_relative) return difference_text(metric);
  if (metric.baseline == 0) return difference_text(metric) + ", from nothing";
  const double percent = 100.0 * metric.difference() / metric.baseline;
  return sign_of(percent) + with_digits(std::fabs(percent), 0) + "%";
}

std::string allowed_text(const MetricChange& metric) {
  const std::string sign = metric.is_higher_better ? "-" : "+";
  const int digits = metric.allowed == std::floor(metric.allowed) ? 0 : 1;
  if (metric.allowed == 0) return "none";
  const std::string unit = metric.is_allowed_relative ? "%" : metric.unit == MetricUnit::percent ? "pp" : "";
  return sign + with_digits(metric.allowed, digits) + unit;
}

// "45%", "$0.0284", "15000"; "-" is not known.
std::string value_text(const MetricChange& metric, double value, CostKind kind, bool is_known) {
  if (!is_known) return "-";
  switch (metric.unit) {
    case MetricUnit::count: return with_digits(value, 0);
    case MetricUnit::percent: return with_digits(value, percent_digits(metric)) + "%";
    case MetricUnit::pico_usd: return cost_text(kind, whole(value));
    case MetricUnit::nanoseconds: return duration({whole(value)});
  }
  return {};
}

}  // namespace

Color color_of(Change change) {
  switch (change) {
    case Change::better: return Color::green;
    case Change::worse: return Color::red;
    case Change::same: break;
  }
  return Color::plain;
}

Color color_of(analyze::Assessment assessment) {
  switch (assessment) {
    case analyze::Assessment::improved: return Color::green;
    case analyze::Assessment::regressed: return Color::red;
    case analyze::Assessment::mixed: return Color::yellow;
    case analyze::Assessment::similar: break;
  }
  return Color::plain;
}

std::string metric_line(const MetricChange& metric, const TextStyle& style) {
  // As the guide has it: what carries a unit stands one column further right.
  constexpr int k_name_width = 16;
  constexpr int k_value_width = 10;
  const int name_width = metric.unit == MetricUnit::count ? k_name_width : k_name_width + 1;
  const std::string baseline = value_text(metric, metric.baseline, metric.baseline_kind, metric.is_baseline_known);
  const std::string other = value_text(metric, metric.other, metric.other_kind, metric.is_other_known);
  const std::string values = padded(metric.title, name_width) + right_aligned(baseline, k_value_width) + " → " +
                             right_aligned(other, k_value_width) + "  ";
  if (metric.is_compared) return values + change_text(metric, style) + "\n";
  return paragraph(values + "? not compared: " + metric.not_compared_because, style, {.rest = 4});
}

std::string verdict_text(const MetricChange& metric) {
  std::string text(metric.title);
  text += " " + distance_text(metric);
  return text + (metric.verdict == Change::worse ? " (allowed: " + allowed_text(metric) + ")" : "");
}

}  // namespace strobe::view
