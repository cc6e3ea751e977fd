#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// How much a check that did not pass matters.
enum class CheckLevel : uint8_t {
  note,   // odd, and legal
  gap,    // something happened that the record does not tell
  fault,  // the record contradicts itself, or its end is missing
};
// "note", "gap", "fault"
std::string_view name_of(CheckLevel level);

struct Check {
  std::string_view id;      // "terminal_events"; static
  std::string_view passed;  // what holds when it does; static
  std::string_view failed;  // what there is when it does not, before a number; static
  CheckLevel level = CheckLevel::note;
  int64_t count = 0;           // of what is wrong; 0: passed
  std::vector<int32_t> spans;  // the first k_check_spans_max of them
};

enum class Verdict : uint8_t { sound, incomplete, broken };  // nothing; gaps; faults
std::string_view name_of(Verdict verdict);

struct Verification {
  std::vector<Check> checks;  // every one that there is, in a fixed order
  Verdict verdict = Verdict::sound;
  int64_t max_gap_ns = 0;  // as asked for
};

inline constexpr size_t k_check_spans_max = 5;
inline constexpr int64_t k_silence_default_ns = int64_t{120} * 1'000'000'000;

// Whether the record of a session can be true, and what is missing for it to be whole: docs/reference/verify.md. A
// session that still runs may have open spans. Silence: between two children of a span, longer than `max_gap_ns`.
// O(n log n).
Verification verify(const SessionView& session, int64_t max_gap_ns = k_silence_default_ns);

}  // namespace strobe::analyze
