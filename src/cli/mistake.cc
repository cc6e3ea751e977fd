#include "cli/mistake.h"

#include <algorithm>
#include <set>

#include "base/nearest.h"
#include "base/one_of.h"

namespace strobe::cli {

namespace {

std::string text_of(std::string_view text) { return std::string(text); }

std::string help_hint(const Command& command) { return "strobe " + text_of(command.name) + " --help"; }

const Option* find_in(const std::vector<Option>& options, std::string_view word) {
  const auto found = std::find_if(options.begin(), options.end(), [&](const Option& option) {
    return option.name == word || (!option.letter.empty() && option.letter == word);
  });
  return found == options.end() ? nullptr : &*found;
}

Mistake unknown_option(const Command& command, const std::string& name) {
  std::vector<std::string_view> known;
  for (const Option& option : command.options) known.push_back(option.name);
  for (const Option& option : global_options()) known.push_back(option.name);
  const std::string meant = nearest(name, known);
  return {"'" + text_of(command.name) + "' has no option " + name,
          meant.empty() ? help_hint(command) : "did you mean " + meant + "?"};
}

// Nothing when the value is one of the choices, or there are none.
std::optional<Mistake> wrong_value(const Command& command, std::string_view what,
                                   const std::vector<std::string_view>& choices, const std::string& value) {
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return std::nullopt;
  const std::string meant = nearest(value, choices);
  return Mistake{text_of(what) + " takes " + one_of(choices) + ", not '" + value + "'",
                 meant.empty() ? help_hint(command) : "did you mean '" + meant + "'?"};
}

// "-v", or several letters in one word.
std::optional<Mistake> unknown_letter(const Command& command, const std::string& word) {
  for (size_t i = 1; i < word.size(); ++i) {
    if (find_option(command, std::string("-") + word[i]) == nullptr) return unknown_option(command, word);
  }
  return std::nullopt;
}

// What takes a value takes one. `given`: those that came before.
std::optional<Mistake> given_twice(const Command& command, const std::string& word, std::set<const Option*>& given) {
  const Option* option = find_option(command, word.substr(0, word.find('=')));
  if (option == nullptr || option->value.empty() || given.insert(option).second) return std::nullopt;
  return Mistake{text_of(option->name) + " is given twice", "give it once"};
}

// Looks at the option at words[at]; moves `at` over its value.
std::optional<Mistake> wrong_option(const Command& command, const std::vector<std::string>& words, size_t& at) {
  const std::string& word = words[at];
  if (!word.starts_with("--")) return unknown_letter(command, word);
  const size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  const Option* option = find_option(command, name);
  if (option == nullptr) return unknown_option(command, name);
  if (option->value.empty()) {
    if (equals == std::string::npos) return std::nullopt;
    return Mistake{name + " takes no value", help_hint(command)};
  }
  if (equals == std::string::npos && at + 1 == words.size()) {
    return Mistake{name + " needs " + text_of(option->value), help_hint(command)};
  }
  const std::string value = equals == std::string::npos ? words[++at] : word.substr(equals + 1);
  return wrong_value(command, name, option->choices, value);
}

std::optional<Mistake> wrong_positionals(const Command& command, const std::vector<std::string>& given,
                                         bool has_rest_words) {
  const std::string name = "'" + text_of(command.name) + "'";
  const std::vector<Positional>& wanted = command.positionals;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const bool is_given = i < given.size() || (wanted[i].repeats && has_rest_words);
    if (wanted[i].required && !is_given) return Mistake{name + " needs " + text_of(wanted[i].name), help_hint(command)};
  }
  for (size_t i = 0; i < std::min(given.size(), wanted.size()); ++i) {
    if (wanted[i].takes_others) continue;
    if (auto mistake = wrong_value(command, wanted[i].name, wanted[i].choices, given[i])) return mistake;
  }
  if (given.size() <= wanted.size() || (!wanted.empty() && wanted.back().repeats)) return std::nullopt;
  const std::string surplus = "'" + given[wanted.size()] + "' is too much";
  if (!command.rest.empty()) {
    return Mistake{name + " takes " + text_of(command.rest) + " behind '--': " + surplus,
                   "strobe " + text_of(command.name) + " -- " + text_of(command.rest)};
  }
  if (wanted.empty()) return Mistake{name + " takes options only: " + surplus, help_hint(command)};
  std::string names;
  for (const Positional& positional : wanted) names += (names.empty() ? "" : " ") + text_of(positional.name);
  return Mistake{name + " takes one " + names + ": " + surplus, help_hint(command)};
}

}  // namespace

const Option* find_option(const Command& command, std::string_view word) {
  const Option* own = find_in(command.options, word);
  return own != nullptr ? own : find_in(global_options(), word);
}

std::optional<Mistake> find_mistake(const Command& command, const std::vector<std::string>& words,
                                    bool has_rest_words) {
  std::vector<std::string> positionals;
  std::set<const Option*> given;
  for (size_t at = 0; at < words.size(); ++at) {
    if (words[at].size() > 1 && words[at].starts_with('-')) {
      if (auto mistake = given_twice(command, words[at], given)) return mistake;
      if (auto mistake = wrong_option(command, words, at)) return mistake;
    } else {
      positionals.push_back(words[at]);
    }
  }
  return wrong_positionals(command, positionals, has_rest_words);
}

}  // namespace strobe::cli
