// strobe_sim: the product in a world of its own, where a seed decides everything. README.md says what is in it.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "sim/simulation.h"

namespace strobe::sim {
namespace {

struct Arguments {
  uint64_t first = 1;
  uint64_t seeds = 100;
  uint64_t seconds = 0;  // 0: so many seeds; else as many as can be played in this time
  Plant plant = Plant::none;
  bool print_trace = false;
  bool self_test = false;
  std::string program;
};

constexpr std::pair<const char*, Plant> k_plants[] = {
    {"early_answer", Plant::early_answer}, {"lost_row", Plant::lost_row}, {"no_retry", Plant::no_retry}};
// A planted fault has to be found within so many seeds.
constexpr uint64_t k_plant_seeds_max = 40;
constexpr uint64_t k_replay_every = 10;

constexpr const char* k_usage =
    "usage: strobe_sim [--seed N [--trace] | --first N --seeds N | --first N --seconds N] [--plant NAME] | "
    "--self-test\n";

int usage() {
  std::fputs(k_usage, stderr);
  return 2;
}

// Nothing: they are wrong.
std::optional<Arguments> read_arguments(int count, char** values) {
  Arguments arguments{.program = values[0]};
  for (int i = 1; i < count; ++i) {
    const std::string_view name = values[i];
    if (name == "--trace") {
      arguments.print_trace = true;
    } else if (name == "--self-test") {
      arguments.self_test = true;
    } else if (i + 1 == count) {
      return std::nullopt;
    } else if (name == "--plant") {
      const std::string_view plant = values[++i];
      for (const auto& [known, value] : k_plants) {
        if (plant == known) arguments.plant = value;
      }
      if (arguments.plant == Plant::none) return std::nullopt;
    } else {
      const uint64_t number = std::strtoull(values[++i], nullptr, 10);
      if (name == "--seed" || name == "--first") arguments.first = number;
      if (name == "--seed") arguments.seeds = 1;
      if (name == "--seeds") arguments.seeds = number;
      if (name == "--seconds") arguments.seconds = number;
      if (name != "--seed" && name != "--first" && name != "--seeds" && name != "--seconds") return std::nullopt;
    }
  }
  return arguments;
}

// In memory where there is such a file system: what is lost is lost by the simulated disk.
std::string new_folder() {
  std::string pattern = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
  pattern += "/strobe_sim_XXXXXX";
  return mkdtemp(pattern.data()) != nullptr ? pattern : "";
}

void tell_failure(const Arguments& arguments, uint64_t seed, const Outcome& outcome) {
  for (const std::string& note : outcome.last_notes) std::printf("%s\n", note.c_str());
  std::printf("seed %llu: %s\nreplay: %s --seed %llu --trace", static_cast<unsigned long long>(seed),
              outcome.broken->c_str(), arguments.program.c_str(), static_cast<unsigned long long>(seed));
  for (const auto& [name, plant] : k_plants) {
    if (plant == arguments.plant) std::printf(" --plant %s", name);
  }
  std::printf("\n");
}

// Plays seeds until one breaks a promise. 0: none did.
int play(const Arguments& arguments, const std::string& folder) {
  const auto begin = std::chrono::steady_clock::now();
  const auto end = begin + std::chrono::seconds(arguments.seconds);
  Counts counts;
  uint64_t played = 0;
  const auto goes_on = [&] {
    return arguments.seconds > 0 ? std::chrono::steady_clock::now() < end : played < arguments.seeds;
  };
  while (goes_on()) {
    const uint64_t seed = arguments.first + played++;
    Run run{.seed = seed, .plant = arguments.plant, .print_trace = arguments.print_trace, .folder = folder};
    Outcome outcome = simulate(run);
    counts.add(outcome.counts);
    run.print_trace = false;
    const bool is_replayed = !outcome.broken && (seed % k_replay_every == 0 || arguments.print_trace);
    if (is_replayed && simulate(run).story_hash != outcome.story_hash) {
      outcome.broken = "the same seed gave another run";
    }
    if (outcome.broken) {
      tell_failure(arguments, seed, outcome);
      return 1;
    }
    if (arguments.seeds == 1) std::printf("story %016llx\n", static_cast<unsigned long long>(outcome.story_hash));
  }
  counts.print();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%llu seeds from %llu in %.1f s: every promise was kept\n", static_cast<unsigned long long>(played),
              static_cast<unsigned long long>(arguments.first), took.count());
  return 0;
}

// Every planted fault has to be found.
int self_test(Arguments arguments, const std::string& folder) {
  int missed = 0;
  for (const auto& [name, plant] : k_plants) {
    arguments.plant = plant;
    uint64_t seed = 1;
    std::optional<std::string> broken;
    for (; seed <= k_plant_seeds_max && !broken; ++seed) {
      broken = simulate({.seed = seed, .plant = plant, .folder = folder}).broken;
    }
    missed += broken ? 0 : 1;
    std::printf("%s: %s after %llu seeds: %s\n", name, broken ? "found" : "NOT FOUND",
                static_cast<unsigned long long>(seed - 1), broken.value_or("").c_str());
  }
  return missed == 0 ? 0 : 1;
}

int main_program(int count, char** values) {
  const auto arguments = read_arguments(count, values);
  if (!arguments) return usage();
  const std::string folder = new_folder();
  if (folder.empty()) return usage();
  const int code = arguments->self_test ? self_test(*arguments, folder) : play(*arguments, folder);
  std::filesystem::remove_all(folder);
  return code;
}

}  // namespace
}  // namespace strobe::sim

int main(int count, char** values) { return strobe::sim::main_program(count, values); }
