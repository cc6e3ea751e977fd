#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "launch/environment.h"

namespace strobe::launch {

struct ChildResult {
  int exit_code = 0;       // as a shell reports it: 128 + N when signal N ended it
  int signal = 0;          // the signal that ended it, 0: none
  bool cancelled = false;  // the user stopped it: a signal ended it, or it failed after one
};

// Starts a program in our place on the terminal (same process group, standard streams and working directory) and waits
// for it. Interrupt and quit from the terminal reach it directly; terminate and hang-up sent to us are passed on.
// Signal dispositions of this process are restored afterwards. Errors: not_found ("cannot run agent.py: no such file"),
// io. One call at a time per process.
Result<ChildResult> run_child(const std::vector<std::string>& command, const Environment& environment);

}  // namespace strobe::launch
