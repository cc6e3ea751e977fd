#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "analyze/analysis.h"
#include "analyze/blame.h"
#include "analyze/carried_cost.h"
#include "analyze/carriers.h"
#include "analyze/compare.h"
#include "analyze/context_cache.h"
#include "analyze/context_diff.h"
#include "analyze/context_growth.h"
#include "analyze/context_profile.h"
#include "analyze/find_call.h"
#include "analyze/origin.h"
#include "analyze/run_profile.h"
#include "analyze/structure.h"
#include "analyze/verify.h"
#include "bench/session_load.h"
#include "derive/lanes.h"

// How long each question to a session takes by itself, without loading the session, at several sizes.
namespace strobe::bench {

namespace {

constexpr std::array<size_t, 5> k_sizes = {1'000, 10'000, 32'843, 100'000, 1'000'000};
constexpr auto k_shapes = std::to_array<SessionShape>(
    {SessionShape::agent, SessionShape::compacted, SessionShape::sub_agents, SessionShape::flat, SessionShape::chain,
     SessionShape::tools, SessionShape::agents, SessionShape::errors, SessionShape::repeats, SessionShape::wide,
     SessionShape::links, SessionShape::prompts});
// What a question may take: docs/benchmarks.md.
constexpr double k_seconds_max_at_32843 = 0.1;
constexpr double k_seconds_max_at_million = 2;

struct Question {
  std::string_view name;
  std::function<size_t(SessionView&)> ask;  // returns something of the answer, so that it is not left out
};

int32_t middle_message(const SessionView& session) {
  return static_cast<int32_t>(session.contexts.messages.size() / 2);
}

std::vector<Question> questions() {
  using namespace analyze;
  return {
      {"lanes",
       [](SessionView& session) {
         derive::assign_lanes(session);
         return session.lanes.size();
       }},
      {"findings", [](SessionView& session) { return findings_of(session, {}).size(); }},
      {"analyze", [](SessionView& session) { return analysis_of(session, {}).findings.size(); }},
      {"blame", [](SessionView& session) { return blame_of(session).path_spans.size(); }},
      {"carried cost",
       [](SessionView& session) {
         Money money;
         return carried_cost_of(session, money).groups.size();
       }},
      {"context profile",
       [](SessionView& session) {
         const int32_t call = last_main_call(session);
         return profile_of(session, call, {}).consumers.size();
       }},
      {"context growth",
       [](SessionView& session) {
         return growth_of(session, Money(), {.budget = 200'000, .what_if = {.cap_tokens = 100, .drop_tool = {}}})
             .snapshots.size();
       }},
      {"context cache",
       [](SessionView& session) {
         Money money;
         return cache_of(session, money).pairs.size();
       }},
      {"context diff",
       [](SessionView& session) {
         const auto diff = diff_of(session, *find_call(session, "1"), last_main_call(session));
         return diff ? diff->messages.size() : 0;
       }},
      {"context why",
       [](SessionView& session) {
         const int32_t message = middle_message(session);
         const auto origins = origins_of(session, shape_of(session));
         return carriers_of(session, message).size() + static_cast<size_t>(origins[message].span);
       }},
      {"compare",
       [](SessionView& session) {
         const ComparedRun run = run_of(session);
         return compare_metrics(run, run).metrics.size() + compare_structure(run.steps, run.steps).matched;
       }},
      {"profile", [](SessionView& session) { return run_profile_of(session).steps.size(); }},
      {"verify", [](SessionView& session) { return verify(session).checks.size(); }},
  };
}

struct Settings {
  std::string shape, question;
  size_t spans = 0;  // 0: all sizes
  int runs = 5;
};

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// CPU time, for questions have one thread and wait for nothing: of the quickest of some runs, as what else the machine
// does only makes it longer.
double seconds_of(const Question& question, SessionView& session, int runs) {
  constexpr double k_seconds_for_one_run = 3;
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const double begin = cpu_seconds();
    const size_t answer = question.ask(session);
    asm volatile("" : : "r"(answer));  // it is wanted
    const double took = cpu_seconds() - begin;
    best = std::min(best, took);
    if (took > k_seconds_for_one_run) break;
  }
  return best;
}

bool is_too_slow(size_t spans, double seconds) {
  return (spans <= 32'843 && seconds > k_seconds_max_at_32843) || seconds > k_seconds_max_at_million;
}

void print_head(SessionShape shape, const std::vector<size_t>& sizes) {
  std::string line = "|---|";
  std::printf("\n| %s, ms |", std::string(name_of(shape)).c_str());
  for (const size_t spans : sizes) {
    std::printf(" %zu |", spans);
    line += "---|";
  }
  std::printf(" growth |\n%s---|\n", line.c_str());
}

// Milliseconds at each size, then how much longer one span takes at the last size than at the second (1: linear).
void print_row(const Question& question, const std::vector<size_t>& sizes, const std::vector<double>& seconds) {
  std::printf("| %s |", std::string(question.name).c_str());
  for (size_t i = 0; i < sizes.size(); ++i) {
    std::printf(" %.3g%s |", seconds[i] * 1e3, is_too_slow(sizes[i], seconds[i]) ? " (too slow)" : "");
  }
  const size_t second = std::min<size_t>(1, sizes.size() - 1);
  const double spans = static_cast<double>(sizes.back()) / static_cast<double>(sizes[second]);
  std::printf(" %.1f |\n", seconds.back() / seconds[second] / spans);
}

// How many figures are above their limit.
int run_shape(SessionShape shape, const Settings& settings) {
  std::vector<Question> asked = questions();
  if (!settings.question.empty())
    std::erase_if(asked, [&](const Question& one) { return one.name != settings.question; });
  std::vector<size_t> sizes(k_sizes.begin(), k_sizes.end());
  if (settings.spans > 0) sizes = {settings.spans};
  std::vector<std::vector<double>> seconds(asked.size());
  int too_slow = 0;
  for (const size_t spans : sizes) {
    SessionView session = make_session(shape, spans);
    derive::assign_lanes(session);
    for (size_t i = 0; i < asked.size(); ++i) {
      seconds[i].push_back(seconds_of(asked[i], session, settings.runs));
      too_slow += is_too_slow(spans, seconds[i].back()) ? 1 : 0;
    }
  }
  print_head(shape, sizes);
  for (size_t i = 0; i < asked.size(); ++i) print_row(asked[i], sizes, seconds[i]);
  std::fflush(stdout);
  return too_slow;
}

}  // namespace

}  // namespace strobe::bench

namespace {

using namespace strobe::bench;

int print_usage() {
  std::printf("usage: question_bench [--shape NAME] [--question NAME] [--spans N] [--runs N]\nshapes:");
  for (const SessionShape shape : k_shapes) std::printf(" %s", std::string(name_of(shape)).c_str());
  std::printf("\nquestions:");
  for (const Question& question : questions()) std::printf(" \"%s\"", std::string(question.name).c_str());
  std::printf("\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (value != nullptr && option == "--shape") {
      settings.shape = value;
    } else if (value != nullptr && option == "--question") {
      settings.question = value;
    } else if (value != nullptr && option == "--spans") {
      settings.spans = std::strtoull(value, nullptr, 10);
    } else if (value != nullptr && option == "--runs") {
      settings.runs = std::atoi(value);
    } else {
      return print_usage();
    }
  }
  int too_slow = 0;
  for (const SessionShape shape : k_shapes) {
    if (settings.shape.empty() || settings.shape == name_of(shape)) too_slow += run_shape(shape, settings);
  }
  if (too_slow > 0) std::fprintf(stderr, "%d figures are above their limit\n", too_slow);
  return too_slow > 0 ? 1 : 0;
}
