#include "launch/child.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace strobe::launch {

namespace {

// Signal handlers can reach nothing but globals: the child they pass on to, and whether one came.
std::atomic<pid_t> g_child{0};
std::atomic<bool> g_cancelled{false};
std::atomic<int> g_to_pass_on{0};  // came before there was a child

void note_signal(int) { g_cancelled = true; }

void pass_on_signal(int signal) {
  g_cancelled = true;
  const pid_t child = g_child;
  if (child > 0) {
    ::kill(child, signal);
  } else {
    g_to_pass_on = signal;
  }
}

// Puts handlers in place for as long as it lives.
class SignalGuard {
 public:
  SignalGuard() {
    // The terminal sends these to the whole foreground group, the child included.
    set(0, SIGINT, note_signal);
    set(1, SIGQUIT, note_signal);
    // These are sent to us alone.
    set(2, SIGTERM, pass_on_signal);
    set(3, SIGHUP, pass_on_signal);
  }
  ~SignalGuard() {
    for (int i = 0; i < k_count; ++i) ::sigaction(signals_[i], &previous_[i], nullptr);
  }

 private:
  static constexpr int k_count = 4;
  void set(int index, int signal, void (*handler)(int)) {
    struct sigaction action{};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    signals_[index] = signal;
    ::sigaction(signal, &action, &previous_[index]);
  }
  int signals_[k_count] = {};
  struct sigaction previous_[k_count] = {};
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

Result<pid_t> spawn(std::vector<std::string> command, const Environment& environment) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  const auto argv = pointers_to(command);
  const auto envp = pointers_to(variables);

  // The child starts with default handling, not with ours, and with no signal blocked.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t set;
  sigemptyset(&set);
  posix_spawnattr_setsigmask(&attributes, &set);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&set, signal);
  posix_spawnattr_setsigdefault(&attributes, &set);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, argv[0], nullptr, &attributes, argv.data(), envp.data());
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return fail(error == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                "cannot run " + command[0] + ": " + std::strerror(error));
  }
  return child;
}

}  // namespace

Result<ChildResult> run_child(const std::vector<std::string>& command, const Environment& environment) {
  g_cancelled = false;
  g_to_pass_on = 0;
  const SignalGuard guard;
  const pid_t child = TRY(spawn(command, environment));
  g_child = child;
  if (const int early = g_to_pass_on.exchange(0); early != 0) ::kill(child, early);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      g_child = 0;
      return fail(ErrorCode::io, std::string("waiting for the child: ") + std::strerror(errno));
    }
  }
  g_child = 0;
  ChildResult result;
  if (WIFSIGNALED(status)) {
    result.signal = WTERMSIG(status);
    result.exit_code = 128 + result.signal;
  } else {
    result.exit_code = WEXITSTATUS(status);
  }
  const bool stopped =
      result.signal == SIGINT || result.signal == SIGTERM || result.signal == SIGHUP || result.signal == SIGQUIT;
  // An agent that takes an interrupt and goes on to a good end was not stopped.
  result.cancelled = stopped || (g_cancelled && result.exit_code != 0);
  return result;
}

}  // namespace strobe::launch
