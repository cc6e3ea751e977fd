#include "disk_plan.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "base/whole_number.h"

namespace strobe::faults {

namespace {
template <typename Value>
using Named = std::pair<std::string_view, Value>;

constexpr std::array<Named<Operation>, 10> k_operations = {{{"open", Operation::open},
                                                            {"remove", Operation::remove},
                                                            {"access", Operation::access},
                                                            {"read", Operation::read},
                                                            {"write", Operation::write},
                                                            {"truncate", Operation::truncate},
                                                            {"sync", Operation::sync},
                                                            {"size", Operation::size},
                                                            {"lock", Operation::lock},
                                                            {"map", Operation::map}}};
constexpr std::array<Named<FileKind>, 5> k_files = {{{"database", FileKind::database},
                                                     {"log", FileKind::log},
                                                     {"shared", FileKind::shared},
                                                     {"journal", FileKind::journal},
                                                     {"other", FileKind::other}}};
constexpr std::array<Named<Damage>, 5> k_damages = {{{"io_error", Damage::io_error},
                                                     {"disk_full", Damage::disk_full},
                                                     {"short_write", Damage::short_write},
                                                     {"kill", Damage::kill},
                                                     {"power_cut", Damage::power_cut}}};

template <typename Table>
auto find(const Table& table, std::string_view name) -> std::optional<typename Table::value_type::second_type> {
  const auto at = std::ranges::find(table, name, [](const auto& entry) { return entry.first; });
  if (at == table.end()) return std::nullopt;
  return at->second;
}
}  // namespace

bool DiskPlan::set_number(Rule& rule, std::string_view name, uint64_t number) {
  if (name == "delay_ms") {
    rule.delay = std::chrono::milliseconds(number);
    return true;
  }
  const std::array<Named<uint64_t*>, 5> numbers = {{{"bytes_per_second", &rule.bytes_per_second},
                                                    {"at", &rule.at},
                                                    {"every", &rule.every},
                                                    {"times", &rule.times},
                                                    {"seed", &rule.seed}}};
  const auto place = find(numbers, name);
  if (!place || number == 0) return false;
  **place = number;
  return true;
}

Result<DiskPlan::Rule> DiskPlan::parse_rule(std::string_view line) {
  std::istringstream words{std::string(line)};
  std::string word;
  words >> word;
  Rule rule;
  std::string operation = word;
  if (const size_t dot = word.find('.'); dot != std::string::npos) {
    rule.file = find(k_files, std::string_view(word).substr(0, dot));
    if (!rule.file) return fail(ErrorCode::invalid, "no such file: " + word);
    operation = word.substr(dot + 1);
  }
  rule.operation = find(k_operations, operation);
  if (!rule.operation && operation != "any") return fail(ErrorCode::invalid, "no such operation: " + word);
  while (words >> word) {
    if (const auto damage = find(k_damages, word)) {
      rule.damage = *damage;
      continue;
    }
    const size_t equals = word.find('=');
    if (equals == std::string::npos) return fail(ErrorCode::invalid, "cannot read: " + word);
    const auto number = whole_number<uint64_t>(std::string_view(word).substr(equals + 1));
    if (!number || !set_number(rule, std::string_view(word).substr(0, equals), *number)) {
      return fail(ErrorCode::invalid, "cannot read: " + word);
    }
  }
  return rule;
}

Result<DiskPlan> DiskPlan::parse(std::string_view text) {
  DiskPlan plan;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const std::string_view said = std::string_view(line).substr(0, line.find('#'));
    if (said.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    plan.rules_.push_back(TRY(parse_rule(said)));
  }
  return plan;
}

bool DiskPlan::applies(Rule& rule, const Call& call) {
  if (rule.file && *rule.file != call.file) return false;
  if (rule.operation && *rule.operation != call.operation) return false;
  ++rule.fitting;
  if (rule.at != 0 && rule.fitting != rule.at) return false;
  if (rule.every != 0 && rule.fitting % rule.every != 0) return false;
  if (rule.times != 0 && rule.done >= rule.times) return false;
  ++rule.done;
  return true;
}

Fate DiskPlan::operator()(const Call& call) {
  constexpr uint64_t k_ns_per_second = 1'000'000'000;
  Fate fate;
  for (Rule& rule : rules_) {
    if (!applies(rule, call)) continue;
    if (fate.damage == Damage::none) fate.damage = rule.damage;
    fate.delay += rule.delay;
    if (rule.bytes_per_second == 0) continue;
    fate.delay += std::chrono::nanoseconds(static_cast<uint64_t>(call.bytes) * k_ns_per_second / rule.bytes_per_second);
  }
  return fate;
}

uint64_t DiskPlan::seed() const {
  const auto at = std::ranges::find_if(rules_, [](const Rule& rule) { return rule.seed != 0; });
  return at == rules_.end() ? 1 : at->seed;
}

}  // namespace strobe::faults
