#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "faulty_disk.h"
#include "folder.h"
#include "property/upkeep_support.h"
#include "scenario.h"

// One disk call goes wrong, each in turn: whatever Strobe was at, it says so and goes on once the cause is gone.

namespace strobe::faults {
namespace {

// How long the disk stays as it is.
enum class Lasting { one_call, until_mended };

struct Trouble {
  uint64_t at = 0;  // number of the call
  Damage damage = Damage::none;
  Lasting lasting = Lasting::one_call;
};

constexpr const char* k_names[] = {"none", "io_error", "disk_full", "short_write", "kill", "power_cut"};
constexpr int k_refusals_until_mended = 2;
constexpr int k_steps_until_mended = 3;
constexpr int k_tries_max = 8;

// What the disk does now; the plan that it asks is one of these.
class Saboteur {
 public:
  explicit Saboteur(const Trouble& trouble) : trouble_(trouble) {
    FaultyDisk::install().set_plan([this](const Call& call) { return fate(call); });
  }
  ~Saboteur() { FaultyDisk::install().set_plan({}); }
  void mend() { mended_ = true; }
  bool is_at_it() const { return injected_ > 0 && !mended_; }
  uint64_t injected() const { return injected_; }

 private:
  Fate fate(const Call& call) {
    const bool is_hit = trouble_.lasting == Lasting::one_call ? call.number == trouble_.at : call.number >= trouble_.at;
    if (mended_ || !is_hit) return {};
    ++injected_;
    return {.damage = trouble_.damage};
  }
  const Trouble trouble_;
  uint64_t injected_ = 0;
  bool mended_ = false;
};

class Sweep : public testing::Test {
 protected:
  // The run without trouble: where each step begins, and what is there in the end.
  void run_well() {
    const Folder folder;
    FaultyDisk& disk = FaultyDisk::install();
    disk.set_world({.random_seed = 1});
    disk.set_plan([](const Call&) { return Fate{}; });
    Scenario scenario(requests_, folder.path());
    for (const Scenario::Step& step : scenario.steps()) {
      begins_.emplace_back(disk.calls() + 1, step.name);
      const auto done = step.take();
      ASSERT_TRUE(done) << step.name << ": " << done.error().message;
    }
    calls_ = disk.calls();
    disk.set_plan({});
    expected_ = everything_in(scenario.store());
    ASSERT_EQ(scenario.lost(), "");
  }

  void run(const Trouble& trouble) {
    SCOPED_TRACE(std::string(k_names[static_cast<int>(trouble.damage)]) +
                 (trouble.lasting == Lasting::one_call ? " once" : " lasting") + " at call " +
                 std::to_string(trouble.at) + " of " + std::to_string(calls_) + ", in " + step_of(trouble.at));
    const Folder folder;
    FaultyDisk::install().set_world({.random_seed = 1});
    Scenario scenario(requests_, folder.path());
    {
      Saboteur saboteur(trouble);
      int refusals = 0;
      for (size_t i = 0; i < scenario.steps().size(); ++i) {
        refusals += take(scenario, scenario.steps()[i], saboteur, trouble, refusals);
        if (HasFailure()) return scenario.end_process();
        if (saboteur.is_at_it() && ++steps_in_trouble_ >= k_steps_until_mended) saboteur.mend();
      }
      steps_in_trouble_ = 0;
      injected_[trouble.damage] += saboteur.injected();
    }
    check(scenario);
  }

  // Takes a step until it is done; returns how often it was refused.
  int take(Scenario& scenario, const Scenario::Step& step, Saboteur& saboteur, const Trouble& trouble, int refusals) {
    for (int tries = 0; tries < k_tries_max; ++tries) {
      const bool must_open = !scenario.is_open() && step.name != "open" && step.name != "reopen";
      const Result<void> done = must_open ? scenario.open() : step.take();
      if (FaultyDisk::install().is_dead()) {
        die_and_return(scenario, trouble);
        continue;
      }
      if (done && !must_open) return tries;
      if (done) continue;
      note(step, done.error(), saboteur);
      if (++refusals >= k_refusals_until_mended) saboteur.mend();
    }
    ADD_FAILURE() << step.name << " does not work again";
    return 0;
  }

  void die_and_return(Scenario& scenario, const Trouble& trouble) {
    scenario.end_process();
    sectors_lost_ += FaultyDisk::install().restart(trouble.at);
    const auto opened = scenario.open();
    ASSERT_TRUE(opened) << "after the restart: " << opened.error().message;
    EXPECT_EQ(scenario.lost(), "") << "after the restart";
  }

