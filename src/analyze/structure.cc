#include "analyze/structure.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <unordered_map>

namespace strobe::analyze {

namespace {

struct Compared {
  bool messages = true, arguments = true;
  bool has(const Trait& trait) const {
    return (messages || trait.aspect != Aspect::message) && (arguments || trait.aspect != Aspect::argument);
  }
};

size_t hash_of(const RunStep& step, const Compared& compared) {
  size_t hash = 0;
  const auto add = [&](std::string_view text) {
    constexpr size_t k_odd = 0x9e3779b97f4a7c15;
    hash = (hash ^ std::hash<std::string_view>()(text)) * k_odd;
    hash ^= hash >> 32;
  };
  for (const Trait& trait : step.traits) {
    if (!compared.has(trait)) continue;
    add(trait.path);
    add(trait.value);
  }
  return hash;
}

bool are_equal(const RunStep& a, const RunStep& b, const Compared& compared) {
  const auto next = [&](const RunStep& step, size_t at) {
    while (at < step.traits.size() && !compared.has(step.traits[at])) ++at;
    return at;
  };
  size_t i = next(a, 0), j = next(b, 0);
  for (; i < a.traits.size() && j < b.traits.size(); i = next(a, i + 1), j = next(b, j + 1)) {
    if (a.traits[i] != b.traits[j]) return false;
  }
  return i == a.traits.size() && j == b.traits.size();
}

// Equal steps get equal numbers. Steps are compared, not only hashed: what a trace says must not make two of them one.
class Numbers {
 public:
  Numbers(const Compared& compared, size_t steps)
      : known_(
            steps, [compared](const RunStep* step) { return hash_of(*step, compared); },
            [compared](const RunStep* a, const RunStep* b) { return are_equal(*a, *b, compared); }) {}

  // For each step its number. The first `begin` and the last `end` ones get none: they match one by one, and looking
  // them up would take longer than all the rest. `run` must outlive this.
  std::vector<int32_t> of(const RunSteps& run, size_t begin, size_t end) {
    std::vector<int32_t> numbers(run.steps.size(), -1);
    for (size_t i = begin; i < run.steps.size() - end; ++i) {
      numbers[i] = known_.try_emplace(&run.steps[i], static_cast<int32_t>(known_.size())).first->second;
    }
    return numbers;
  }

 private:
  using Hash = std::function<size_t(const RunStep*)>;
  using Equal = std::function<bool(const RunStep*, const RunStep*)>;
  std::unordered_map<const RunStep*, int32_t, Hash, Equal> known_;
};

std::vector<const Trait*> traits_of(const RunStep& step, const Compared& compared) {
  std::vector<const Trait*> traits;
  for (const Trait& trait : step.traits) {
    if (compared.has(trait)) traits.push_back(&trait);
  }
  return traits;
}

bool has_path(const std::vector<const Trait*>& traits, std::string_view path) {
  return std::ranges::any_of(traits, [&](const Trait* trait) { return trait->path == path; });
}

// The first trait in which the steps differ.
void note_difference(const RunStep& a, const RunStep& b, const Compared& compared, Divergence& divergence) {
  const auto of_a = traits_of(a, compared);
  const auto of_b = traits_of(b, compared);
  size_t i = 0;
  while (i < of_a.size() && i < of_b.size() && *of_a[i] == *of_b[i]) ++i;
  const Trait* in_a = i < of_a.size() ? of_a[i] : nullptr;
  const Trait* in_b = i < of_b.size() ? of_b[i] : nullptr;
  if (in_a != nullptr && in_b != nullptr && in_a->path != in_b->path) {
    // One of them has something more there.
    if (has_path(of_b, in_a->path)) {
      in_a = nullptr;
    } else {
      in_b = nullptr;
    }
  }
  const Trait* named = in_a != nullptr ? in_a : in_b;
  if (named == nullptr) return;
  divergence.aspect = named->aspect;
  divergence.path = named->path;
  if (in_a != nullptr) divergence.baseline_value = in_a->value;
  if (in_b != nullptr) divergence.other_value = in_b->value;
}

Divergence divergence_at(const RunSteps& a, const RunSteps& b, size_t i, size_t j, const Compared& compared) {
  Divergence divergence{.baseline = i, .other = j};
  // Where one of them has ended there is nothing to hold against the other's step.
  if (i < a.steps.size() && j < b.steps.size()) note_difference(a.steps[i], b.steps[j], compared, divergence);
  return divergence;
}

}  // namespace

std::string_view name_of(DivergenceKind kind) {
  switch (kind) {
    case DivergenceKind::changed: return "changed";
    case DivergenceKind::added: return "added";
    case DivergenceKind::removed: return "removed";
  }
  return {};
}

StructureComparison compare_structure(const RunSteps& a, const RunSteps& b, const AlignmentLimits& limits) {
  StructureComparison result{.baseline_steps = a.steps.size(), .other_steps = b.steps.size()};
  result.are_messages_compared = a.has_messages == b.has_messages;
  result.are_arguments_compared = a.has_arguments == b.has_arguments || a.has_tools != b.has_tools;
  const Compared compared{result.are_messages_compared, result.are_arguments_compared};
  const size_t shorter = std::min(a.steps.size(), b.steps.size());
  size_t begin = 0, end = 0;
  while (begin < shorter && are_equal(a.steps[begin], b.steps[begin], compared)) ++begin;
  while (end < shorter - begin && are_equal(*(a.steps.rbegin() + static_cast<ptrdiff_t>(end)),
                                            *(b.steps.rbegin() + static_cast<ptrdiff_t>(end)), compared))
    ++end;
  Numbers numbers(compared, a.steps.size() + b.steps.size() - 2 * (begin + end));
  const std::vector<int32_t> of_a = numbers.of(a, begin, end);
  const std::vector<int32_t> of_b = numbers.of(b, begin, end);
  const Alignment alignment = align(of_a, of_b, limits);
  result.matched = alignment.matches.size();
  result.is_exact = alignment.is_exact;
  size_t i = 0, j = 0;
  const auto note = [&](size_t next_i, size_t next_j) {
    if (next_i == i && next_j == j) return;
    if (result.divergences.size() == k_divergences_max) {
      ++result.divergences_left_out;
      return;
    }
    Divergence divergence = divergence_at(a, b, i, j, compared);
    divergence.baseline_steps = static_cast<int32_t>(next_i - i);
    divergence.other_steps = static_cast<int32_t>(next_j - j);
    divergence.kind = next_i == i   ? DivergenceKind::added
                      : next_j == j ? DivergenceKind::removed
                                    : DivergenceKind::changed;
    result.divergences.push_back(std::move(divergence));
  };
  for (const auto& [x, y] : alignment.matches) {
    note(static_cast<size_t>(x), static_cast<size_t>(y));
    i = static_cast<size_t>(x) + 1;
    j = static_cast<size_t>(y) + 1;
  }
  note(a.steps.size(), b.steps.size());
  return result;
}

std::vector<DivergencePlace> first_places(const std::vector<StructureComparison>& runs) {
  std::map<size_t, DivergencePlace> places;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].divergences.empty()) continue;
    const size_t at = runs[i].divergences.front().baseline;
    places[at].baseline = at;
    places[at].runs.push_back(i);
  }
  std::vector<DivergencePlace> list;
  for (auto& [at, place] : places) list.push_back(std::move(place));
  return list;
}

}  // namespace strobe::analyze
