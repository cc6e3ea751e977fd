#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace strobe::bench {

// Where this process spends its CPU time: SIGPROF at most 1000 times a CPU second (the kernel's tick may be coarser)
// notes the program counter and the word on top of the stack. The latter is the return address as long as a leaf
// function (memcpy, memcmp) has pushed nothing, and so tells on whose behalf it copies. One profile at a time.
class CpuProfile {
 public:
  // Adds to what earlier periods noted.
  static void start();
  static void stop();
  // Notes taken, and lost because the buffer was full.
  static size_t samples();
  static size_t lost();

  // Writes what bench/attribute.py reads, one line each: "module BASE PATH", "function ADDRESS NAME" (what the dynamic
  // linker chose among several implementations), "sample PC CALLER COUNT". Numbers are hexadecimal. Errors: io.
  static Result<void> write(const std::string& path);
};

}  // namespace strobe::bench
