#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "faulty_disk.h"

namespace strobe::faults {

// A plan as text, so that a test can tell another process how its disk shall behave. One rule a line:
//
//   [FILE.]OPERATION [DAMAGE] [NAME=NUMBER...]        # the rest is a comment
//
//   FILE       database, log (-wal), shared (-shm), journal, other; none: every file
//   OPERATION  open, remove, access, read, write, truncate, sync, size, lock, map, any
//   DAMAGE     io_error, disk_full, short_write, kill, power_cut
//   delay_ms=N           waits before the call
//   bytes_per_second=N   waits as long as a disk of this speed needs for the call's bytes
//   at=N                 the Nth call that fits the rule, once
//   every=N              each Nth call that fits
//   times=N              the first N of them, then no more
//   seed=N               of a power cut: which sectors are lost
//
// Calls that fit are counted from when the plan was read. The first rule with damage decides; delays add up.
class DiskPlan {
 public:
  // Error: invalid, with the line.
  static Result<DiskPlan> parse(std::string_view text);
  Fate operator()(const Call& call);
  // Of the first rule that says one; else 1.
  uint64_t seed() const;

 private:
  struct Rule {
    std::optional<FileKind> file;
    std::optional<Operation> operation;
    Damage damage = Damage::none;
    std::chrono::milliseconds delay{0};
    uint64_t bytes_per_second = 0, at = 0, every = 0, times = 0, seed = 0;
    uint64_t fitting = 0, done = 0;
  };
  static Result<Rule> parse_rule(std::string_view line);
  static bool set_number(Rule& rule, std::string_view name, uint64_t number);
  static bool applies(Rule& rule, const Call& call);
  std::vector<Rule> rules_;
};

}  // namespace strobe::faults
