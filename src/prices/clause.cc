#include "prices/clause.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace strobe::prices {

struct Clause::Regex {
  explicit Regex(const std::string& pattern) : compiled(pattern, RE2::Quiet) {}
  RE2 compiled;
};

namespace {

using Type = Clause::Type;

constexpr std::array<std::pair<std::string_view, Type>, 8> k_types = {{
    {"equals", Type::equals},
    {"starts_with", Type::starts_with},
    {"ends_with", Type::ends_with},
    {"contains", Type::contains},
    {"regex", Type::regex},
    {"or", Type::any_of},
    {"and", Type::all_of},
    {"not", Type::none_of},
}};

Result<Clause> parse_text(Type type, const json::Node& value) {
  if (!value.is_string()) return fail(ErrorCode::invalid, "a condition on a name is no string");
  Clause clause{.type = type, .text = std::string(value.text)};
  if (type != Type::regex) {
    clause.text = lower_case(clause.text);
    return clause;
  }
  clause.regex = std::make_shared<const Clause::Regex>(clause.text);
  if (!clause.regex->compiled.ok()) return fail(ErrorCode::invalid, "bad pattern " + clause.text);
  return clause;
}

void add_names(const Clause& clause, bool& others, std::vector<std::string>& names) {
  if (clause.type == Type::equals) {
    names.push_back(clause.text);
  } else if (clause.type == Type::any_of) {
    for (const Clause& part : clause.parts) add_names(part, others, names);
  } else {
    others = true;
  }
}

}  // namespace

bool Clause::matches(std::string_view name) const {
  const auto part_matches = [&](const Clause& part) { return part.matches(name); };
  switch (type) {
    case Type::equals: return name == text;
    case Type::starts_with: return name.starts_with(text);
    case Type::ends_with: return name.ends_with(text);
    case Type::contains: return name.find(text) != std::string_view::npos;
    case Type::regex: return RE2::PartialMatch({name.data(), name.size()}, regex->compiled);
    case Type::any_of: return std::ranges::any_of(parts, part_matches);
    case Type::all_of: return std::ranges::all_of(parts, part_matches);
    case Type::none_of: return std::ranges::none_of(parts, part_matches);
  }
  return false;
}

Result<Clause> parse_clause(const json::Node& node) {
  if (!node.is_object() || node.members.size() != 1) {
    return fail(ErrorCode::invalid, "a condition on a name is no object of one member");
  }
  const auto& [word, value] = node.members.front();
  const auto known = std::ranges::find(k_types, word, [](const auto& pair) { return pair.first; });
  if (known == k_types.end()) return fail(ErrorCode::invalid, "unknown condition " + std::string(word));
  Clause clause{.type = known->second};
  switch (known->second) {
    case Type::any_of:
    case Type::all_of:
      if (!value.is_array()) return fail(ErrorCode::invalid, "conditions are no list");
      for (const json::Node& item : value.items) clause.parts.push_back(TRY(parse_clause(item)));
      return clause;
    case Type::none_of: clause.parts.push_back(TRY(parse_clause(value))); return clause;
    default: return parse_text(known->second, value);
  }
}

std::unique_ptr<std::vector<std::string>> names_only(const Clause& clause) {
  auto names = std::make_unique<std::vector<std::string>>();
  bool others = false;
  add_names(clause, others, *names);
  if (others) return nullptr;
  return names;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace strobe::prices
