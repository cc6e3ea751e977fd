#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/alignment.h"
#include "analyze/run_steps.h"

namespace strobe::analyze {

enum class DivergenceKind : uint8_t { changed, added, removed };
// "changed": both did something else there; "added": the other did one step more; "removed": one less.
std::string_view name_of(DivergenceKind kind);

// Where two runs part. Positions of steps in RunSteps::steps; one behind the last stands for the end of the run.
struct Divergence {
  DivergenceKind kind = DivergenceKind::changed;
  size_t baseline = 0, other = 0;
  int32_t baseline_steps = 0, other_steps = 0;  // that have no partner, from there on
  // What differs first between the two steps; a value is empty where that side has nothing there.
  Aspect aspect = Aspect::tool;
  std::string path = {};
  std::string baseline_value = {}, other_value = {};
};

struct StructureComparison {
  size_t baseline_steps = 0, other_steps = 0;
  size_t matched = 0;
  bool is_exact = true;               // of Alignment
  bool are_messages_compared = true;  // one side recorded none
  bool are_arguments_compared = true;
  std::vector<Divergence> divergences = {};  // in order; at most k_divergences_max
  size_t divergences_left_out = 0;

  bool is_same() const { return matched == baseline_steps && matched == other_steps; }
};

inline constexpr size_t k_divergences_max = 100;

// Aligns the steps of two runs. What only one of them recorded (messages, arguments) is left out of the comparison.
StructureComparison compare_structure(const RunSteps& baseline, const RunSteps& other,
                                      const AlignmentLimits& limits = {});

// Where runs part from a baseline first: "7 of 20 diverge here".
struct DivergencePlace {
  size_t baseline = 0;       // position of the step; one behind the last: the end
  std::vector<size_t> runs;  // positions in what was given, rising
};
// By the place. Runs that do not diverge are in none.
std::vector<DivergencePlace> first_places(const std::vector<StructureComparison>& runs);

}  // namespace strobe::analyze
