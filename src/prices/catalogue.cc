#include "prices/catalogue.h"

#include <algorithm>
#include <chrono>

#include "base/whole_number.h"

namespace strobe::prices {

namespace {

// Providers go by the names of dialect/provider.cc; these two would be taken for another's.
std::string_view catalogue_name(std::string_view provider) {
  if (provider == "azure-openai" || provider == "azure-inference") return "azure";
  return provider;
}

std::string trimmed_lower(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return lower_case(text);
}

// "-20250807" at the beginning of `text`, and nothing that goes on behind it.
bool begins_with_compact_day(std::string_view text) {
  constexpr size_t k_length = 9;
  if (text.size() < k_length || text[0] != '-') return false;
  if (text.size() > k_length && text[k_length] != '-' && text[k_length] != ':') return false;
  const auto day = whole_number<unsigned>(text.substr(1, k_length - 1), 20'000'000, 20'999'999);
  if (!day) return false;
  namespace chrono = std::chrono;
  return chrono::year_month_day(chrono::year(static_cast<int>(*day / 10'000)), chrono::month(*day / 100 % 100),
                                chrono::day(*day % 100))
      .ok();
}

}  // namespace

std::string with_spelt_dates(std::string_view name) {
  std::string spelt;
  for (size_t i = 0; i < name.size(); ++i) {
    spelt += name[i];
    if (!begins_with_compact_day(name.substr(i))) continue;
    spelt.append(name, i + 1, 4).append("-").append(name, i + 5, 2).append("-").append(name, i + 7, 2);
    i += 8;
  }
  return spelt;
}

void Provider::add(Clause match, Model model) {
  const size_t index = models.size();
  models.push_back(std::move(model));
  if (const auto names = names_only(match)) {
    for (std::string& name : *names) by_name_.try_emplace(std::move(name), index);
  } else {
    by_clause_.emplace_back(index, std::move(match));
  }
}

const Model* Provider::find(std::string_view name) const {
  const auto named = by_name_.find(name);
  size_t best = named == by_name_.end() ? models.size() : named->second;
  for (const auto& [index, clause] : by_clause_) {
    if (index >= best) break;
    if (clause.matches(name)) best = index;
  }
  return best == models.size() ? nullptr : &models[best];
}

const Provider* Catalogue::provider_named(std::string_view name) const {
  const std::string wanted = trimmed_lower(name);
  for (const Provider& provider : providers) {
    if (provider.id == wanted) return &provider;
  }
  for (const Provider& provider : providers) {
    if (provider.provider_match && provider.provider_match->matches(wanted)) return &provider;
  }
  return nullptr;
}

const Provider* Catalogue::provider_of_model(std::string_view name) const {
  for (const Provider& provider : providers) {
    if (provider.model_match && provider.model_match->matches(name)) return &provider;
  }
  return nullptr;
}

const Model* Catalogue::find_at(const Provider& provider, std::string_view name) const {
  if (const Model* model = provider.find(name)) return model;
  for (const std::string& id : provider.fallback) {
    const auto other = std::ranges::find(providers, id, &Provider::id);
    if (other == providers.end()) continue;
    if (const Model* model = other->find(name)) return model;
  }
  return nullptr;
}

const Model* Catalogue::find(std::string_view provider, std::string_view name) const {
  if (const Model* model = find_as_named(provider, name)) return model;
  // A route before the name, "models/gemini-2.5-flash", "openai/gpt-4o", "bedrock/us.anthropic.claude-...": the
  // provider's own, or where none is named the provider. A route to somebody else than the one named is left alone.
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos || slash == 0 || name.size() > k_name_bytes_max) return nullptr;
  const auto route = name.substr(0, slash);
  const auto rest = name.substr(slash + 1);
  if (route == "models") return find_as_named(provider, rest);
  const Provider* routed = provider_named(catalogue_name(lower_case(route)));
  if (routed == nullptr) return nullptr;
  if (!provider.empty() && provider_named(catalogue_name(lower_case(provider))) != routed) return nullptr;
  return find_as_named(route, rest);
}

const Model* Catalogue::find_as_named(std::string_view provider, std::string_view name) const {
  if (name.size() > k_name_bytes_max || provider.size() > k_name_bytes_max) return nullptr;
  std::string wanted = lower_case(name);
  const Provider* found = nullptr;
  // A gateway that puts the provider before the model's name.
  const bool is_gateway = lower_case(provider) == "litellm";
  const size_t slash = is_gateway ? wanted.find('/') : std::string::npos;
  if (slash != std::string::npos && slash > 0) found = provider_named(std::string_view(wanted).substr(0, slash));
  if (found != nullptr) {
    wanted.erase(0, slash + 1);
  } else {
    found = provider.empty() || is_gateway ? nullptr : provider_named(catalogue_name(provider));
    if (found == nullptr && (provider.empty() || is_gateway)) found = provider_of_model(wanted);
  }
  if (found == nullptr) return nullptr;
  if (const Model* model = find_at(*found, wanted)) return model;
  const std::string spelt = with_spelt_dates(wanted);
  return spelt == wanted ? nullptr : find_at(*found, spelt);
}

}  // namespace strobe::prices
