#include "analyze/structure.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "analyze/id_numbers.h"

namespace strobe::analyze {

namespace {

// For each step behind the first `begin` and before the last `end` ones its number, equal for equal steps. The others
// match one by one, and get none. Steps are compared, not only hashed: what a trace says must not make two of them one.
std::vector<int32_t> numbers_of(const RunSteps& run, size_t begin, size_t end, IdNumbers& numbers) {
  std::vector<int32_t> of_steps(run.steps.size(), -1);
  for (size_t i = begin; i < run.steps.size() - end; ++i) of_steps[i] = numbers.add(run.steps[i].traits.text());
  return of_steps;
}

bool has_path(const std::vector<Trait>& traits, std::string_view path) {
  return std::ranges::find(traits, path, &Trait::path) != traits.end();
}

// The first trait in which the steps differ.
void note_difference(const RunStep& a, const RunStep& b, Divergence& divergence) {
  const std::vector<Trait> of_a = a.traits.list(), of_b = b.traits.list();
  const auto [in_a, in_b] = std::ranges::mismatch(of_a, of_b);
  const bool is_in_a = in_a != of_a.end(), is_in_b = in_b != of_b.end();
  if (!is_in_a && !is_in_b) return;
  // Where they go on with different paths, one of them has something more there.
  const bool is_more = is_in_a && is_in_b && in_a->path != in_b->path;
  const bool is_more_in_b = is_more && has_path(of_b, in_a->path);
  const bool is_told_of_a = is_in_a && !is_more_in_b;
  const bool is_told_of_b = is_in_b && (!is_more || is_more_in_b);
  const Trait& named = is_told_of_a ? *in_a : *in_b;
  divergence.aspect = named.aspect;
  divergence.path = named.path;
  if (is_told_of_a) divergence.baseline_value = in_a->value;
  if (is_told_of_b) divergence.other_value = in_b->value;
}

Divergence divergence_at(const RunSteps& a, const RunSteps& b, size_t i, size_t j) {
  Divergence divergence{.baseline = i, .other = j};
  // Where one of them has ended there is nothing to hold against the other's step.
  if (i < a.steps.size() && j < b.steps.size()) note_difference(a.steps[i], b.steps[j], divergence);
  return divergence;
}

void leave_out(RunSteps& run, Aspect aspect) {
  for (RunStep& step : run.steps) step.traits.leave_out(aspect);
}

void align_steps(const RunSteps& a, const RunSteps& b, const AlignmentLimits& limits, StructureComparison& result) {
  const auto is_same = [](const RunStep& one, const RunStep& other) {
    return one.traits.text() == other.traits.text();
  };
  const size_t shorter = std::min(a.steps.size(), b.steps.size());
  size_t begin = 0, end = 0;
  while (begin < shorter && is_same(a.steps[begin], b.steps[begin])) ++begin;
  while (end < shorter - begin && is_same(a.steps[a.steps.size() - 1 - end], b.steps[b.steps.size() - 1 - end])) ++end;
  IdNumbers numbers;
  const std::vector<int32_t> of_a = numbers_of(a, begin, end, numbers);
  const std::vector<int32_t> of_b = numbers_of(b, begin, end, numbers);
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
    Divergence divergence = divergence_at(a, b, i, j);
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
  if (result.are_messages_compared && result.are_arguments_compared) {
    align_steps(a, b, limits, result);
    return result;
  }
  RunSteps of_a = a, of_b = b;
  for (RunSteps* run : {&of_a, &of_b}) {
    if (!result.are_messages_compared) leave_out(*run, Aspect::message);
    if (!result.are_arguments_compared) leave_out(*run, Aspect::argument);
  }
  align_steps(of_a, of_b, limits, result);
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
