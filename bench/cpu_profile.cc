#include "bench/cpu_profile.h"

#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <sys/time.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <map>

#include "base/file.h"

namespace strobe::bench {

namespace {

struct Sample {
  uintptr_t pc;
  uintptr_t caller;
};

constexpr size_t k_samples_max = size_t{1} << 18;
constexpr suseconds_t k_period_us = 1000;

// A signal handler reaches only globals; zero-initialised, so nothing runs at start.
std::array<Sample, k_samples_max> g_samples;
std::atomic<size_t> g_count;

void note(int, siginfo_t*, void* context) {
#if defined(__x86_64__)
  const auto& registers = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
  const auto pc = static_cast<uintptr_t>(registers[REG_RIP]);
  const auto* stack = reinterpret_cast<const uintptr_t*>(registers[REG_RSP]);
  const size_t at = g_count.fetch_add(1, std::memory_order_relaxed);
  if (at < k_samples_max) g_samples[at] = {pc, *stack};
#else
  (void)context;
#endif
}

void set_timer(suseconds_t period_us) {
  const itimerval timer = {.it_interval = {0, period_us}, .it_value = {0, period_us}};
  setitimer(ITIMER_PROF, &timer, nullptr);
}

std::string hex(uintptr_t value) {
  char text[2 * sizeof value + 1];
  std::snprintf(text, sizeof text, "%zx", static_cast<size_t>(value));
  return text;
}

int add_module(dl_phdr_info* module, size_t, void* out) {
  const std::string name = module->dlpi_name != nullptr ? module->dlpi_name : "";
  static_cast<std::string*>(out)->append("module " + hex(module->dlpi_addr) + " " + (name.empty() ? "-" : name) + "\n");
  return 0;
}

}  // namespace

void CpuProfile::start() {
  struct sigaction action = {};
  action.sa_sigaction = note;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(SIGPROF, &action, nullptr);
  set_timer(k_period_us);
}

void CpuProfile::stop() { set_timer(0); }
size_t CpuProfile::samples() { return std::min(g_count.load(), k_samples_max); }
size_t CpuProfile::lost() { return g_count.load() - samples(); }

Result<void> CpuProfile::write(const std::string& path) {
  std::string text;
  dl_iterate_phdr(add_module, &text);
  for (const char* name : {"memcpy", "memmove", "memset", "memcmp", "memchr", "memrchr", "strlen", "strcmp", "malloc",
                           "free", "calloc", "realloc"}) {
    const auto at = reinterpret_cast<uintptr_t>(dlsym(RTLD_DEFAULT, name));
    if (at != 0) text += "function " + hex(at) + " " + name + "\n";
  }
  std::map<std::pair<uintptr_t, uintptr_t>, size_t> counted;
  for (size_t i = 0; i < samples(); ++i) ++counted[{g_samples[i].pc, g_samples[i].caller}];
  for (const auto& [place, count] : counted) {
    text += "sample " + hex(place.first) + " " + hex(place.second) + " " + std::to_string(count) + "\n";
  }
  return write_file(path, text);
}

}  // namespace strobe::bench