  void note(const Scenario::Step& step, const Error& error, const Saboteur& saboteur) {
    ++refusals_[error.message];
    EXPECT_GT(saboteur.injected(), 0U) << step.name << " failed before anything had happened: " << error.message;
    EXPECT_TRUE(error.code == ErrorCode::unavailable || error.code == ErrorCode::io)
        << step.name << " failed as if trying again did not help (" << static_cast<int>(error.code)
        << "): " << error.message;
    const bool has_reason = error.message.find("no space left on device") != std::string::npos ||
                            error.message.find("input/output error") != std::string::npos;
    EXPECT_TRUE(has_reason) << step.name << ": " << error.message;
  }

  void check(Scenario& scenario) {
    EXPECT_EQ(scenario.lost(), "");
    EXPECT_EQ(property::problems_of(scenario.store()), "");
    EXPECT_EQ(everything_in(scenario.store()) == expected_, true) << everything_in(scenario.store()).size();
    ++runs_;
  }

  std::string step_of(uint64_t call) const {
    const auto after = std::ranges::find_if(begins_, [&](const auto& begin) { return begin.first > call; });
    return after == begins_.begin() ? "nothing" : std::prev(after)->second;
  }

  // Every call of the short parts, and so many others of a step, chosen by the seed.
  std::vector<uint64_t> calls_to_try(size_t of_a_step) const {
    std::vector<uint64_t> calls;
    std::mt19937 random(1);
    for (size_t i = 0; i < begins_.size(); ++i) {
      const uint64_t end = i + 1 < begins_.size() ? begins_[i + 1].first : calls_ + 1;
      std::vector<uint64_t> all;
      for (uint64_t call = begins_[i].first; call < end; ++call) all.push_back(call);
      std::ranges::sample(all, std::back_inserter(calls), static_cast<ptrdiff_t>(of_a_step), random);
    }
    return calls;
  }

  void sweep(Damage damage, Lasting lasting) {
    run_well();
    const char* wanted = std::getenv("STROBE_FAULTS_CALLS_PER_STEP");
    const auto calls = calls_to_try(wanted != nullptr ? std::stoul(wanted) : k_calls_of_a_step);
    for (const uint64_t call : calls) {
      run({.at = call, .damage = damage, .lasting = lasting});
      if (HasFailure()) break;
    }
    std::printf("faults: %zu runs, %llu calls in one, %llu faults (%s, %s), %zu sectors lost\n", runs_,
                static_cast<unsigned long long>(calls_), static_cast<unsigned long long>(injected_[damage]),
                k_names[static_cast<int>(damage)], lasting == Lasting::one_call ? "once" : "until mended",
                sectors_lost_);
    if (std::getenv("STROBE_FAULTS_VERBOSE") == nullptr) return;
    for (const auto& [step, name] : begins_)
      std::printf("  %6llu %s\n", static_cast<unsigned long long>(step), name.c_str());
    for (const auto& [message, times] : refusals_) std::printf("  %5zu %s\n", times, message.c_str());
  }

  static constexpr size_t k_calls_of_a_step = 2;
  const Requests requests_;
  std::vector<std::pair<uint64_t, std::string>> begins_;
  uint64_t calls_ = 0;
  std::string expected_;
  int steps_in_trouble_ = 0;
  size_t runs_ = 0, sectors_lost_ = 0;
  std::map<Damage, uint64_t> injected_;
  std::map<std::string, size_t> refusals_;
};

TEST_F(Sweep, OneIoError) { sweep(Damage::io_error, Lasting::one_call); }
TEST_F(Sweep, IoErrorsUntilMended) { sweep(Damage::io_error, Lasting::until_mended); }
TEST_F(Sweep, OneWriteWithoutRoom) { sweep(Damage::disk_full, Lasting::one_call); }
TEST_F(Sweep, AFullDiskUntilMended) { sweep(Damage::disk_full, Lasting::until_mended); }
TEST_F(Sweep, OneShortWrite) { sweep(Damage::short_write, Lasting::one_call); }
TEST_F(Sweep, ShortWritesUntilMended) { sweep(Damage::short_write, Lasting::until_mended); }
TEST_F(Sweep, Kill) { sweep(Damage::kill, Lasting::one_call); }
TEST_F(Sweep, PowerCut) { sweep(Damage::power_cut, Lasting::one_call); }

}  // namespace
}  // namespace strobe::faults
