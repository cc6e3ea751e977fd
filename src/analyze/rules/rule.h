#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/money.h"
#include "analyze/rules/shared.h"
#include "analyze/shape.h"
#include "model/finding.h"
#include "model/session.h"

// What a rule is. One file a rule (or a family of rules that share their counting), named after its id; list.cc names
// them all.

namespace strobe::analyze {

// A number that a rule compares with, and that a user may set as analyze.RULE.NAME.
struct Threshold {
  std::string_view name;  // "medium_above"
  int64_t fallback = 0;
  int64_t min = 0, max = 0;
  std::string_view help;  // one line, with the unit, no period
};

class Thresholds;

// What a rule reads.
struct RuleInput {
  const SessionView& session;
  const Shape& shape;
  const Thresholds& thresholds;
  std::span<const SessionSummary> earlier;  // ended runs of the same agent before this one, newest first; may be empty
  Money& money;
  SharedAnswers& shared;
};

// What a rule's evidence shows. Rules about the same thing may tell one trouble several times over: the health score
// charges it once, see health_score.h.
enum class About : uint8_t {
  itself,  // what no other rule tells
  deeds,   // what was done in vain, or again and again
  cache,   // calls that did not find in the cache what they might have
  size,    // calls that took many tokens
};

struct Rule {
  std::string_view id;       // "excessive_iterations"
  std::string_view summary;  // one line: what it finds, no period
  About about = About::itself;
  std::span<const Threshold> thresholds;
  // Appends what it finds. Linear or n log n in the session.
  void (*find)(const RuleInput& input, std::vector<Finding>& findings);
};

// What the thresholds are: the fallbacks, but for those that were set.
class Thresholds {
 public:
  // `name` as "RULE.NAME". Asserts that it is one, and within its limits.
  void set(std::string_view name, int64_t value);
  int64_t get(const Rule& rule, std::string_view name) const;

 private:
  std::map<std::string, int64_t, std::less<>> set_;
};

// All rules, in the order of the documentation.
std::span<const Rule* const> all_rules();
// Null: there is none with this id.
const Rule* find_rule(std::string_view id);

}  // namespace strobe::analyze
