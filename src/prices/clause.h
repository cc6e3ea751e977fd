#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/node.h"

namespace strobe::prices {

// A condition on a name. Immutable: any thread.
struct Clause {
  enum class Type { equals, starts_with, ends_with, contains, regex, any_of, all_of, none_of };
  struct Regex;

  Type type = Type::none_of;
  std::string text;                    // the first four: in lower case
  std::shared_ptr<const Regex> regex;  // found anywhere in the name, unless anchored
  std::vector<Clause> parts;           // the last three

  // `name` is in lower case.
  bool matches(std::string_view name) const;
};

// {"starts_with":"x"}, {"or":[...]}, ... Errors: invalid.
Result<Clause> parse_clause(const json::Node& node);

// The names that a clause made of nothing but equals and or matches; nullptr for any other clause.
std::unique_ptr<std::vector<std::string>> names_only(const Clause& clause);

std::string lower_case(std::string_view text);

}  // namespace strobe::prices
