#include <algorithm>

#include "analyze/rules/rule.h"
#include "base/assert.h"

namespace strobe::analyze {

namespace {

const Threshold* find_threshold(std::string_view name) {
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  for (const Rule* rule : all_rules()) {
    if (rule->id != name.substr(0, dot)) continue;
    const auto found = std::ranges::find(rule->thresholds, name.substr(dot + 1), &Threshold::name);
    return found == rule->thresholds.end() ? nullptr : &*found;
  }
  return nullptr;
}

}  // namespace

void Thresholds::set(std::string_view name, int64_t value) {
  const Threshold* threshold = find_threshold(name);
  STROBE_ASSERT(threshold != nullptr && value >= threshold->min && value <= threshold->max);
  set_.insert_or_assign(std::string(name), value);
}

int64_t Thresholds::get(const Rule& rule, std::string_view name) const {
  const auto threshold = std::ranges::find(rule.thresholds, name, &Threshold::name);
  STROBE_ASSERT(threshold != rule.thresholds.end());
  if (set_.empty()) return threshold->fallback;
  const auto found = set_.find(std::string(rule.id) + "." + std::string(name));
  return found == set_.end() ? threshold->fallback : found->second;
}

}  // namespace strobe::analyze
