#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prices/clause.h"
#include "prices/prices.h"

namespace strobe::prices {

// A provider and its models. The first model whose clause matches is meant; most clauses are nothing but names, which
// are found by a look at an index instead of a walk.
struct Provider {
  std::string id;
  std::optional<Clause> provider_match;  // other names of it
  std::optional<Clause> model_match;     // names of models that are its own, whoever is named as provider
  std::vector<std::string> fallback;     // providers whose models it offers as well
  std::vector<Model> models;

  void add(Clause match, Model model);
  // `name` is in lower case. Null: none.
  const Model* find(std::string_view name) const;

 private:
  std::map<std::string, size_t, std::less<>> by_name_;
  std::vector<std::pair<size_t, Clause>> by_clause_;  // in the order of models
};

struct Catalogue {
  std::vector<Provider> providers;

  // As PriceList::find.
  const Model* find(std::string_view provider, std::string_view name) const;

 private:
  const Provider* provider_named(std::string_view name) const;
  const Provider* provider_of_model(std::string_view name) const;
  // `find`, but for routes.
  const Model* find_as_named(std::string_view provider, std::string_view name) const;
  const Model* find_at(const Provider& provider, std::string_view name) const;
};

// "gpt-5-20250807" -> "gpt-5-2025-08-07", wherever eight digits behind a hyphen are a day of this century.
std::string with_spelt_dates(std::string_view name);

}  // namespace strobe::prices
